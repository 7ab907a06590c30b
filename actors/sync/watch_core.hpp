#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/slot_pool.hpp>
#include <sweet/actors/sync/wait_arm.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

namespace sweet::inline v0_5::detail {

/// What the ends of a watch share.
///
/// Under the mutex, and between any two uses of it: a receiver that waits has seen the last value,
/// and there are senders.
template <class T>
class watch_core {
public:
  explicit watch_core(T initial) {
    std::optional<T> none;
    slots_.replace(current_, std::move(initial), none);
  }

  /// Waits for a value that is newer than `seen`, a mark of a receiver.
  struct changed_arm final : wait_arm {
    using value_type = bool;
    changed_arm(watch_core& of, std::uint64_t& seen_by) noexcept : core(of), seen(seen_by) {}

    bool enter() override {
      std::lock_guard guard{core.mutex_};
      if (core.version_ == seen && core.senders_ != 0) {
        core.receivers_waiting_.enter(*this);
        return true;
      }
      if (claim())
        version = core.version_;
      return false;
    }
    bool leave() noexcept override {
      std::lock_guard guard{core.mutex_};
      return core.receivers_waiting_.leave(*this);
    }
    void describe(wait_view& view) const noexcept override { view.on = wait_reason::watch; }

    bool take() noexcept { return std::exchange(seen, version) != version; }
    bool nothing() noexcept { return false; }

    watch_core& core;
    std::uint64_t& seen;
    std::uint64_t version = 0; ///< the last one when the wait was over
  };

  void set(T&& value) {
    std::optional<T> old;
    wake_list woken;
    std::unique_lock writing{writers_};
    publish(std::move(value), old, woken, writing);
  }

  template <class F>
  void modify(F&& f) {
    std::optional<T> old;
    std::optional<T> value; // one that is not published goes once no mutex is held, too
    wake_list woken;
    std::unique_lock writing{writers_};
    // The slot and its value change under both mutexes.
    value.emplace(std::as_const(*current_->value));
    if constexpr (std::is_same_v<std::invoke_result_t<F, T&>, bool>) {
      if (!std::invoke(std::forward<F>(f), *value))
        return;
    } else {
      static_cast<void>(std::invoke(std::forward<F>(f), *value));
    }
    publish(std::move(*value), old, woken, writing);
  }

  /// @param seen is set to the mark of the value, once that has been copied
  T get(std::uint64_t& seen) {
    reading now{*this};
    T value{std::as_const(*now.slot->value)};
    seen = now.version;
    return value;
  }

  bool has_changed(std::uint64_t seen) const noexcept {
    std::lock_guard guard{mutex_};
    return version_ != seen;
  }
  bool is_closed() const noexcept {
    std::lock_guard guard{mutex_};
    return senders_ == 0;
  }
  bool is_wanted() const noexcept {
    std::lock_guard guard{mutex_};
    return receivers_ != 0;
  }

  void add_sender() noexcept {
    std::lock_guard guard{mutex_};
    ++senders_;
  }
  void remove_sender() noexcept {
    wake_list woken;
    std::lock_guard guard{mutex_};
    if (--senders_ == 0)
      serve_all(woken);
  }
  /// @returns the mark of the last value
  std::uint64_t add_receiver() noexcept {
    std::lock_guard guard{mutex_};
    ++receivers_;
    return version_;
  }
  void remove_receiver() noexcept {
    std::lock_guard guard{mutex_};
    --receivers_;
  }

private:
  /// Keeps the last value as it is while a copy is made.
  struct reading {
    explicit reading(watch_core& of) noexcept : core(of) {
      std::lock_guard guard{core.mutex_};
      slot = core.current_.get();
      version = core.version_;
      core.slots_.begin_reading(*slot);
    }
    ~reading() {
      std::optional<T> old;
      std::lock_guard guard{core.mutex_};
      core.slots_.end_reading(*slot, old);
    }
    reading(const reading&) = delete;
    reading& operator=(const reading&) = delete;

    watch_core& core;
    value_slot<T>* slot;
    std::uint64_t version;
  };

  /// The release of `mutex_` is the last touch of this: whoever sees the value then may destroy it.
  /// @param old empty; gets the former value, to be destroyed once no mutex is held
  /// @param woken gets those that are to be woken once no mutex is held
  /// @param writing holds `writers_`, and releases it
  void publish(T&& value, std::optional<T>& old, wake_list& woken,
               std::unique_lock<std::mutex>& writing) {
    std::lock_guard guard{mutex_};
    slots_.replace(current_, std::move(value), old);
    ++version_;
    serve_all(woken);
    writing.unlock();
  }

  void serve_all(wake_list& woken) noexcept {
    while (auto* p = receivers_waiting_.serve_first()) {
      static_cast<changed_arm&>(*p).version = version_;
      woken.add(*p);
    }
  }

  std::mutex writers_; ///< held from the reading of the value to its replacement; before `mutex_`
  mutable std::mutex mutex_;
  // All that follows is under the mutex.
  slot_pool<T> slots_;
  std::unique_ptr<value_slot<T>> current_;
  std::uint64_t version_ = 0;
  std::size_t senders_ = 0;
  std::size_t receivers_ = 0;
  wait_line receivers_waiting_;
};

} // namespace sweet::inline v0_5::detail
