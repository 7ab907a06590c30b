#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/broadcast_core.hpp>
#include <sweet/actors/sync/operation.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace sweet::inline v0_5 {

/// The end of a broadcast that gets each item. Each receiver goes through the items by itself; a
/// copy goes on where the original is. For one thread at a time; copies are independent of each
/// other.
template <class T>
class broadcast_receiver {
public:
  /// Makes a receiver of what comes from now on. For the library.
  explicit broadcast_receiver(std::shared_ptr<detail::broadcast_core<T>> core) noexcept
      : core_(std::move(core)), next_(core_->add_receiver()) {}
  /// Makes another receiver, which gets the same items as the other one from now on.
  broadcast_receiver(const broadcast_receiver& other) noexcept
      : core_(other.core_), next_(other.next_) {
    if (core_ != nullptr)
      static_cast<void>(core_->add_receiver());
  }
  /// Takes the place of another receiver, which must not be used any more.
  broadcast_receiver(broadcast_receiver&& other) noexcept = default;
  /// Goes on with the items of the other one.
  broadcast_receiver& operator=(broadcast_receiver other) noexcept {
    std::swap(core_, other.core_);
    std::swap(next_, other.next_);
    return *this;
  }
  ~broadcast_receiver() {
    if (core_ != nullptr)
      core_->remove_receiver();
  }

  /// Receives the next item: `while (auto item = co_await rx.receive()) use(*item)`, in a callable
  /// `rx.receive().await()`. Gives a broadcast_item. A receiver that is more than the capacity
  /// behind goes on with the oldest item that is kept, and `missed` says how many are lost to it.
  /// Without an item in it, all senders have gone, and this receiver has had everything.
  ///
  /// A wait that is stopped, or loses in a select(), has taken nothing. The receiver must stay
  /// where it is until then.
  /// @throws what copying the item throws, from the wait; the next call gives the item again
  auto receive() noexcept {
    return operation<typename detail::broadcast_core<T>::receive_arm>{std::in_place, *core_, next_};
  }
  /// Receives the next item if it is there. @throws what copying the item throws
  /// @returns what receive() gives; without an item if there is none yet, or will be none
  broadcast_item<T> try_receive() { return core_->try_receive(next_); }

  /// Returns a new receiver of what is sent from now on.
  broadcast_receiver resubscribe() const noexcept { return broadcast_receiver{core_}; }
  /// Tells whether all senders have gone: what is kept can be received.
  bool is_closed() const noexcept { return core_->is_closed(); }
  /// Returns how many items are kept at most.
  std::size_t capacity() const noexcept { return core_->capacity(); }

private:
  std::shared_ptr<detail::broadcast_core<T>> core_;
  std::uint64_t next_;
};

/// The end of a broadcast into which items go. Copies send to the same receivers; when the last one
/// is destroyed, the broadcast ends. Any thread, and each copy by any number at once.
template <class T>
class broadcast_sender {
public:
  /// Makes the first sender of a broadcast. For the library.
  explicit broadcast_sender(std::shared_ptr<detail::broadcast_core<T>> core) noexcept
      : core_(std::move(core)) {
    core_->add_sender();
  }
  /// Makes another sender to the same receivers.
  broadcast_sender(const broadcast_sender& other) noexcept : core_(other.core_) {
    if (core_ != nullptr)
      core_->add_sender();
  }
  /// Takes the place of another sender, which must not be used any more.
  broadcast_sender(broadcast_sender&& other) noexcept = default;
  /// Sends to the receivers of the other one from now on.
  broadcast_sender& operator=(broadcast_sender other) noexcept {
    std::swap(core_, other.core_);
    return *this;
  }
  ~broadcast_sender() {
    if (core_ != nullptr)
      core_->remove_sender();
  }

  /// Sends an item to all receivers, and never waits for them. Those that wait for it are woken
  /// in the order in which they came.
  /// @returns how many receivers there are; 0: the item is destroyed
  /// @throws std::bad_alloc if there is no memory to keep the item; nobody gets it then
  std::size_t send(T item) { return core_->send(std::move(item)); }

  /// Returns a new receiver of what is sent from now on.
  broadcast_receiver<T> subscribe() const noexcept { return broadcast_receiver<T>{core_}; }
  /// Returns how many receivers there are.
  std::size_t receivers() const noexcept { return core_->receivers(); }
  /// Returns how many items are kept at most.
  std::size_t capacity() const noexcept { return core_->capacity(); }

private:
  std::shared_ptr<detail::broadcast_core<T>> core_;
};

/// Items that all receivers get, each at its own pace: events, ticks, news. Senders never wait; a
/// receiver that is too slow misses the oldest items, and is told how many.
///
///     auto [tx, rx] = sweet::broadcast<quote>{100};
///     ctx.spawn(shows, rx);
///     ctx.spawn(records, rx.resubscribe());
///     tx.send(quote{...});
///
///     while (auto item = co_await rx.receive()) // in shows
///       show(*item, item.missed);
///
/// The last `capacity` items are kept, until the last receiver has gone. The ends are handles:
/// tasks take copies of them. A broadcast needs no runtime, works between tasks of several ones,
/// and goes on after they have ended. Sending and receiving allocate nothing, but for places for
/// the items, which are used again.
/// @tparam T can be copied, by several threads at once, which may take its time and throw; its move
/// constructor must be noexcept, and must not use the broadcast; nor may the destructor of what was
/// moved from. Items are copied and destroyed while no lock is held
template <class T>
struct broadcast {
  /// Makes a broadcast that keeps `capacity` items. @throws std::invalid_argument if that is 0
  explicit broadcast(std::size_t capacity)
      : broadcast(std::make_shared<detail::broadcast_core<T>>(capacity)) {}

  broadcast_sender<T> sender;     ///< the end into which items go
  broadcast_receiver<T> receiver; ///< the end from which each of them comes

private:
  explicit broadcast(const std::shared_ptr<detail::broadcast_core<T>>& core) noexcept
      : sender(core), receiver(core) {}
};

} // namespace sweet::inline v0_5
