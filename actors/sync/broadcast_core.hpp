#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/slot_pool.hpp>
#include <sweet/actors/sync/wait_arm.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace sweet::inline v0_5 {

/// What a receiver of a broadcast gets: the next item, with the number of items before it that it
/// has missed; or no item, which means that no further one will come.
template <class T>
struct broadcast_item {
  std::optional<T> value;   ///< the item; empty: the broadcast has ended
  std::uint64_t missed = 0; ///< so many items were lost to this receiver just before this one

  /// Tells whether there is an item.
  explicit operator bool() const noexcept { return value.has_value(); }
  /// Returns the item. @pre there is one
  T& operator*() noexcept { return *value; }
  /// Returns the item. @pre there is one
  const T& operator*() const noexcept { return *value; }
  /// Returns the item. @pre there is one
  T* operator->() noexcept { return &*value; }
  /// Returns the item. @pre there is one
  const T* operator->() const noexcept { return &*value; }
};

namespace detail {

/// What the ends of a broadcast share.
///
/// Items are numbered in the order in which they were sent; the last `capacity` of them are kept. A
/// receiver has the number of the item that it gets next. Under the mutex, and between any two uses
/// of it: a receiver that waits has had all items, and there are senders.
template <class T>
class broadcast_core {
public:
  explicit broadcast_core(std::size_t capacity) : capacity_(capacity) {
    if (capacity == 0)
      throw std::invalid_argument{"a broadcast keeps one item at least"};
  }
  ~broadcast_core() = default;
  broadcast_core(const broadcast_core&) = delete;
  broadcast_core& operator=(const broadcast_core&) = delete;

  /// Waits for the item `next`, a number of a receiver, or a later one if that is not kept any
  /// more. What has been served holds the item, which is copied when it is taken.
  struct receive_arm final : wait_arm {
    using value_type = broadcast_item<T>;
    receive_arm(broadcast_core& from, std::uint64_t& next_of_receiver) noexcept
        : core(from), next(next_of_receiver) {}
    ~receive_arm() { let_go(); }

    bool enter() override {
      std::lock_guard guard{core.mutex_};
      if (next == core.sent_ && core.senders_ != 0) {
        core.waiting_.enter(*this);
        return true;
      }
      if (claim())
        core.serve(*this);
      return false;
    }
    bool leave() noexcept override {
      std::lock_guard guard{core.mutex_};
      return core.waiting_.leave(*this);
    }
    void describe(wait_view& view) const noexcept override { view.on = wait_reason::broadcast; }

    broadcast_item<T> take() {
      if (slot == nullptr)
        return {};
      const struct reading {
        receive_arm& arm;
        ~reading() { arm.let_go(); }
      } until_copied{*this};
      // If the copy throws, this receiver gets the item again.
      broadcast_item<T> item{std::as_const(*slot->value), number - next};
      next = number + 1;
      return item;
    }
    broadcast_item<T> nothing() noexcept { return {}; }

    void let_go() noexcept {
      if (slot == nullptr)
        return;
      std::optional<T> old;
      std::lock_guard guard{core.mutex_};
      core.slots_.end_reading(*std::exchange(slot, nullptr), old);
    }

    broadcast_core& core;
    std::uint64_t& next;
    value_slot<T>* slot = nullptr; ///< null once served: there is no item
    std::uint64_t number = 0;      ///< of the item
  };

  /// @returns how many receivers there are; without any the item is destroyed
  std::size_t send(T&& item) {
    std::optional<T> old; // goes once the mutex is free and the receivers are woken
    wake_list woken;
    std::lock_guard guard{mutex_};
    if (receivers_ == 0)
      return 0;
    const auto place = static_cast<std::size_t>(sent_ % capacity_);
    if (place >= kept_.size())
      kept_.resize(place + 1);
    slots_.replace(kept_[place], std::move(item), old);
    ++sent_;
    while (auto* p = waiting_.serve_first()) {
      serve(static_cast<receive_arm&>(*p));
      woken.add(*p);
    }
    return receivers_;
  }

  broadcast_item<T> try_receive(std::uint64_t& next) {
    receive_arm arm{*this, next};
    {
      std::lock_guard guard{mutex_};
      serve(arm);
    }
    return arm.take();
  }

  bool is_closed() const noexcept {
    std::lock_guard guard{mutex_};
    return senders_ == 0;
  }
  std::size_t receivers() const noexcept {
    std::lock_guard guard{mutex_};
    return receivers_;
  }
  std::size_t capacity() const noexcept { return capacity_; }

  void add_sender() noexcept {
    std::lock_guard guard{mutex_};
    ++senders_;
  }
  /// The last one ends the broadcast.
  void remove_sender() noexcept {
    wake_list woken;
    std::lock_guard guard{mutex_};
    if (--senders_ != 0)
      return;
    while (auto* p = waiting_.serve_first())
      woken.add(*p);
  }
  /// @returns the number of the next item
  std::uint64_t add_receiver() noexcept {
    std::lock_guard guard{mutex_};
    ++receivers_;
    return sent_;
  }
  /// The last one discards what is kept.
  void remove_receiver() noexcept {
    decltype(kept_) left; // goes once the mutex is free
    std::lock_guard guard{mutex_};
    if (--receivers_ == 0)
      left.swap(kept_);
  }

private:
  /// Gives an arm its item, if there is one.
  void serve(receive_arm& arm) noexcept {
    if (arm.next == sent_)
      return;
    const auto oldest = sent_ - std::min<std::uint64_t>(sent_, capacity_);
    arm.number = std::max(arm.next, oldest);
    arm.slot = kept_[static_cast<std::size_t>(arm.number % capacity_)].get();
    slots_.begin_reading(*arm.slot);
  }

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  // All that follows is under the mutex.
  slot_pool<T> slots_;
  std::vector<std::unique_ptr<value_slot<T>>> kept_; ///< by number, modulo the capacity
  std::uint64_t sent_ = 0;
  std::size_t senders_ = 0;
  std::size_t receivers_ = 0;
  wait_line waiting_;
};

} // namespace detail

} // namespace sweet::inline v0_5
