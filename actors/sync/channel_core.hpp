#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/system/futex_mutex.hpp>
#include <sweet/actors/sync/ring.hpp>
#include <sweet/actors/sync/wait_arm.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
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

/// What the ends of a channel share.
///
/// Room is a place for an item that is neither taken by an item nor reserved. Under the mutex, and
/// between any two uses of it, one of these holds: there is no room, or no sender waits; there is
/// no item, or no receiver waits. A sender that waits holds its item itself.
template <class T>
class channel_core {
public:
  explicit channel_core(std::size_t capacity) : capacity_(capacity) {
    if (capacity == 0)
      throw std::invalid_argument{"a channel has room for one item at least"};
  }

  /// Waits for room. What it has got is taken by the channel if there is an `item`, and otherwise
  /// reserved.
  class room_arm : public wait_arm {
  public:
    room_arm(channel_core& of, std::optional<T> to_send) noexcept
        : channel(of), item(std::move(to_send)) {}

    bool enter() final {
      wake_list woken;
      std::lock_guard guard{channel.mutex_};
      if (!channel.is_closed_) {
        if (!channel.has_room()) {
          channel.senders_.enter(*this);
          return true;
        }
        channel.make_storage();
      }
      if (claim())
        channel.serve(*this, woken);
      return false;
    }
    bool leave() noexcept final {
      std::lock_guard guard{channel.mutex_};
      return channel.senders_.leave(*this);
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
      std::lock_guard guard{channel.mutex_};
      if (channel.items_.is_empty() && !channel.is_drained()) {
        channel.receivers_.enter(*this);
        return true;
      }
      if (claim())
        item = channel.take(woken);
      return false;
    }
    bool leave() noexcept final {
      std::lock_guard guard{channel.mutex_};
      return channel.receivers_.leave(*this);
    }
    void describe(wait_view& view) const noexcept final { view.on = wait_reason::channel; }

    channel_core& channel;
    std::optional<T> item;

  protected:
    ~item_arm() = default;
  };

  send_status try_send(T& item) {
    wake_list woken;
    std::lock_guard guard{mutex_};
    if (is_closed_)
      return send_status::closed;
    if (!has_room())
      return send_status::full;
    make_storage();
    put(std::move(item), woken);
    return send_status::sent;
  }

  /// @returns whether there is room, which is reserved then
  bool try_reserve() {
    std::lock_guard guard{mutex_};
    if (is_closed_ || !has_room())
      return false;
    make_storage();
    ++reserved_;
    return true;
  }

  std::optional<T> try_receive() noexcept {
    wake_list woken;
    std::lock_guard guard{mutex_};
    return take(woken);
  }

  /// Puts an item where room was reserved. @returns false if nobody can receive it any more
  bool send_reserved(T&& item) noexcept {
    wake_list woken;
    std::lock_guard guard{mutex_};
    --reserved_;
    if (receiver_handles_ != 0)
      put(std::move(item), woken);
    tell_if_drained(woken);
    return receiver_handles_ != 0;
  }

  /// Gives reserved room back.
  void cancel_reservation() noexcept {
    wake_list woken;
    std::lock_guard guard{mutex_};
    --reserved_;
    give_room(woken);
    tell_if_drained(woken);
  }

  /// Nothing is taken any more, but for what room was reserved for; what is there can be received.
  void close() noexcept {
    wake_list woken;
    std::lock_guard guard{mutex_};
    close(woken);
  }

  bool is_closed() const noexcept {
    std::lock_guard guard{mutex_};
    return is_closed_;
  }
  std::size_t size() const noexcept {
    std::lock_guard guard{mutex_};
    return items_.size();
  }
  std::size_t capacity() const noexcept { return capacity_; }

  void add_sender() noexcept {
    std::lock_guard guard{mutex_};
    ++sender_handles_;
  }
  /// The last one closes the channel.
  void remove_sender() noexcept {
    wake_list woken;
    std::lock_guard guard{mutex_};
    if (--sender_handles_ == 0)
      close(woken);
  }
  void add_receiver() noexcept {
    std::lock_guard guard{mutex_};
    ++receiver_handles_;
  }
  /// The last one closes the channel, and discards what is there.
  void remove_receiver() noexcept {
    ring<T> left; // goes once the mutex is free: destructors of items are the user's
    wake_list woken;
    std::lock_guard guard{mutex_};
    if (--receiver_handles_ != 0)
      return;
    left.swap(items_);
    close(woken);
  }

private:
  bool has_room() const noexcept { return items_.size() + reserved_ < capacity_; }
  /// Whether nothing is there, and nothing will be.
  bool is_drained() const noexcept { return is_closed_ && reserved_ == 0 && items_.is_empty(); }

  /// Makes sure that one more item or reservation needs no memory later.
  void make_storage() { items_.make_room(items_.size() + reserved_ + 1); }

  /// Hands an item to the first receiver, or keeps it.
  void put(T&& item, wake_list& woken) noexcept {
    if (auto* first = receivers_.is_deserted() ? nullptr : receivers_.serve_first()) {
      static_cast<item_arm&>(*first).item.emplace(std::move(item));
      woken.add(*first);
    } else {
      items_.push_back(std::move(item));
    }
  }

  /// Gives an arm that is served room, unless the channel is closed.
  void serve(room_arm& arm, wake_list& woken) noexcept {
    arm.accepted = !is_closed_;
    if (is_closed_)
      return;
    if (arm.item)
      put(std::move(*arm.item), woken);
    else
      ++reserved_;
  }

  /// Serves senders as long as there is room.
  void give_room(wake_list& woken) noexcept {
    while (!senders_.is_deserted() && has_room()) {
      auto* first = senders_.serve_first();
      if (first == nullptr)
        return;
      serve(static_cast<room_arm&>(*first), woken);
      woken.add(*first);
    }
  }

  std::optional<T> take(wake_list& woken) noexcept {
    if (items_.is_empty())
      return std::nullopt;
    std::optional<T> item{items_.pop_front()};
    give_room(woken);
    tell_if_drained(woken);
    return item;
  }

  /// Receivers that wait although nothing will come any more go on without an item.
  void tell_if_drained(wake_list& woken) noexcept {
    if (!is_drained())
      return;
    while (auto* p = receivers_.serve_first())
      woken.add(*p);
  }

  void close(wake_list& woken) noexcept {
    is_closed_ = true;
    while (auto* p = senders_.serve_first()) {
      serve(static_cast<room_arm&>(*p), woken);
      woken.add(*p);
    }
    tell_if_drained(woken);
  }

  const std::size_t capacity_;
  mutable futex_mutex mutex_;
  // All that follows is under the mutex.
  ring<T> items_;
  std::size_t reserved_ = 0;
  bool is_closed_ = false;
  std::size_t sender_handles_ = 0;
  std::size_t receiver_handles_ = 0;
  wait_line senders_;
  wait_line receivers_;
};

} // namespace detail

} // namespace sweet::inline v0_5
