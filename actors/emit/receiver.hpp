#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/cpu_sample.hpp>
#include <sweet/actors/emit/event_handler.hpp>
#include <sweet/actors/emit/event_slice.hpp>
#include <sweet/actors/emit/join_awaiter.hpp>
#include <sweet/actors/emit/receiver_core.hpp>
#include <sweet/actors/emit/receiver_verdict.hpp>
#include <sweet/actors/emit/slice_list.hpp>
#include <sweet/actors/emit/stream_core.hpp>
#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/cancelled.hpp>
#include <sweet/actors/task/child_task.hpp>
#include <sweet/actors/task/sleep.hpp>

#include <bit>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace sweet::detail {

/// A receiver of events of type E with a handler of type F.
template <class E, class F>
class receiver final : public receiver_core {
  using call = handler_call<F, E, typename signature_of<F>::output>;
  using output = typename call::signature::output;
  static constexpr bool in_batches = call::signature::takes_batch;

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

  static async<void> receive(std::shared_ptr<stream_core> stream, receiver& self,
                             task_context ctx) {
    cell& me = context_access::get(ctx);
    std::optional<F>& handler = self.current_;
    handler.emplace(self.handler_);
    slice_list taken{self.stage_.in};
    auto begin = stream->time().now();
    for (;;) {
      if (taken.is_empty()) {
        taken.take(self.inbox.take_all());
        if (taken.is_empty()) {
          self.out_.flush();
          if (co_await self.inbox.wait_shielded({}) != cancellation_level::none) {
            note_thrown(me);
            throw cancelled{};
          }
          begin = stream->time().now();
        }
        continue;
      }
      if (taken.front().what == event_link::kind::closed) {
        self.out_.flush();
        co_return;
      }
      auto& slice = static_cast<event_slice&>(taken.front());
      if (stream->has_stopped()) {
        taken.pop();
        continue;
      }
      cursor at{0, slice.parts.front().given};
      receiver_verdict verdict{stream->options().on_error};
      for (;;) {
        task_error error;
        if constexpr (call::is_coroutine) {
          if (self.skip_ended_parts(slice, at))
            break;
          cell* child = &self.start(me, ctx, *handler, slice, at);
          co_await join_awaiter{*child};
          if (!child->is_done())
            taken.abandon_first();
          error = self.outcome(child);
          if (error.code() == error_code::cancelled && is_interrupted(me)) {
            note_thrown(me);
            throw cancelled{};
          }
          if (!error) {
            self.succeeded(slice, at);
            continue;
          }
        } else {
          const cpu_sample cpu{self.is_sampled()};
          error = self.run(*handler, ctx, slice, at);
          slice.cpu = cpu.spent();
          if (!error)
            break;
        }
        const auto decided = verdict.on(error, sequence(slice, at));
        if (decided.what == error_strategy::action::try_again) {
          if (decided.delay.count() != 0)
            co_await ctx.sleep_for(decided.delay);
          continue;
        }
        self.failed(slice, at, std::move(error));
        if (decided.what == error_strategy::action::stop) {
          slice.stops = true;
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

  // -- handlers that are plain functions ----------------------------------------------------------

  /// Handles the rest of a slice. @returns why an event has failed, which `at` is at then
  task_error run(F& handler, task_context ctx, event_slice& slice, cursor& at) {
    try {
      if constexpr (in_batches)
        return at.rest != 0 ? run_batch(handler, ctx, slice) : task_error{};
      else
        return run_each(handler, ctx, slice, at);
    } catch (...) {
      return error_of_exception();
    }
  }

  task_error run_each(F& handler, task_context ctx, event_slice& slice, cursor& at) {
    const auto limit = stage_.rules.timeout;
    while (!skip_ended_parts(slice, at)) {
      slice_part& part = slice.parts[at.part];
      auto& chunk = static_cast<event_chunk<E>&>(*part.chunk);
      E* const events = chunk.events();
      typename call::sources from{ctx, out_, stage_.stream.id(), keeps_events(), chunk};
      for (; at.rest != 0; at.rest &= at.rest - 1) {
        from.index = at.index();
        const auto begin = limit.count() != 0 ? stage_.stream.time().now() : clock::time_point{};
        if constexpr (std::is_void_v<typename call::result>)
          call::call(handler, events[from.index], from);
        else if (auto error = call::collect(call::call(handler, events[from.index], from), out_))
          return error;
        if (limit.count() != 0 && stage_.stream.time().now() - begin > limit)
          return took_too_long(limit);
        if constexpr (is_collector<output>)
          if (!out_.errors().empty()) [[unlikely]] {
            report(slice, at);
            continue;
          }
        part.processed |= at.bit();
      }
    }
    return {};
  }

  task_error run_batch(F& handler, task_context ctx, event_slice& slice) {
    std::vector<E*> events;
    std::vector<cursor> places;
    events.reserve(slice.size);
    places.reserve(slice.size);
    for (cursor at{0, slice.parts.front().given}; !skip_ended_parts(slice, at);
         at.rest &= at.rest - 1) {
      events.push_back(static_cast<event_chunk<E>&>(*slice.parts[at.part].chunk).events() +
                       at.index());
      places.push_back(at);
    }
    batch<E> all{events};
    const typename call::sources from{ctx, out_, stage_.stream.id(), keeps_events(),
                                      *slice.parts.front().chunk};
    const auto limit = stage_.rules.timeout;
    const auto begin = limit.count() != 0 ? stage_.stream.time().now() : clock::time_point{};
    if constexpr (std::is_void_v<typename call::result>)
      call::call(handler, all, from);
    else if (auto error = call::collect(call::call(handler, all, from), out_))
      return error;
    if (limit.count() != 0 && stage_.stream.time().now() - begin > limit)
      return took_too_long(limit);
    for (auto& part : slice.parts)
      part.processed = part.given;
    for (auto& [i, error] : all.failures()) {
      slice_part& part = slice.parts[places[i].part];
      part.processed &= ~places[i].bit();
      part.failed |= places[i].bit();
      slice.errors.push_back({sequence(slice, places[i]), std::move(error)});
    }
    return {};
  }

  // -- handlers that are coroutines ---------------------------------------------------------------

  cell& start(cell& me, task_context ctx, F& handler, event_slice& slice, const cursor& at) {
    static_assert(!in_batches, "the handler of batches is a plain function");
    auto& chunk = static_cast<event_chunk<E>&>(*slice.parts[at.part].chunk);
    const typename call::sources from{ctx,   out_,      stage_.stream.id(), keeps_events(),
                                      chunk, at.index()};
    cell& child = call::call(handler, chunk.events()[at.index()], from).release();
    try {
      set_contained(child);
      if (stage_.rules.timeout.count() != 0)
        set_timeout(child, stage_.rules.timeout);
    } catch (...) {
      discard(child);
      throw;
    }
    start_child(me, child);
    return child;
  }

  task_error outcome(cell*& child) {
    using value = typename call::signature::value;
    auto outcome = take_child<value>(child);
    if (outcome.is_err())
      return outcome.error();
    if constexpr (std::is_void_v<value>)
      return {};
    else
      return call::collect(std::move(outcome).value(), out_);
  }

  void succeeded(event_slice& slice, cursor& at) {
    if constexpr (is_collector<output>)
      if (!out_.errors().empty()) {
        report(slice, at);
        at.rest &= at.rest - 1;
        return;
      }
    slice.parts[at.part].processed |= at.bit();
    at.rest &= at.rest - 1;
  }

  // -- what has become of events ------------------------------------------------------------------

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

  void failed(event_slice& slice, cursor& at, task_error error) {
    if constexpr (is_collector<output>)
      out_.errors().clear();
    if constexpr (in_batches) {
      for (auto& part : slice.parts)
        part.failed = part.given;
      slice.errors.push_back({sequence(slice, at), std::move(error)});
      at = {slice.parts.size() - 1, 0};
    } else {
      slice.parts[at.part].failed |= at.bit();
      slice.errors.push_back({sequence(slice, at), std::move(error)});
      at.rest &= at.rest - 1;
    }
  }

  /// The handler has said itself that the event has failed.
  void report(event_slice& slice, const cursor& at) {
    slice.parts[at.part].failed |= at.bit();
    for (auto& error : std::exchange(out_.errors(), {}))
      slice.errors.push_back({sequence(slice, at), std::move(error)});
  }

  /// Whether to look at the time of the processor, which costs half a microsecond.
  bool is_sampled() noexcept { return stage_.rules.adaptive && slices_++ % 16 == 0; }

  bool keeps_events() const noexcept { return stage_.stream.options().on_error.retries(); }

  stage_core& stage_;
  const F& handler_; ///< as it was described
  /// The one that is called. Here, because a body that is left behind still refers to it.
  std::optional<F> current_;
  std::uint32_t slices_ = 0;
  output out_;
};

} // namespace sweet::detail
