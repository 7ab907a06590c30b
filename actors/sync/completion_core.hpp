#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/threads/blocking_join.hpp>
#include <sweet/actors/sync/wait_arm.hpp>
#include <sweet/actors/task/take_outcome.hpp>
#include <sweet/messages/task_result.hpp>

#include <cstddef>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

namespace sweet::inline v0_5::detail {

/// What the two ends of a completion share.
///
/// The setter alone touches the outcome until it has set it. From then on nobody changes it, but
/// for the one taker of a value that cannot be copied: so values are copied and moved while the
/// mutex is free.
template <class T>
class completion_core {
  static constexpr bool is_copied = std::is_void_v<T> || std::is_copy_constructible_v<T>;

public:
  /// Waits for the outcome.
  struct outcome_arm : wait_arm {
    using value_type = task_result<T>;
    explicit outcome_arm(completion_core& of) noexcept : core(of) {}

    bool enter() final {
      std::lock_guard guard{core.mutex_};
      if (!core.is_set_) {
        core.getters_.enter(*this);
        return true;
      }
      if (claim())
        takes = core.give();
      return false;
    }
    bool leave() noexcept final {
      std::lock_guard guard{core.mutex_};
      return core.getters_.leave(*this);
    }

    task_result<T> take() { return core.outcome(takes); }
    task_result<T> nothing() { return error_of(join_outcome::unwound); }

    completion_core& core;
    bool takes = false; ///< see give()

  protected:
    ~outcome_arm() = default;
  };

  /// Waits for the outcome of a `completion`.
  struct get_arm final : outcome_arm {
    using outcome_arm::outcome_arm;
    void describe(wait_view& view) const noexcept override { view.on = wait_reason::completion; }
  };

  /// Waits until nobody can get the outcome any more.
  struct unwanted_arm final : wait_arm {
    using value_type = void;
    explicit unwanted_arm(completion_core& of) noexcept : core(of) {}

    bool enter() override {
      std::lock_guard guard{core.mutex_};
      if (core.receivers_ != 0) {
        core.watchers_.enter(*this);
        return true;
      }
      claim();
      return false;
    }
    bool leave() noexcept override {
      std::lock_guard guard{core.mutex_};
      return core.watchers_.leave(*this);
    }
    void describe(wait_view& view) const noexcept override { view.on = wait_reason::completion; }

    void take() const noexcept {}
    void nothing() const noexcept {}

    completion_core& core;
  };

  /// Sets the outcome; the setter does that once. Exceptions of the constructor pass through, and
  /// nothing is set then.
  /// @param args what a task_result is made of
  /// @returns whether anybody can get it
  template <class... Args>
  bool set(Args&&... args) {
    outcome_.emplace(std::forward<Args>(args)...);
    wake_list woken;
    std::lock_guard guard{mutex_};
    is_set_ = true;
    while (auto* p = getters_.serve_first()) {
      static_cast<outcome_arm&>(*p).takes = give();
      woken.add(*p);
    }
    return receivers_ != 0;
  }

  bool is_set() const noexcept {
    std::lock_guard guard{mutex_};
    return is_set_;
  }
  std::optional<task_result<T>> try_get() {
    bool takes = false;
    {
      std::lock_guard guard{mutex_};
      if (!is_set_)
        return std::nullopt;
      takes = give();
    }
    return outcome(takes);
  }

  bool is_wanted() const noexcept {
    std::lock_guard guard{mutex_};
    return receivers_ != 0;
  }
  void add_receiver() noexcept {
    std::lock_guard guard{mutex_};
    ++receivers_;
  }
  void remove_receiver() noexcept {
    wake_list woken;
    std::lock_guard guard{mutex_};
    if (--receivers_ != 0)
      return;
    while (auto* p = watchers_.serve_first())
      woken.add(*p);
  }

private:
  /// Whether the one who gets the outcome now may have a value that cannot be copied.
  bool give() noexcept { return is_copied || !std::exchange(is_given_, true); }

  task_result<T> outcome(bool takes) {
    if constexpr (is_copied) {
      return std::as_const(*outcome_);
    } else {
      if (outcome_->is_err())
        return outcome_->error();
      if (!takes)
        return value_taken_error();
      return std::move(*outcome_);
    }
  }

  std::optional<task_result<T>> outcome_;
  mutable std::mutex mutex_;
  // All that follows is under the mutex.
  bool is_set_ = false;
  bool is_given_ = false; ///< a value that cannot be copied
  std::size_t receivers_ = 0;
  wait_line getters_;
  wait_line watchers_;
};

} // namespace sweet::inline v0_5::detail
