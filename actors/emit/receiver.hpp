#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/cpu_sample.hpp>
#include <sweet/actors/emit/event_handler.hpp>
#include <sweet/actors/emit/join_awaiter.hpp>
#include <sweet/actors/emit/receiver_core.hpp>
#include <sweet/actors/emit/receiver_verdict.hpp>
#include <sweet/actors/emit/stream_core.hpp>
#include <sweet/actors/emit/wire/event_slice.hpp>
#include <sweet/actors/emit/wire/slice_list.hpp>
#include <sweet/actors/runtime/cell/recovery_record.hpp>
#include <sweet/actors/runtime/cell/unstarted_task.hpp>
#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/callable_body.hpp>
#include <sweet/actors/task/child_task.hpp>
#include <sweet/actors/task/sleep.hpp>
#include <sweet/messages/cancelled.hpp>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace sweet::detail {

/// A receiver of events of type E with a handler of type F.
///
/// Each event, or batch, is an attempt: what its handler collects goes on only if it is processed,
/// and the event can be handled again only if it is still whole. A handler that is a coroutine, or
/// uses its context, runs in a task of its own for each attempt; others are called by the receiver.
template <class E, class F>
class receiver final : public receiver_core {
  using call = handler_call<F, E, typename signature_of<F>::output>;
  using signature = typename call::signature;
  using output = typename signature::output;
  using result = typename call::result;
  static constexpr bool in_batches = signature::takes_batch;
  static constexpr bool in_own_task = call::is_coroutine || signature::takes_context;
  static constexpr bool takes_over = signature::template takes_over<E>;
  /// Whether something may have been collected by an attempt that fails.
  static constexpr bool collects_early =
      !std::is_void_v<typename signature::declared> || (in_own_task && !call::is_coroutine);

  static_assert(!(call::is_coroutine && in_batches), "the handler of batches is a plain function");

public:
  receiver(stage_core& stage, const F& handler, const collector_target& target)
      : stage_(stage), handler_(handler), out_(target) {}

  cell& make_task() override {
    return receive(stage_.stream.shared_from_this(), *this, context_access::unbound()).release();
  }

private:
  /// Where in a slice it is.
  struct cursor {
    std::size_t part = 0;
    event_mask rest = 0;

    std::uint32_t index() const noexcept {
      return static_cast<std::uint32_t>(std::countr_zero(rest));
    }
    event_mask bit() const noexcept { return rest & (~rest + 1); }
  };

  /// However the task ends, what it has made of events goes on, and what it has not handled is
  /// whole.
  struct departure {
    receiver& self;
    slice_list& taken;
    ~departure() { self.depart(taken); }
  };

  static async<void> receive(std::shared_ptr<stream_core> stream, receiver& self,
                             task_context ctx) {
    cell& me = context_access::get(ctx);
    std::optional<F>& handler = self.current_;
    handler.emplace(self.handler_);
    slice_list taken{self.stage_.in};
    const departure at_end{self, taken};
    auto begin = stream->time().now();
    for (;;) {
      if (taken.is_empty()) {
        taken.take(self.inbox.take_all());
        if (taken.is_empty()) {
          self.out_.flush();
          if (co_await self.inbox.wait_shielded({}) != cancellation_level::none) {
            note_heard(me);
            throw cancelled{};
          }
          begin = stream->time().now();
        }
        continue;
      }
      if (taken.front().what == event_link::kind::closed)
        co_return;
      auto& slice = static_cast<event_slice&>(taken.front());
      if (stream->has_stopped()) {
        taken.pop();
        continue;
      }
      cursor at{0, slice.parts.front().given};
      receiver_verdict verdict{stream->options().on_error};
      self.begin_slice(slice);
      for (;;) {
        task_error error;
        if constexpr (in_own_task) {
          if (skip_ended_parts(slice, at))
            break;
          // A receiver that is stopped leaves what it has not begun to the others.
          if (me.level() != cancellation_level::none) {
            note_heard(me);
            throw cancelled{};
          }
          if (cell* child = self.start(me, ctx, *handler, slice, at, error)) {
            co_await join_awaiter{*child};
            if (!child->is_done()) {
              taken.abandon_first();
              self.left_behind_ = true;
            }
            error = self.outcome(child);
          }
          if (!error) {
            self.succeeded(slice, at);
            continue;
          }
        } else {
          const cpu_sample cpu{self.is_sampled_};
          error = self.run(*handler, slice, at);
          slice.cpu = cpu.spent();
          if (!error)
            break;
        }
        if (self.left_behind_ ||
            (error.code() == error_code::cancelled && me.level() != cancellation_level::none)) {
          note_heard(me);
          throw cancelled{};
        }
        const bool is_whole = self.end_attempt();
        const auto decided = verdict.on(error, sequence(slice, at));
        if (decided.what == error_strategy::action::try_again && is_whole) {
          if (decided.delay.count() != 0)
            co_await ctx.sleep_for(decided.delay);
          continue;
        }
        const bool ends = decided.what == error_strategy::action::stop;
        self.failed(slice, at, std::move(error), ends);
        if (ends) {
          stream->stop_handling();
          break;
        }
        // What is left of the handler after a failure may be anything.
        if constexpr (!std::is_empty_v<F>)
          handler.emplace(self.handler_);
      }
      // One slice begins where the one before has ended.
      const auto end = stream->time().now();
      slice.wall = end - std::exchange(begin, end);
      slice.outputs = self.out_.take_held();
      taken.pop();
      while (auto* credit = self.out_.overdrawn()) {
        co_await credit->wait();
        begin = stream->time().now();
      }
    }
  }

  // -- attempts -----------------------------------------------------------------------------------

  void begin_slice(event_slice& slice) noexcept {
    // To look at the time of the processor costs half a microsecond.
    is_sampled_ = stage_.rules.adaptive && slices_++ % 16 == 0;
    slice.cpu = cpu_sample::none;
  }

  /// From now on the event, or the batch, is in the hands of the handler.
  void begin_attempt(event_slice& slice, const cursor& at) {
    if constexpr (in_batches)
      gather(slice);
    else if constexpr (takes_over)
      events_.assign(1, &event(slice, at));
    if constexpr (takes_over && std::is_copy_constructible_v<E>)
      if (stage_.stream.options().on_error.retries()) {
        copies_.clear();
        copies_.reserve(events_.size());
        for (const E* e : events_)
          copies_.push_back(*e);
      }
    if constexpr (collects_early)
      out_.begin_attempt();
    begun_ = at;
    is_begun_ = true;
  }

  void commit() noexcept {
    if constexpr (collects_early)
      out_.commit();
    is_begun_ = false;
  }

  /// The attempt has failed: nothing of it is left.
  /// @returns whether the events are as they were, and can be handled again
  bool end_attempt() noexcept {
    if (!std::exchange(is_begun_, false))
      return true;
    if constexpr (collects_early)
      out_.roll_back();
    if constexpr (takes_over && std::is_copy_constructible_v<E>)
      for (std::size_t i = 0; i < copies_.size(); ++i) {
        std::destroy_at(events_[i]);
        std::construct_at(events_[i], std::move(copies_[i]));
      }
    const bool is_whole = !takes_over || !copies_.empty();
    copies_.clear();
    return is_whole;
  }

  void depart(slice_list& taken) {
    // A body that was left behind still uses what an attempt uses.
    if (left_behind_)
      return;
    if (!taken.is_empty() && taken.front().what == event_link::kind::slice) {
      auto& slice = static_cast<event_slice&>(taken.front());
      if (is_begun_ && !end_attempt())
        mark(slice, begun_, &slice_part::spent);
      slice.outputs = out_.take_held();
    }
    out_.flush();
  }

  // -- handlers that the receiver calls -----------------------------------------------------------

  /// Handles the rest of a slice. @returns why an event has failed, which `at` is at then
  task_error run(F& handler, event_slice& slice, cursor& at) {
    try {
      if constexpr (in_batches) {
        if (at.rest == 0)
          return {};
        auto error = handle_in_time(handler, context_access::unbound(), slice, at);
        if (!error)
          succeeded(slice, at);
        return error;
      } else {
        return run_each(handler, slice, at);
      }
    } catch (...) {
      return error_of_exception();
    }
  }

  task_error run_each(F& handler, event_slice& slice, cursor& at) {
    const auto limit = stage_.rules.timeout;
    while (!skip_ended_parts(slice, at)) {
      slice_part& part = slice.parts[at.part];
      auto& chunk = static_cast<event_chunk<E>&>(*part.chunk);
      E* const events = chunk.events();
      typename call::sources from{context_access::unbound(), out_, stage_.stream.id(), chunk};
      for (; at.rest != 0; at.rest &= at.rest - 1) {
        from.index = at.index();
        if constexpr (collects_early || takes_over)
          begin_attempt(slice, at);
        const auto begin = limit.count() != 0 ? stage_.stream.time().now() : clock::time_point{};
        if (auto error = handle(handler, events[from.index], from,
                                [&] { return limit.count() != 0 && is_late(begin, limit); }))
          return error;
        if constexpr (is_collector<output>)
          if (!out_.errors().empty()) [[unlikely]] {
            report(slice, at);
            continue;
          }
        if constexpr (collects_early || takes_over)
          commit();
        part.processed |= at.bit();
      }
    }
    return {};
  }

  bool is_late(clock::time_point begin, std::chrono::nanoseconds limit) const noexcept {
    return stage_.stream.time().now() - begin > limit;
  }

  /// Calls the handler, and collects what it returns. @returns why the event has failed
  template <class Event, class Late>
  [[gnu::always_inline]] task_error handle(F& handler, Event& event,
                                           const typename call::sources& from, Late is_late) {
    if constexpr (std::is_void_v<result>) {
      call::call(handler, event, from);
      return is_late() ? took_too_long(stage_.rules.timeout) : task_error{};
    } else {
      auto&& returned = call::call(handler, event, from);
      return is_late() ? took_too_long(stage_.rules.timeout)
                       : call::collect(std::forward<decltype(returned)>(returned), out_);
    }
  }

  /// An attempt at an event, or at a batch, in the time that it has.
  task_error handle_in_time(F& handler, task_context ctx, event_slice& slice, const cursor& at) {
    const auto limit = stage_.rules.timeout;
    const auto begin = limit.count() != 0 ? stage_.stream.time().now() : clock::time_point{};
    const auto late = [&] { return limit.count() != 0 && is_late(begin, limit); };
    const typename call::sources from{ctx, out_, stage_.stream.id(), *slice.parts[at.part].chunk,
                                      at.index()};
    if constexpr (in_batches) {
      if constexpr (!in_own_task)
        begin_attempt(slice, at);
      return handle(handler, *batch_, from, late);
    } else {
      return handle(handler, event(slice, at), from, late);
    }
  }

  // -- handlers that run in a task of their own ---------------------------------------------------

  /// Starts an attempt. @returns null if that fails, which `error` tells then
  cell* start(cell& me, task_context ctx, F& handler, event_slice& slice, const cursor& at,
              task_error& error) {
    try {
      begin_attempt(slice, at);
      unstarted_task made{make_attempt(ctx, handler, slice, at)};
      set_contained(*made);
      if (stage_.rules.timeout.count() != 0)
        set_timeout(*made, stage_.rules.timeout);
      cell& child = made.release();
      start_child(me, child);
      return &child;
    } catch (...) {
      error = error_of_exception();
      return nullptr;
    }
  }

  cell& make_attempt(task_context ctx, F& handler, event_slice& slice, const cursor& at) {
    if constexpr (call::is_coroutine) {
      const typename call::sources from{ctx, out_, stage_.stream.id(), *slice.parts[at.part].chunk,
                                        at.index()};
      return call::call(handler, event(slice, at), from).release();
    } else {
      cell& child =
          make_callable([this, &handler, &slice, at](task_context own) -> task_result<void> {
            const cpu_sample cpu{is_sampled_};
            auto error = handle_in_time(handler, own, slice, at);
            if (is_sampled_)
              slice.cpu = std::max(slice.cpu, std::chrono::nanoseconds{0}) + cpu.spent();
            if (error)
              return error;
            return {};
          });
      // To others the receiver handles the event.
      set_attempt(child);
      return child;
    }
  }

  task_error outcome(cell*& child) {
    using value = std::conditional_t<call::is_coroutine, typename signature::value, void>;
    auto outcome = take_child<value>(child);
    if (outcome.is_err())
      return outcome.error();
    if constexpr (std::is_void_v<value>) {
      return {};
    } else {
      try {
        return call::collect(std::move(outcome).value(), out_);
      } catch (...) {
        return error_of_exception();
      }
    }
  }

  // -- what has become of events ------------------------------------------------------------------

  /// The attempt was successful, though the handler may have said itself that events have failed.
  void succeeded(event_slice& slice, cursor& at) {
    if constexpr (is_collector<output>)
      if (!out_.errors().empty()) {
        report(slice, at);
        return advance(slice, at);
      }
    commit();
    if constexpr (in_batches)
      take_failures(slice);
    else
      slice.parts[at.part].processed |= at.bit();
    advance(slice, at);
  }

  /// What the handler of a batch has said about single events.
  void take_failures(event_slice& slice) {
    for (auto& part : slice.parts)
      part.processed = part.given;
    for (auto& [i, error] : batch_->failures()) {
      slice_part& part = slice.parts[places_[i].part];
      if ((part.failed & places_[i].bit()) != 0)
        continue;
      part.processed &= ~places_[i].bit();
      part.failed |= places_[i].bit();
      slice.add({sequence(slice, places_[i]), std::move(error)});
    }
  }

  /// The event, or the batch, has its end.
  static void advance(const event_slice& slice, cursor& at) noexcept {
    if constexpr (in_batches)
      at = {slice.parts.size() - 1, 0};
    else
      at.rest &= at.rest - 1;
  }

  void gather(event_slice& slice) {
    events_.clear();
    places_.clear();
    for (cursor at{0, slice.parts.front().given}; !skip_ended_parts(slice, at);
         at.rest &= at.rest - 1) {
      events_.push_back(&event(slice, at));
      places_.push_back(at);
    }
    batch_.emplace(events_);
  }

  /// @returns whether nothing is left
  static bool skip_ended_parts(const event_slice& slice, cursor& at) noexcept {
    while (at.rest == 0) {
      if (++at.part == slice.parts.size())
        return true;
      at.rest = slice.parts[at.part].given;
    }
    return false;
  }

  static std::uint64_t sequence(const event_slice& slice, const cursor& at) noexcept {
    return slice.parts[at.part].chunk->first_sequence + at.index();
  }

  static E& event(event_slice& slice, const cursor& at) noexcept {
    return static_cast<event_chunk<E>&>(*slice.parts[at.part].chunk).events()[at.index()];
  }

  void failed(event_slice& slice, cursor& at, task_error error, bool ends_stream) noexcept {
    event_error failure{sequence(slice, at), std::move(error)};
    if (ends_stream)
      slice.end = std::move(failure);
    else
      slice.add(std::move(failure));
    mark(slice, at, &slice_part::failed);
    advance(slice, at);
  }

  /// The handler has said itself that the event has failed, or the batch.
  void report(event_slice& slice, const cursor& at) noexcept {
    for (auto& error : std::exchange(out_.errors(), {}))
      slice.add({sequence(slice, at), std::move(error)});
    mark(slice, at, &slice_part::failed);
    end_attempt();
  }

  static void mark(event_slice& slice, const cursor& at, event_mask slice_part::* as) noexcept {
    if constexpr (in_batches)
      for (auto& part : slice.parts)
        part.*as = part.given;
    else
      slice.parts[at.part].*as |= at.bit();
  }

  stage_core& stage_;
  const F& handler_; ///< as it was described
  /// The one that is called. Here, because a body that is left behind still refers to it.
  std::optional<F> current_;
  std::uint32_t slices_ = 0;
  bool is_sampled_ = false; ///< the time of the processor, for this slice
  output out_;

  // The attempt at hand.
  bool is_begun_ = false;
  bool left_behind_ = false; ///< by its receiver: nothing of it may be touched any more
  cursor begun_;
  std::vector<E*> events_;     ///< those of a batch, or one that the handler may change
  std::vector<cursor> places_; ///< of those of a batch
  std::optional<batch<E>> batch_;
  std::vector<std::conditional_t<std::is_copy_constructible_v<E>, E, char>>
      copies_; ///< to try again with
};

} // namespace sweet::detail
