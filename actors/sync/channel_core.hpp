#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/system/cache_line.hpp>
#include <sweet/actors/runtime/system/futex_mutex.hpp>
#include <sweet/actors/sync/ring.hpp>
#include <sweet/actors/sync/wait_arm.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>

namespace sweet::inline v0_5 {

/// What try_send() came to.
enum class send_status : std::uint8_t {
  sent,
  full,   ///< there is no room at the moment
  closed, ///< nothing is taken any more
};

namespace detail {

/// What the ends of a channel share: a queue, at whose back senders put items in, and from whose
/// front receivers take them.
///
/// Front and back have a mutex each, so that senders and receivers meet only where one of them has
/// to know what the other ones have done: senders that know of no room, and receivers that know of
/// no item. Those hold both mutexes: the back's is taken first, and let go last. Without it nobody
/// hears what has been done, and whoever does may destroy the channel.
///
/// Room is a place for an item that is neither taken by an item nor reserved. Under both mutexes,
/// and between any two uses of both, one of these holds: there is no room, or no sender waits;
/// there is no item, or no receiver waits. A sender that waits holds its item itself.
template <class T>
class channel_core {
public:
  explicit channel_core(std::size_t capacity) : capacity_(capacity) {
    if (capacity == 0)
      throw std::invalid_argument{"a channel has room for one item at least"};
  }
  channel_core(const channel_core&) = delete;
  channel_core& operator=(const channel_core&) = delete;
  ~channel_core() { slots_.clear(taken(), back_.put); }

  /// A channel that is closed and empty, for ends that have none. It outlives all who may use it.
  static const std::shared_ptr<channel_core>& none() noexcept {
    static const auto& closed = *[] {
      auto made =
          std::make_unique<std::shared_ptr<channel_core>>(std::make_shared<channel_core>(1));
      (*made)->close();
      return made.release();
    }();
    return closed;
  }

  /// Waits for room. What it has got is taken by the channel if there is an `item`, and otherwise
  /// reserved.
  class room_arm : public wait_arm {
  public:
    room_arm(channel_core& of, std::optional<T> to_send) noexcept
        : channel(of), item(std::move(to_send)) {}

    bool enter() final {
      wake_list woken;
      return channel.at_back([&](send_status status) {
        if (status == send_status::full) {
          channel.front_.senders.enter(*this);
          return true;
        }
        if (claim())
          channel.serve(*this, woken);
        return false;
      });
    }
    bool leave() noexcept final {
      std::lock_guard guard{channel.front_.mutex};
      return channel.front_.senders.leave(*this);
    }
    void describe(wait_view& view) const noexcept final { view.on = wait_reason::channel; }

    channel_core& channel;
    std::optional<T> item;
    bool accepted = false;

  protected:
    ~room_arm() = default;
  };

  class item_arm : public wait_arm {
  public:
    explicit item_arm(channel_core& from) noexcept : channel(from) {}

    bool enter() override {
      wake_list woken;
      return channel.at_front([&](bool has_item) {
        if (!has_item && !channel.is_drained()) {
          channel.back_.receivers.enter(*this);
          return true;
        }
        if (claim() && has_item)
          item.emplace(channel.take(woken));
        return false;
      });
    }
    bool leave() noexcept final {
      std::lock_guard guard{channel.back_.mutex};
      return channel.back_.receivers.leave(*this);
    }
    void describe(wait_view& view) const noexcept final { view.on = wait_reason::channel; }

    channel_core& channel;
    std::optional<T> item;

  protected:
    ~item_arm() = default;
  };

  send_status try_send(T& item) {
    wake_list woken;
    return at_back([&](send_status status) {
      if (status == send_status::sent)
        put(std::move(item), woken);
      return status;
    });
  }

  /// @returns whether there is room, which is reserved then
  bool try_reserve() {
    return at_back([&](send_status status) {
      const bool has_room = status == send_status::sent;
      back_.reserved += has_room ? 1 : 0;
      return has_room;
    });
  }

  std::optional<T> try_receive() noexcept {
    wake_list woken;
    return at_front(
        [&](bool has_item) { return has_item ? std::optional<T>{take(woken)} : std::nullopt; });
  }

  /// Puts an item where room was reserved. @returns false if nobody can receive it any more
  bool send_reserved(T&& item) noexcept {
    wake_list woken;
    std::lock_guard back{back_.mutex};
    --back_.reserved;
    if (receiver_handles_ != 0 && back_.receivers.is_deserted()) {
      put(std::move(item), woken);
      return true;
    }
    std::lock_guard front{front_.mutex};
    if (receiver_handles_ != 0)
      put(std::move(item), woken);
    give_room(woken); // the item takes none if it went to a receiver that waited
    tell_if_drained(woken);
    return receiver_handles_ != 0;
  }

  /// Gives reserved room back.
  void cancel_reservation() noexcept {
    wake_list woken;
    std::lock_guard back{back_.mutex};
    std::lock_guard front{front_.mutex};
    --back_.reserved;
    give_room(woken);
    tell_if_drained(woken);
  }

  /// Nothing is taken any more, but for what room was reserved for; what is there can be received.
  void close() noexcept {
    wake_list woken;
    std::lock_guard back{back_.mutex};
    std::lock_guard front{front_.mutex};
    close(woken);
  }

  bool is_closed() const noexcept {
    std::lock_guard back{back_.mutex};
    return back_.is_closed;
  }
  std::size_t size() const noexcept {
    std::lock_guard back{back_.mutex};
    return back_.put - taken();
  }
  std::size_t capacity() const noexcept { return capacity_; }

  void add_sender() noexcept {
    std::lock_guard back{back_.mutex};
    ++sender_handles_;
  }
  /// The last one closes the channel.
  void remove_sender() noexcept {
    wake_list woken;
    std::lock_guard back{back_.mutex};
    std::lock_guard front{front_.mutex};
    if (--sender_handles_ == 0)
      close(woken);
  }
  void add_receiver() noexcept {
    std::lock_guard back{back_.mutex};
    ++receiver_handles_;
  }
  /// The last one closes the channel, and discards what is there.
  void remove_receiver() noexcept {
    ring<T> left; // goes once the mutexes are free: destructors of items are the user's
    std::size_t first = 0;
    std::size_t end = 0;
    {
      wake_list woken;
      std::lock_guard back{back_.mutex};
      std::lock_guard front{front_.mutex};
      if (--receiver_handles_ != 0)
        return;
      left.swap(slots_);
      end = back_.put;
      first = taken();
      front_.taken.store(end, std::memory_order_relaxed);
      close(woken);
    }
    left.clear(first, end);
  }

private:
  /// Calls `f` with what it would come to if an item was sent: with the mutex of the back, and with
  /// that of the front too if the senders have to look for room.
  /// @throws std::bad_alloc if room needs memory
  template <class F>
  auto at_back(F f) {
    std::lock_guard back{back_.mutex};
    if (back_.is_closed)
      return f(send_status::closed);
    if (knows_of_room()) [[likely]]
      return f(send_status::sent);
    std::lock_guard front{front_.mutex};
    look_for_room();
    return f(knows_of_room() ? send_status::sent : send_status::full);
  }

  /// Calls `f` with whether there is an item: with the mutex of the front, if the receivers know of
  /// one and no sender waits for its room; with that of the back, if there is none; and otherwise
  /// with both.
  template <class F>
  auto at_front(F f) {
    if (knows_of_item()) [[likely]] {
      std::lock_guard front{front_.mutex};
      if (knows_of_item() && front_.senders.is_deserted()) [[likely]]
        return f(true);
    }
    std::lock_guard back{back_.mutex};
    if (is_empty())
      return f(false);
    std::lock_guard front{front_.mutex};
    front_.put_seen.store(back_.put, std::memory_order_relaxed);
    return f(knows_of_item());
  }

  /// With the back's mutex: whether there is room for certain; with both, after look_for_room():
  /// whether there is room.
  bool knows_of_room() const noexcept {
    return back_.put - back_.taken_seen + back_.reserved < limit_;
  }
  /// With the front's mutex: whether there is an item for certain.
  bool knows_of_item() const noexcept {
    return taken() != front_.put_seen.load(std::memory_order_relaxed);
  }
  std::size_t taken() const noexcept { return front_.taken.load(std::memory_order_relaxed); }
  /// With the back's mutex: items are only taken meanwhile, so that it stays empty if it is.
  bool is_empty() const noexcept { return back_.put == taken(); }

  /// Makes sure that the next item or reservation, if there is room for it, needs no memory later.
  void look_for_room() {
    back_.taken_seen = taken();
    if (knows_of_room() || limit_ == capacity_)
      return;
    slots_.grow(taken(), back_.put);
    limit_ = std::min(capacity_, slots_.size());
  }

  /// Whether nothing is there, and nothing will be.
  bool is_drained() const noexcept { return back_.is_closed && back_.reserved == 0 && is_empty(); }

  /// Hands an item to the first receiver, or keeps it.
  void put(T&& item, wake_list& woken) noexcept {
    if (auto* first = back_.receivers.is_deserted() ? nullptr : back_.receivers.serve_first()) {
      static_cast<item_arm&>(*first).item.emplace(std::move(item));
      woken.add(*first);
    } else {
      slots_.put(back_.put++, std::move(item));
    }
  }

  /// Gives an arm that is served room, unless the channel is closed.
  void serve(room_arm& arm, wake_list& woken) noexcept {
    arm.accepted = !back_.is_closed;
    if (back_.is_closed)
      return;
    if (arm.item)
      put(std::move(*arm.item), woken);
    else
      ++back_.reserved;
  }

  /// Serves senders as long as there is room.
  void give_room(wake_list& woken) noexcept {
    back_.taken_seen = taken();
    while (!front_.senders.is_deserted() && knows_of_room()) {
      auto* first = front_.senders.serve_first();
      if (first == nullptr)
        return;
      serve(static_cast<room_arm&>(*first), woken);
      woken.add(*first);
    }
  }

  T take(wake_list& woken) noexcept {
    const std::size_t n = taken();
    T item{slots_.take(n)};
    front_.taken.store(n + 1, std::memory_order_relaxed);
    if (!front_.senders.is_deserted()) [[unlikely]]
      give_room(woken);
    return item;
  }

  /// Receivers that wait although nothing will come any more go on without an item.
  void tell_if_drained(wake_list& woken) noexcept {
    if (!is_drained())
      return;
    while (auto* p = back_.receivers.serve_first())
      woken.add(*p);
  }

  void close(wake_list& woken) noexcept {
    back_.is_closed = true;
    while (auto* p = front_.senders.serve_first()) {
      serve(static_cast<room_arm&>(*p), woken);
      woken.add(*p);
    }
    tell_if_drained(woken);
  }

  const std::size_t capacity_;
  // Written with both mutexes.
  ring<T> slots_;
  std::size_t limit_ = 0; ///< how many items have room and a slot
  // With the mutex of the back, but seldom used.
  std::size_t sender_handles_ = 0;
  std::size_t receiver_handles_ = 0;

  /// Under the mutex, but for what is read of the counters without it.
  struct alignas(cache_line) front_end {
    mutable futex_mutex mutex;
    std::atomic<std::size_t> taken{0};    ///< how many items have been taken so far
    std::atomic<std::size_t> put_seen{0}; ///< how many of `put` receivers know of
    wait_line senders;                    ///< deserted if there is room
  };
  /// All is under the mutex.
  struct alignas(cache_line) back_end {
    mutable futex_mutex mutex;
    bool is_closed = false;
    std::size_t put = 0;        ///< how many items have been put into the queue so far
    std::size_t taken_seen = 0; ///< how many of `taken` senders know of
    std::size_t reserved = 0;
    wait_line receivers; ///< deserted if there is an item
  };
  front_end front_;
  back_end back_;
};

} // namespace detail

} // namespace sweet::inline v0_5
