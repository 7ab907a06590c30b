#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/channel_core.hpp>
#include <sweet/actors/sync/operation.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace sweet::inline v0_5 {

namespace detail {

template <class T>
struct send_arm final : channel_core<T>::room_arm {
  using value_type = bool;
  send_arm(channel_core<T>& to, T&& item) noexcept
      : channel_core<T>::room_arm(to, std::optional<T>{std::move(item)}) {}
  bool take() noexcept { return this->accepted; }
  bool nothing() noexcept { return false; }
};

template <class T>
struct receive_arm final : channel_core<T>::item_arm {
  using value_type = std::optional<T>;
  using channel_core<T>::item_arm::item_arm;
  std::optional<T> take() noexcept { return std::move(this->item); }
  std::optional<T> nothing() noexcept { return std::nullopt; }
};

template <class T>
struct receive_many_arm final : channel_core<T>::item_arm {
  using value_type = std::size_t;
  receive_many_arm(channel_core<T>& from, std::vector<T>& to, std::size_t most)
      : channel_core<T>::item_arm(from), out(to), max(most) {
    // What is received has a place from now on.
    out.reserve(out.size() + std::min(max, from.size()) + 1);
  }

  bool enter() override {
    if (max != 0)
      return channel_core<T>::item_arm::enter();
    this->claim(); // there is nothing to wait for
    return false;
  }

  std::size_t take() {
    std::size_t n = 0;
    for (; this->item; ++n) {
      out.push_back(std::move(*this->item));
      this->item.reset();
      if (n + 1 == max)
        return max;
      if (out.size() == out.capacity())
        out.reserve(2 * out.size());
      this->item = this->channel.try_receive();
    }
    return n;
  }
  std::size_t nothing() noexcept { return 0; }

  std::vector<T>& out;
  std::size_t max;
};

} // namespace detail

/// Room for one item, reserved in a channel: sending it neither waits nor fails for want of room.
/// Gives the room back if it is destroyed unused. For one thread at a time.
template <class T>
class channel_permit {
public:
  /// Makes a permit for nothing.
  channel_permit() noexcept = default;
  /// Makes a permit. For the library.
  explicit channel_permit(std::shared_ptr<detail::channel_core<T>> to) noexcept
      : channel_(std::move(to)) {}
  /// Takes the room over.
  channel_permit(channel_permit&& other) noexcept = default;
  /// Takes the room over, and gives back what this permit had.
  channel_permit& operator=(channel_permit&& other) noexcept {
    channel_permit taken{std::move(other)};
    std::swap(channel_, taken.channel_);
    return *this;
  }
  ~channel_permit() {
    if (channel_ != nullptr)
      channel_->cancel_reservation();
  }

  /// Tells whether there is room to send into.
  explicit operator bool() const noexcept { return channel_ != nullptr; }

  /// Puts the item into the room, even if the channel has been closed meanwhile; the permit is used
  /// up then.
  /// @returns false if the permit had no room, or the last receiver has gone: the item is destroyed
  bool send(T item) noexcept {
    const auto channel = std::exchange(channel_, nullptr);
    return channel != nullptr && channel->send_reserved(std::move(item));
  }

private:
  std::shared_ptr<detail::channel_core<T>> channel_;
};

namespace detail {

template <class T>
struct reserve_arm final : channel_core<T>::room_arm {
  using value_type = channel_permit<T>;
  explicit reserve_arm(const std::shared_ptr<channel_core<T>>& to) noexcept
      : channel_core<T>::room_arm(*to, std::nullopt), handle(to) {}
  channel_permit<T> take() noexcept {
    return this->accepted ? channel_permit<T>{handle} : channel_permit<T>{};
  }
  channel_permit<T> nothing() noexcept { return {}; }

  const std::shared_ptr<channel_core<T>>& handle;
};

} // namespace detail

/// The end of a channel into which items go. Copies send into the same channel; when the last one
/// is destroyed, the channel closes. Any thread, and each copy by any number at once.
template <class T>
class channel_sender {
public:
  /// Makes a sender into no channel, which is there to be assigned to: `tx = {}` lets the end go.
  /// It is as one of a closed channel, and so is one that was moved from.
  channel_sender() noexcept = default;
  /// Makes the first sender of a channel. For the library.
  explicit channel_sender(std::shared_ptr<detail::channel_core<T>> channel) noexcept
      : channel_(std::move(channel)) {
    channel_->add_sender();
  }
  /// Makes another sender into the same channel.
  channel_sender(const channel_sender& other) noexcept : channel_(other.channel_) {
    if (channel_ != nullptr)
      channel_->add_sender();
  }
  /// Takes the place of another sender, which sends into no channel then.
  channel_sender(channel_sender&& other) noexcept = default;
  /// Sends into the channel of the other one from now on.
  channel_sender& operator=(channel_sender other) noexcept {
    std::swap(channel_, other.channel_);
    return *this;
  }
  ~channel_sender() {
    if (channel_ != nullptr)
      channel_->remove_sender();
  }

  /// Sends an item, once there is room and those that began to wait before have sent theirs: `bool
  /// taken = co_await tx.send(item)`, in a callable `tx.send(item).await()`. Gives false if the
  /// channel is closed; the item is destroyed then, as it is if the wait is stopped: reserve()
  /// keeps it.
  /// @throws std::bad_alloc from the wait, if the queue of the channel cannot grow
  auto send(T item) noexcept {
    return operation<detail::send_arm<T>>{std::in_place, core(), std::move(item)};
  }

  /// Reserves room, as send() waits for it: `if (auto permit = co_await tx.reserve())
  /// permit.send(item)`. Gives an empty permit if the channel is closed.
  /// @throws std::bad_alloc from the wait, if the queue of the channel cannot grow
  auto reserve() noexcept {
    return operation<detail::reserve_arm<T>>{
        std::in_place, channel_ != nullptr ? channel_ : detail::channel_core<T>::none()};
  }

  /// Sends an item if there is room. Any thread.
  /// @param item moved from only if it is sent
  /// @throws std::bad_alloc if the queue of the channel cannot grow
  send_status try_send(T&& item) { return core().try_send(item); }
  /// Sends a copy of an item if there is room, see try_send(T&&).
  send_status try_send(const T& item) {
    T copy{item};
    return core().try_send(copy);
  }

  /// Reserves room if there is some. @returns an empty permit if there is none
  /// @throws std::bad_alloc if the queue of the channel cannot grow
  channel_permit<T> try_reserve() {
    return core().try_reserve() ? channel_permit<T>{channel_} : channel_permit<T>{};
  }

  /// Closes the channel: nothing is taken any more but by permits, senders that wait go on with
  /// false, and receivers get what is there. Repeating it changes nothing.
  void close() noexcept { core().close(); }
  /// Tells whether the channel is closed: by either end, or because all of an end have gone.
  bool is_closed() const noexcept { return core().is_closed(); }
  /// Returns how many items lie in the channel.
  std::size_t size() const noexcept { return core().size(); }
  /// Returns for how many items the channel has room in all.
  std::size_t capacity() const noexcept { return core().capacity(); }

private:
  detail::channel_core<T>& core() const noexcept {
    return channel_ != nullptr ? *channel_ : *detail::channel_core<T>::none();
  }

  std::shared_ptr<detail::channel_core<T>> channel_;
};

/// The end of a channel from which items are taken. Copies take from the same channel, each item
/// goes to one of them; when the last one is destroyed, the channel closes, and what lies in it is
/// destroyed. Any thread, and each copy by any number at once.
template <class T>
class channel_receiver {
public:
  /// Makes a receiver of no channel, which is there to be assigned to: `rx = {}` lets the end go.
  /// It is as one of a closed, empty channel, and so is one that was moved from.
  channel_receiver() noexcept = default;
  /// Makes the first receiver of a channel. For the library.
  explicit channel_receiver(std::shared_ptr<detail::channel_core<T>> channel) noexcept
      : channel_(std::move(channel)) {
    channel_->add_receiver();
  }
  /// Makes another receiver of the same channel.
  channel_receiver(const channel_receiver& other) noexcept : channel_(other.channel_) {
    if (channel_ != nullptr)
      channel_->add_receiver();
  }
  /// Takes the place of another receiver, which receives from no channel then.
  channel_receiver(channel_receiver&& other) noexcept = default;
  /// Receives from the channel of the other one from now on.
  channel_receiver& operator=(channel_receiver other) noexcept {
    std::swap(channel_, other.channel_);
    return *this;
  }
  ~channel_receiver() {
    if (channel_ != nullptr)
      channel_->remove_receiver();
  }

  /// Receives an item, in the order in which they were sent, after those that began to wait before:
  /// `while (auto item = co_await rx.receive())`, in a callable `rx.receive().await()`. Gives
  /// nothing once the channel is closed and empty.
  auto receive() noexcept { return operation<detail::receive_arm<T>>{std::in_place, core()}; }

  /// Receives what is there, at least one item and at most `max`, and puts it at the end of `out`:
  /// `while (co_await rx.receive_many(out, 100))`. Gives their number; 0 once the channel is closed
  /// and empty, and at once if `max` is 0. `out` must stay where it is until then, and nobody else
  /// may use it.
  /// @throws std::bad_alloc if `out` cannot grow; no item is lost
  auto receive_many(std::vector<T>& out, std::size_t max) {
    return operation<detail::receive_many_arm<T>>{std::in_place, core(), out, max};
  }

  /// Receives an item if there is one. Any thread.
  std::optional<T> try_receive() noexcept { return core().try_receive(); }

  /// Closes the channel: senders that wait go on with false, and what is there can be received.
  /// Repeating it changes nothing.
  void close() noexcept { core().close(); }
  /// Tells whether the channel is closed: by either end, or because all of an end have gone.
  bool is_closed() const noexcept { return core().is_closed(); }
  /// Returns how many items lie in the channel.
  std::size_t size() const noexcept { return core().size(); }
  /// Returns for how many items the channel has room in all.
  std::size_t capacity() const noexcept { return core().capacity(); }

  /// Goes through the items in a callable: `for (auto& item : rx)` waits for each by receive(),
  /// until the channel is closed and empty.
  class iterator {
  public:
    /// What an item is, for algorithms.
    using value_type = T;
    /// Has no meaning.
    using difference_type = std::ptrdiff_t;

    /// Makes an iterator that must not be used. For algorithms.
    iterator() noexcept = default;
    /// Waits for the first item. For the library.
    explicit iterator(channel_receiver& from) : from_(&from) { ++*this; }

    /// Returns the item, which may be moved from.
    T& operator*() const noexcept { return *item_; }
    /// Waits for the next item. Throws as operation::await() does.
    iterator& operator++() {
      item_.reset();
      auto next = from_->receive().await();
      if (next)
        item_.emplace(std::move(*next));
      return *this;
    }
    /// Waits for the next item.
    void operator++(int) { ++*this; }
    /// Tells whether there is no further item.
    bool operator==(std::default_sentinel_t) const noexcept { return !item_.has_value(); }

  private:
    channel_receiver* from_ = nullptr;
    mutable std::optional<T> item_;
  };

  /// Waits for the first item, see iterator.
  iterator begin() { return iterator{*this}; }
  /// Returns the end, see iterator.
  std::default_sentinel_t end() const noexcept { return {}; }

private:
  detail::channel_core<T>& core() const noexcept {
    return channel_ != nullptr ? *channel_ : *detail::channel_core<T>::none();
  }

  std::shared_ptr<detail::channel_core<T>> channel_;
};

/// A queue between tasks, with room for a fixed number of items: those who send wait while it is
/// full, those who receive while it is empty, both in the order in which they came.
///
///     auto [tx, rx] = sweet::channel<int>{16};
///     ctx.spawn(produces, std::move(tx));
///     while (auto item = co_await rx.receive())
///       use(*item);
///
/// The ends are handles: tasks take copies of them, and the channel lives as long as any of them.
/// It needs no runtime, works between tasks of several ones, and goes on after they have ended.
/// Sending and receiving allocate nothing, but for the queue, which grows to what it has held.
/// @tparam T its move constructor must be noexcept, and must not use the channel; nor may the
/// destructor of what was moved from. Items are destroyed while no lock is held
template <class T>
struct channel {
  /// Makes a channel. @throws std::invalid_argument if `capacity` is 0
  explicit channel(std::size_t capacity)
      : channel(std::make_shared<detail::channel_core<T>>(capacity)) {}

  channel_sender<T> sender;     ///< the end into which items go
  channel_receiver<T> receiver; ///< the end from which they are taken

private:
  explicit channel(const std::shared_ptr<detail::channel_core<T>>& core) noexcept
      : sender(core), receiver(core) {}
};

} // namespace sweet::inline v0_5
