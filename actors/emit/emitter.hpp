#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/error_link.hpp>
#include <sweet/actors/emit/outlet.hpp>
#include <sweet/actors/runtime/task_core.hpp>
#include <sweet/actors/task/async.hpp>
#include <sweet/messages/task_error.hpp>
#include <sweet/messages/task_failure.hpp>
#include <sweet/strategies/flow/event_overflow.hpp>

#include <concepts>
#include <coroutine>
#include <cstdint>
#include <memory>
#include <optional>
#include <ranges>
#include <type_traits>
#include <utility>

namespace sweet {

namespace detail {

/// What emitters of all types share.
class emitter_core {
public:
  explicit emitter_core(event_overflow overflow) noexcept : overflow_(overflow) {}
  emitter_core(const emitter_core&) = delete;
  emitter_core& operator=(const emitter_core&) = delete;

  /// Hands over what has been emitted, for a body that will compute for a while.
  virtual void flush() noexcept = 0;
  virtual std::uint64_t handed_over() const noexcept = 0;
  /// Events that were dropped before they were in a chunk.
  std::uint64_t dropped() const noexcept { return dropped_; }

protected:
  ~emitter_core() = default;

  // Of the task whose body emits: that which the emitter was handed to, or one below it. A thread
  // that runs none is not interrupted.
  static bool is_interrupted() noexcept;
  /// @pre is_interrupted()
  [[noreturn]] static void interrupt();
  /// Blocks its thread until something has come to `in`. @throws as inlet::block();
  /// std::logic_error if it runs none
  static void block(inlet& in);

  event_overflow overflow_;
  std::uint64_t dropped_ = 0;
};

[[noreturn]] void throw_no_room();

} // namespace detail

/// Where a sender, or a receiver with a stage behind it, emits its events.
///
/// Used by one body at a time: the one that it was handed to. Events are handed over in chunks:
/// when one is full, when the sender suspends or returns, and when the next stage has nothing to
/// do. So a body that emits fast costs its receivers no wake-up each, and one that waits for the
/// next event delays none.
template <class E>
class emitter final : public detail::emitter_core {
  static_assert(std::is_nothrow_move_constructible_v<E>,
                "an event has to be nothrow move constructible: put it into a std::unique_ptr");

  class emission {
  public:
    emission(emitter& out, E value) noexcept : out_(out), value_(std::move(value)) {}
    emission(const emission&) = delete;
    emission& operator=(const emission&) = delete;

    bool await_ready() {
      return out_.outlet_.put_at_hand(std::move(value_)) || out_.emit_now(value_);
    }
    template <class Promise>
    bool await_suspend(std::coroutine_handle<Promise> h) noexcept {
      if (out_.is_interrupted()) {
        interrupted_ = true;
        return false;
      }
      return wait_.emplace(out_.outlet_.returned().wait()).await_suspend(h);
    }
    void await_resume() {
      if (interrupted_)
        out_.interrupt();
      if (!wait_)
        return;
      wait_->await_resume();
      out_.outlet_.put(std::move(value_));
    }

    /// For a body that is no coroutine: blocks until there is credit.
    /// @throws cancelled if the task is cancelled; task_failure if too many bodies block already
    void await() {
      while (!out_.emit_now(value_)) {
        if (out_.is_interrupted())
          out_.interrupt();
        block(out_.outlet_.returned());
      }
    }

  private:
    using credit_wait = decltype(std::declval<detail::inlet&>().wait());

    emitter& out_;
    E value_;
    std::optional<credit_wait> wait_;
    bool interrupted_ = false;
  };

public:
  using value_type = E;

  /// For the library.
  emitter(detail::inlet& to, const clock& time, detail::chunk_stamps stamps, std::uint32_t credit,
          event_overflow overflow) noexcept
      : emitter_core(overflow), to_(to), outlet_(to, &time, stamps, credit) {}

  /// `co_await out.emit(value)`: emits it; waits as long as the stage behind has no room, unless an
  /// overflow policy says otherwise. In a body that is no coroutine: `out.emit(value).await()`.
  /// @throws cancelled if the sender is cancelled, at the latest after 64 events; task_failure with
  /// error_code::resource_limit if there is no room and the policy is event_overflow::fail
  [[nodiscard]] emission emit(E value) noexcept { return {*this, std::move(value)}; }

  /// `co_await out.emit_all(values)`: emits every element of a range, in order, by a task of its
  /// own, for less than one by one. The range is taken by value: a view refers to what has to stay
  /// there meanwhile. @throws as emit(), and what the range throws; what was emitted by then stays
  /// emitted
  template <std::ranges::input_range Range>
    requires std::constructible_from<E, std::ranges::range_reference_t<Range>>
  async<void> emit_all(Range values) {
    return emit_each(std::move(values), *this);
  }

  /// The same, but does not wait. Also for a thread of the body's own, while that waits for it.
  /// @returns false, and `value` is as before, if there is no room or the sender is cancelled
  bool try_emit(E&& value) { return may_put() && outlet_.put(std::move(value)); }
  bool try_emit(const E& value) { return may_put() && outlet_.put(value); }

  /// Tells of an event that could not be made. It counts as emitted and as failed, and the error
  /// strategy of the stream decides what follows.
  void emit_error(task_error error) {
    outlet_.flush();
    to_.push(*new detail::error_link{std::move(error)});
  }

  void flush() noexcept override { outlet_.flush(); }
  std::uint64_t handed_over() const noexcept override { return outlet_.handed_over(); }

private:
  friend class emission;

  template <class Range>
  static async<void> emit_each(Range values, emitter& out) {
    auto at = std::ranges::begin(values);
    for (const auto last = std::ranges::end(values); at != last;) {
      co_await out.emit(E(*at));
      at = out.outlet_.put_some_at_hand(std::move(++at), last);
    }
  }

  // A sender that never waits is stopped here, once per chunk.
  bool may_put() noexcept { return !outlet_.needs_chunk() || !is_interrupted(); }

  /// @returns false if the caller has to wait, or is to be interrupted
  [[gnu::noinline]] bool emit_now(E& value) {
    if (outlet_.needs_chunk()) [[unlikely]] {
      if (is_interrupted())
        return false;
      if (overflow_ != event_overflow::block && !outlet_.has_credit())
        return overflow(value);
    }
    return outlet_.put(std::move(value));
  }

  bool overflow(E& value) {
    switch (overflow_) {
      case event_overflow::drop_newest: ++dropped_; return true;
      case event_overflow::drop_oldest: outlet_.put_anyway(std::move(value)); return true;
      case event_overflow::fail: detail::throw_no_room();
      case event_overflow::block: break;
    }
    return false;
  }

  detail::inlet& to_;
  detail::outlet<E> outlet_;
};

} // namespace sweet
