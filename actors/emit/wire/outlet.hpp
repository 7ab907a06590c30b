#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/wire/event_chunk.hpp>
#include <sweet/actors/emit/wire/inlet.hpp>
#include <sweet/actors/runtime/time/clock.hpp>
#include <sweet/messages/task_error.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>

namespace sweet::inline v0_5::detail {

/// Which chunks say when they were handed over: asking for the time costs as much as some events.
enum class chunk_stamps : std::uint8_t {
  all,          ///< the consumer asks when they came
  for_sleepers, ///< only while it waits for them
};

class outlet_core;
struct error_link;

/// Asks the consumer to send this link back, in the order of what else it has been sent.
struct receipt_link final : event_link {
  explicit receipt_link(outlet_core& o) noexcept : event_link(kind::receipt), owner(o) {}

  outlet_core& owner;
};

/// Where events leave an actor of a stream, whatever their type: hands chunks to one inlet, and
/// gets them back. There are as many chunks as it has credit, made when they are first needed.
class outlet_core {
public:
  outlet_core(const outlet_core&) = delete;
  outlet_core& operator=(const outlet_core&) = delete;

  /// Where the consumer sends chunks back, once all of their events are settled.
  inlet& returned() noexcept { return returned_; }
  /// How many chunks may be on their way before the producer has to wait.
  std::uint32_t credit() const noexcept { return credit_; }

  /// Whether a chunk can be had without exceeding the credit. The producer, here and below.
  bool has_credit() noexcept;
  /// How many chunks are not here.
  std::uint32_t outstanding() const noexcept { return outstanding_; }
  /// How many events it has handed over.
  std::uint64_t handed_over() const noexcept { return handed_over_; }
  /// Tells a consumer of several outlets what the chunks of this one hold.
  std::uint8_t lane() const noexcept { return lane_; }

  /// Whether an error can be put: whatever becomes of events, the consumer takes errors and sends
  /// their links back, so that there are never more under way than there is credit.
  bool has_room_for_error() noexcept;
  /// Tells the consumer of an event that could not be made, whether there is room or not.
  /// @throws std::bad_alloc; nothing has happened then
  void put_error(task_error error);

  /// Whether there are as many chunks that the consumer has not seen as there is credit. Then the
  /// consumer is asked for a receipt, which comes back to `returned` once it has seen them.
  bool is_ahead() noexcept;

  /// From now on each event is handed over as it comes.
  void hand_over_each() noexcept { hands_over_each_ = true; }

  /// How many chunks the consumer has and has not given back; the consumer counts them. Once it has
  /// all of the credit, no more come.
  std::uint32_t at_consumer = 0;

  /// From now on chunks are not handed over, but kept for take_held().
  void hold() noexcept { holds_ = true; }
  /// Takes the chunks that are kept, oldest first.
  event_link* take_held() noexcept { return std::exchange(held_, nullptr); }

protected:
  /// Where an event that may be taken back has begun.
  struct mark {
    event_chunk_base* chunk = nullptr; ///< the one at hand, if there is one
    std::uint32_t size = 0;            ///< events in that chunk
    event_link* newest_held = nullptr; ///< null: nothing is held
  };

  /// @param time null: chunks are handed over only when they are full or flushed
  outlet_core(inlet& to, const clock* time, chunk_stamps stamps, std::uint32_t credit,
              std::uint8_t lane) noexcept
      : to_(to), time_(time), credit_(credit), lane_(lane), stamps_(stamps) {}
  ~outlet_core() = default;

  void take_returned() noexcept;
  /// A chunk that came back; null if there is none.
  event_chunk_base* reuse() noexcept;
  void hand_over(event_chunk_base& chunk, std::uint32_t size) noexcept;
  /// Whether the consumer should get what there is though the chunk is not full: it sleeps, and
  /// events come so slowly that others would keep it waiting.
  bool is_wanted_now() noexcept;

  void begin_attempt(event_chunk_base* chunk, std::uint32_t size) noexcept {
    mark_ = {chunk, size, held_ == nullptr ? nullptr : newest_held_};
    is_attempt_ = true;
  }
  /// Hands over the chunks that were kept during the attempt.
  /// @returns whether check() has put off a look at the chunk at hand
  bool end_attempt() noexcept;
  /// @returns the chunks that were kept since the attempt began, oldest first
  event_link* take_attempted() noexcept;
  /// Takes back a chunk that is not handed over after all.
  void put_away(event_chunk_base& chunk) noexcept {
    chunk.next = std::exchange(free_, &chunk);
    --outstanding_;
  }

  inlet& to_;
  const clock* time_;
  inlet returned_{wait_reason::credit};
  event_link* free_ = nullptr;
  event_chunk_base* made_ = nullptr; ///< the newest of all chunks, wherever they lie
  std::uint32_t credit_;
  std::uint32_t outstanding_ = 0;
  std::uint32_t errors_out_ = 0; ///< error links that are not here
  std::uint8_t lane_;
  const chunk_stamps stamps_;
  bool hands_over_each_ = false;
  mark mark_;
  bool is_attempt_ = false;    ///< events that are put may be taken back
  bool was_looked_at_ = false; ///< check() has put off its look at the chunk

private:
  void keep(event_chunk_base& chunk) noexcept;

  /// Events that take longer to come than this are not worth waiting for.
  static constexpr clock::duration slow_gap = std::chrono::microseconds{5};
  static constexpr clock::duration longest_wait = std::chrono::microseconds{100};

  std::uint32_t unseen_ = 0; ///< chunks that were handed over since the last receipt
  bool receipt_is_out_ = false;
  receipt_link receipt_{*this};
  std::uint64_t handed_over_ = 0;
  clock::time_point last_{};     ///< when the time was last asked for
  std::uint64_t since_last_ = 0; ///< events handed over since then
  bool is_slow_ = true;
  bool holds_ = false;
  event_link* held_ = nullptr;
  event_link* newest_held_ = nullptr; ///< if there is one
};

/// Where events of type E leave an actor of a stream: makes them in chunks, which go to one inlet.
/// One task at a time.
template <class E>
class outlet final : public outlet_core {
public:
  outlet(inlet& to, const clock* time, chunk_stamps stamps, std::uint32_t credit,
         std::uint8_t lane = 0) noexcept
      : outlet_core(to, time, stamps, credit, lane) {}
  /// Destroys all chunks, wherever they are: left-behind bodies of a stream that was killed hard
  /// never give theirs back.
  ~outlet() {
    take_returned(); // deletes links of errors
    if (chunk_ != nullptr)
      chunk_->size = count();
    while (made_ != nullptr)
      delete static_cast<event_chunk<E>*>(std::exchange(made_, made_->made_before));
  }

  /// Whether the next event begins a chunk.
  bool needs_chunk() const noexcept { return chunk_ == nullptr; }

  /// Emits an event into the chunk at hand: the usual case, meant to be inlined.
  /// @returns false, and nothing has happened, if there is none
  /// @throws what making the event throws; nothing has happened then
  template <class... Args>
  bool put_at_hand(Args&&... args) {
    if (position_ == check_) [[unlikely]]
      return false;
    ::new (static_cast<void*>(position_)) E(std::forward<Args>(args)...);
    if (++position_ == check_) [[unlikely]]
      check();
    return true;
  }

  /// Emits the first elements of a range into the chunk at hand, as many as fit.
  /// @returns the first that is not emitted
  /// @throws what making an event or the range throws; the events before are emitted
  template <class I, class S>
  I put_some_at_hand(I at, const S& last) {
    // A copy that the compiler can keep in a register.
    struct place {
      E*& kept;
      E* now;
      ~place() { kept = now; }
    };
    while (position_ != check_ && at != last) {
      {
        place to{position_, position_};
        for (E* const end = check_; to.now != end && at != last; ++to.now, ++at)
          ::new (static_cast<void*>(to.now)) E(*at);
      }
      if (position_ == check_)
        check();
    }
    return at;
  }

  /// Emits an event. @returns false, and nothing has happened, if there is no credit
  /// @throws what making the event throws; nothing has happened then
  template <class... Args>
  bool put(Args&&... args) {
    if (needs_chunk() && !refill(has_credit()))
      return false;
    return put_at_hand(std::forward<Args>(args)...);
  }

  /// Emits an event, whether there is credit or not.
  template <class... Args>
  void put_anyway(Args&&... args) {
    if (needs_chunk())
      refill(true);
    put_at_hand(std::forward<Args>(args)...);
  }

  /// Emits the first elements of a range, as many as fit into one chunk, whether there is credit or
  /// not. @throws as put_some_at_hand()
  template <class I, class S>
  void put_some_anyway(I at, const S& last) {
    if (needs_chunk())
      refill(true);
    put_some_at_hand(std::move(at), last);
  }

  /// Whether more chunks are on their way than the credit allows.
  bool is_overdrawn() noexcept {
    take_returned();
    return outstanding_ > credit_;
  }

  // Events that are put between begin_attempt() and commit() are handed over only then, or taken
  // back.

  void begin_attempt() noexcept {
    outlet_core::begin_attempt(chunk_, chunk_ != nullptr ? count() : 0);
  }

  void commit() noexcept {
    if (end_attempt() && chunk_ != nullptr && is_wanted_now())
      hand_over_current();
  }

  /// Takes back what was put since begin_attempt().
  void roll_back() noexcept {
    if (chunk_ != nullptr) {
      chunk_->size = count();
      position_ = check_ = nullptr;
      take_back(*std::exchange(chunk_, nullptr));
    }
    for (auto* link = take_attempted(); link != nullptr;)
      take_back(static_cast<event_chunk<E>&>(*std::exchange(link, link->next)));
    is_attempt_ = was_looked_at_ = false;
  }

  /// Hands over what there is.
  void flush() noexcept {
    if (chunk_ != nullptr && count() != 0)
      hand_over_current();
  }

private:
  static constexpr std::uint32_t capacity = chunk_capacity<E>;

  std::uint32_t count() const noexcept {
    return static_cast<std::uint32_t>(position_ - chunk_->events());
  }

  // A chunk that is not full is looked at when it has 1 event, 8, and so on: asking for the time
  // costs as much as ten events.
  bool refill(bool allowed) {
    if (!allowed)
      return false;
    chunk_ = static_cast<event_chunk<E>*>(reuse());
    if (chunk_ == nullptr) {
      chunk_ = new event_chunk<E>(*this);
      chunk_->made_before = std::exchange(made_, chunk_);
    }
    ++outstanding_;
    position_ = chunk_->events();
    check_ = position_ + 1;
    return true;
  }

  /// Destroys the events that the attempt has put into a chunk. Those before it stay, in the chunk
  /// at hand.
  void take_back(event_chunk<E>& chunk) noexcept {
    const bool was_begun = &chunk == mark_.chunk;
    const auto kept = was_begun ? mark_.size : 0;
    std::destroy(chunk.events() + kept, chunk.events() + chunk.size);
    chunk.size = 0;
    if (!was_begun)
      return put_away(chunk);
    chunk_ = &chunk;
    position_ = chunk.events() + kept;
    check_ = position_ + 1;
  }

  void check() noexcept {
    const auto n = count();
    if (is_attempt_ && n != capacity)
      was_looked_at_ = true;
    else if (n == capacity || hands_over_each_ || is_wanted_now())
      return hand_over_current();
    check_ = chunk_->events() + std::min(8 * n, capacity);
  }

  void hand_over_current() noexcept {
    const auto n = count();
    position_ = check_ = nullptr;
    hand_over(*std::exchange(chunk_, nullptr), n);
  }

  E* position_ = nullptr; ///< where the next event goes
  E* check_ = nullptr;    ///< where to call check()
  event_chunk<E>* chunk_ = nullptr;
};

/// Gives a chunk back to its outlet, with what is left of its events destroyed. By the consumer.
void give_back(event_chunk_base& chunk) noexcept;
/// Gives the link of an error back to its outlet. By the consumer, which has taken the error.
void give_back(error_link& failed) noexcept;

} // namespace sweet::inline v0_5::detail
