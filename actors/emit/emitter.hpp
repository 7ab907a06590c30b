#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/wire/outlet.hpp>
#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/awaiting_task.hpp>
#include <sweet/messages/task_error.hpp>
#include <sweet/messages/task_failure.hpp>
#include <sweet/messages/task_result.hpp>
#include <sweet/strategies/flow/event_overflow.hpp>

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <ranges>
#include <type_traits>
#include <utility>

namespace sweet::inline v0_5 {

namespace detail {

class stream_core;

/// The base of the emitters of all types.
class emitter_core {
public:
  /// @param stream takes the errors if there is no router; null if a router takes them
  emitter_core(event_overflow overflow, stream_core* stream) noexcept
      : overflow_(overflow), stream_(stream) {}
  emitter_core(const emitter_core&) = delete;
  emitter_core& operator=(const emitter_core&) = delete;

  /// Hands over the events emitted so far, for a body that will compute for a while.
  virtual void flush() noexcept = 0;
  virtual std::uint64_t handed_over() const noexcept = 0;
  // Called in the context of the body.
  /// Lends the emitter to a child that the body is about to start and await: from then on the child
  /// may be emitting, on another thread.
  void lend() noexcept {
    flush();
    is_lent_ = true;
  }
  /// Notes that no child has the emitter any more.
  void take_back() noexcept { is_lent_ = false; }
  bool is_lent() const noexcept { return is_lent_; }
  /// The number of events that were dropped before they were in a chunk.
  std::uint64_t dropped() const noexcept { return dropped_; }

protected:
  ~emitter_core() = default;

  // Whether the task whose body emits is interrupted: the task to which the emitter was handed, or
  // one below it. In destructors of a frame that a stop destroys it is, so that nothing is emitted
  // there. A thread that runs no task is not interrupted.
  static bool is_interrupted() noexcept;
  /// Checks that the body may wait. @returns false in a destructor of a body that stops
  /// @throws cancelled if the task is interrupted
  static bool may_wait();
  /// Blocks the thread of the body until something has come to `in`.
  /// @throws cancelled if the task is cancelled; task_failure if too many bodies block already;
  /// std::logic_error if this thread runs no task
  static void block(inlet& in);

  /// Reports an event that could not be made: behind `out` or, without a router, to the stream.
  /// @throws std::bad_alloc
  void tell(outlet_core& out, task_error error);

  event_overflow overflow_;
  std::uint64_t dropped_ = 0;

private:
  stream_core* stream_;
  bool is_lent_ = false;
  std::uint64_t errors_ = 0; ///< errors reported to the stream
};

/// Waits until something has come back to an outlet, on behalf of the body that emits.
class outlet_wait {
public:
  bool await_suspend(detail::awaiting_task h, inlet& returned, bool is_interrupted) {
    if (is_interrupted) {
      h.task().begin_stop();
      return true;
    }
    return wait_.emplace(returned.wait()).await_suspend(h);
  }
  /// Whether the body has waited, so that the emission is still to be done.
  bool has_waited() const noexcept { return wait_.has_value(); }

private:
  std::optional<decltype(std::declval<inlet&>().wait())> wait_;
};

[[noreturn]] void throw_no_room();

} // namespace detail

/// Takes the events of a sender, or of a receiver with a stage behind it. One body at a time uses
/// it: the one to which it was handed, or a child that this one awaits and has started for that: by
/// `co_await f(out)`, `ctx.with_timeout()`, `ctx.scope()` or `ctx.shield()`. A child that was
/// started by spawn() or a builder must not use it: its parent hands events over when it suspends.
///
/// Events are handed over in chunks: when a chunk is full, when the sender suspends or returns, and
/// when the next stage has nothing to do; a body that is no coroutine hands them over one by one.
/// So a body that emits fast costs its receivers no wake-up for each event, and a body that waits
/// for the next event delays none.
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
    bool await_suspend(detail::awaiting_task h) noexcept {
      return wait_.await_suspend(h, out_.outlet_.returned(), out_.is_interrupted());
    }
    void await_resume() {
      if (!wait_.has_waited())
        return;
      if (out_.overflow_ == event_overflow::drop_oldest)
        out_.outlet_.put_anyway(std::move(value_));
      else
        out_.outlet_.put(std::move(value_));
    }

    /// Emits in a body that is no coroutine: blocks until there is credit.
    /// @throws cancelled if the task is cancelled
    /// @throws task_failure if too many bodies block already
    void await() {
      put_blocking();
      out_.flush();
    }

    /// Blocks until there is credit, and leaves it to the caller to hand the event over. For the
    /// library.
    void put_blocking() {
      while (!out_.emit_now(value_) && out_.wait_for_room()) {
      }
    }

  private:
    emitter& out_;
    E value_;
    detail::outlet_wait wait_;
  };

  class error_emission {
  public:
    error_emission(emitter& out, task_error error) noexcept : out_(out), error_(std::move(error)) {}
    error_emission(const error_emission&) = delete;
    error_emission& operator=(const error_emission&) = delete;

    bool await_ready() { return out_.emit_error_now(error_); }
    bool await_suspend(detail::awaiting_task h) noexcept {
      return wait_.await_suspend(h, out_.outlet_.returned(), out_.is_interrupted());
    }
    void await_resume() {
      if (wait_.has_waited())
        out_.tell(out_.outlet_, std::move(error_));
    }

    /// Reports the error in a body that is no coroutine: blocks until there is room.
    /// @throws cancelled if the task is cancelled
    /// @throws task_failure if too many bodies block already
    void await() {
      while (!out_.emit_error_now(error_) && out_.wait_for_room()) {
      }
    }

  private:
    emitter& out_;
    task_error error_;
    detail::outlet_wait wait_;
  };

public:
  /// The type of the events.
  using value_type = E;

  /// Makes an emitter. For the library.
  emitter(detail::inlet& to, const clock& time, detail::chunk_stamps stamps, std::uint32_t credit,
          event_overflow overflow, detail::stream_core* without_router) noexcept
      : emitter_core(overflow, without_router), outlet_(to, &time, stamps, credit) {}

  /// Emits an event: `co_await out.emit(value)`; in a body that is no coroutine
  /// `out.emit(value).await()`. Waits as long as the next stage has no room, unless the overflow
  /// policy says otherwise. Once the sender is cancelled, a coroutine stops at this wait, at the
  /// latest after 64 events; await() throws cancelled.
  /// @throws task_failure with error_code::resource_limit if there is no room and the policy is
  /// event_overflow::fail
  [[nodiscard]] emission emit(E value) noexcept { return {*this, std::move(value)}; }

  /// Emits every element of a range, in order: `co_await out.emit_all(values)`. A task of its own
  /// emits them, at a lower cost than one by one. The range is taken by value; the elements that a
  /// view refers to have to stay there meanwhile. Cancelling the sender stops it at this wait.
  /// @throws task_failure if emitting fails or the range throws; elements that were emitted by then
  /// stay emitted
  template <std::ranges::input_range Range>
    requires std::convertible_to<std::ranges::range_reference_t<Range>, E>
  async<void> emit_all(Range values) {
    return emit_each(std::move(values), *this);
  }

  /// Emits an event, moved, without waiting. Also for a thread of the body's own, while the body
  /// waits for that thread.
  /// @returns false, with `value` unchanged, if there is no room or the sender is cancelled
  bool try_emit(E&& value) { return may_put() && outlet_.put(std::move(value)); }
  /// Emits a copy of an event without waiting. Also for a thread of the body's own, while the body
  /// waits for that thread.
  /// @returns false if there is no room or the sender is cancelled
  bool try_emit(const E& value) { return may_put() && outlet_.put(value); }

  /// Reports an event that could not be made: `co_await out.emit_error(error)`, or `.await()`. It
  /// counts as emitted and as failed, and the error strategy of the stream decides what follows. An
  /// empty error becomes error_code::unknown. Waits while many errors are on their way already; a
  /// cancellation ends that wait as it does for emit().
  [[nodiscard]] error_emission emit_error(task_error error) noexcept {
    return {*this, detail::some_error(std::move(error))};
  }

  /// Hands over all events so far, for a body that will compute for a while.
  void flush() noexcept override { outlet_.flush(); }
  /// Makes every event be handed over at once. For the library, before anything is emitted.
  void hand_over_each() noexcept { outlet_.hand_over_each(); }
  /// Returns how many events were handed over. For the library.
  std::uint64_t handed_over() const noexcept override { return outlet_.handed_over(); }

private:
  friend class emission;
  friend class error_emission;

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

  /// @returns false if the caller has to wait, or is to be interrupted
  bool emit_error_now(task_error& error) {
    if (is_interrupted() || !outlet_.has_room_for_error())
      return false;
    outlet_.flush();
    tell(outlet_, std::move(error));
    return true;
  }

  /// Blocks the thread of a body that is no coroutine until something has come back.
  /// @returns false in a destructor of a body that stops: nothing is emitted there
  bool wait_for_room() {
    if (!may_wait())
      return false;
    block(outlet_.returned());
    return true;
  }

  bool overflow(E& value) {
    switch (overflow_) {
      case event_overflow::drop_newest: ++dropped_; return true;
      case event_overflow::drop_oldest:
        // An emitter ahead of its router waits for the router to drop something, not for receivers.
        if (outlet_.is_ahead())
          return false;
        outlet_.put_anyway(std::move(value));
        return true;
      case event_overflow::fail: detail::throw_no_room();
      case event_overflow::block: break;
    }
    return false;
  }

  detail::outlet<E> outlet_;
};

} // namespace sweet::inline v0_5
