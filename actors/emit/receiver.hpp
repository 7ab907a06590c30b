#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/cpu_sample.hpp>
#include <sweet/actors/emit/event_handler.hpp>
#include <sweet/actors/emit/receiver_loop.hpp>
#include <sweet/actors/emit/receiver_verdict.hpp>
#include <sweet/actors/emit/stage_core.hpp>
#include <sweet/actors/emit/stream_core.hpp>
#include <sweet/actors/emit/wire/event_slice.hpp>
#include <sweet/actors/emit/wire/slice_cursor.hpp>
#include <sweet/actors/runtime/cell/recovery_record.hpp>
#include <sweet/actors/runtime/cell/unstarted_task.hpp>
#include <sweet/actors/task/callable_body.hpp>
#include <sweet/actors/task/child_task.hpp>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace sweet::inline v0_5::detail {

/// A receiver of events of type E with a handler of type F.
///
/// Each event, or batch, is an attempt: what the handler collects goes on only if the attempt
/// succeeds, and the event can be handled again only if it is still whole. A handler that is a
/// coroutine, or uses its context, runs in a task of its own for each attempt; the receiver calls
/// other handlers itself.
template <class E, class F>
class receiver final : public receiver_loop {
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

  /// Whether each event that is handled has one result, and the handler sees no collector.
  static constexpr bool is_map = [] {
    if constexpr (collects_early || takes_over || in_batches || in_own_task ||
                  !is_collector<output>)
      return false;
    else
      return std::is_same_v<result, typename output::item_type>;
  }();

  static_assert(!(call::is_coroutine && in_batches), "the handler of batches is a plain function");

public:
  receiver(stage_core& stage, const F& handler, const collector_target& target)
      : receiver_loop(stage, {in_batches, in_own_task}), described_(handler), out_(target) {}

private:
  // -- attempts -----------------------------------------------------------------------------------

  /// Begins an attempt: from now on the event, or the batch, is in the hands of the handler.
  void begin_attempt(event_slice& slice, const slice_cursor& at) {
    if constexpr (in_batches)
      gather(slice);
    else if constexpr (takes_over)
      events_.assign(1, &event(slice, at));
    if constexpr (takes_over && std::is_copy_constructible_v<E>)
      if (stage().stream.options().on_error.retries()) {
        copies_.clear();
        copies_.reserve(events_.size());
        for (const E* e : events_)
          copies_.push_back(*e);
      }
    if constexpr (collects_early)
      out_.begin_attempt();
    receiver_loop::begin_attempt(at);
  }

  void commit() noexcept {
    if constexpr (collects_early)
      out_.commit();
    end_attempt();
  }

  bool roll_back() noexcept override {
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

  void renew_handler() override {
    if (!std::is_empty_v<F> || !handler_)
      handler_.emplace(described_);
  }

  void flush() noexcept override { out_.flush(); }
  event_link* take_held() noexcept override { return out_.take_held(); }
  inlet* overdrawn() noexcept override { return out_.overdrawn(); }

  // -- handlers that the receiver calls -----------------------------------------------------------

  task_error run(event_slice& slice, slice_cursor& at) noexcept override {
    try {
      if constexpr (in_own_task) {
        return {};
      } else if constexpr (in_batches) {
        if (at.rest == 0)
          return {};
        auto error = handle_in_time(context_access::unbound(), slice, at);
        if (!error)
          succeeded(slice, at);
        return error;
      } else {
        return run_each(slice, at);
      }
    } catch (...) {
      return error_of_exception();
    }
  }

  task_error run_each(event_slice& slice, slice_cursor& at) {
    const auto limit = stage().rules.timeout;
    while (!at.skip_ended_parts(slice)) {
      slice_part& part = slice.parts[at.part];
      auto& chunk = static_cast<event_chunk<E>&>(*part.chunk);
      E* const events = chunk.events();
      typename call::sources from{context_access::unbound(), out_, stage().stream.id(), chunk};
      if constexpr (is_map)
        while (limit.count() == 0 && at.rest != 0)
          out_.collect_some(results{*handler_, events, from, at, part, at.rest, part.processed},
                            std::default_sentinel);
      for (; at.rest != 0; at.next()) {
        from.index = at.index();
        if constexpr (collects_early || takes_over)
          begin_attempt(slice, at);
        const auto begin = limit.count() != 0 ? stage().stream.time().now() : clock::time_point{};
        if (auto error = handle(events[from.index], from,
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

  /// A range of the results of a part's events, each of which is handled when its result is asked
  /// for: in a loop of the collector's, which keeps its own place in registers.
  struct results {
    F& handler;
    E* events;
    typename call::sources& from;
    slice_cursor& at;
    slice_part& part;
    // Copies of what stands there, which the compiler can keep in registers.
    event_mask rest;
    event_mask processed;

    result operator*() const {
      from.index = static_cast<std::uint32_t>(std::countr_zero(rest));
      return call::call(handler, events[from.index], from);
    }
    void operator++() noexcept {
      part.processed = processed |= rest & (~rest + 1);
      at.rest = rest &= rest - 1;
    }
    bool operator==(std::default_sentinel_t) const noexcept { return rest == 0; }
  };

  bool is_late(clock::time_point begin, std::chrono::nanoseconds limit) const noexcept {
    return stage().stream.time().now() - begin > limit;
  }

  /// Calls the handler, and collects its result. @returns the error if the event has failed
  template <class Event, class Late>
  [[gnu::always_inline]] task_error handle(Event& event, const typename call::sources& from,
                                           Late is_late) {
    if constexpr (std::is_void_v<result>) {
      call::call(*handler_, event, from);
      return is_late() ? took_too_long(stage().rules.timeout) : task_error{};
    } else {
      auto&& returned = call::call(*handler_, event, from);
      return is_late() ? took_too_long(stage().rules.timeout)
                       : call::collect(std::forward<decltype(returned)>(returned), out_);
    }
  }

  /// Handles an event, or a batch, and makes it fail if that has taken too long.
  task_error handle_in_time(task_context ctx, event_slice& slice, const slice_cursor& at) {
    const auto limit = stage().rules.timeout;
    const auto begin = limit.count() != 0 ? stage().stream.time().now() : clock::time_point{};
    const auto late = [&] { return limit.count() != 0 && is_late(begin, limit); };
    const typename call::sources from{ctx, out_, stage().stream.id(), *slice.parts[at.part].chunk,
                                      at.index()};
    if constexpr (in_batches) {
      if constexpr (!in_own_task)
        begin_attempt(slice, at);
      return handle(*batch_, from, late);
    } else {
      return handle(event(slice, at), from, late);
    }
  }

  // -- handlers that run in a task of their own ---------------------------------------------------

  cell* start(cell& me, task_context ctx, event_slice& slice, const slice_cursor& at,
              task_error& error) noexcept override {
    if constexpr (in_own_task)
      return start_attempt(me, ctx, slice, at, error);
    else
      return nullptr;
  }

  cell* start_attempt(cell& me, task_context ctx, event_slice& slice, const slice_cursor& at,
                      task_error& error) noexcept {
    try {
      begin_attempt(slice, at);
      unstarted_task made{make_attempt(ctx, slice, at)};
      set_contained(*made);
      if (stage().rules.timeout.count() != 0)
        set_timeout(*made, stage().rules.timeout);
      cell& child = made.release();
      start_child(me, child);
      return &child;
    } catch (...) {
      error = error_of_exception();
      return nullptr;
    }
  }

  cell& make_attempt(task_context ctx, event_slice& slice, const slice_cursor& at) {
    if constexpr (call::is_coroutine) {
      const typename call::sources from{ctx, out_, stage().stream.id(), *slice.parts[at.part].chunk,
                                        at.index()};
      return call::call(*handler_, event(slice, at), from).release();
    } else {
      cell& child = make_callable([this, &slice, at](task_context own) -> task_result<void> {
        const cpu_sample cpu{is_sampled()};
        auto error = handle_in_time(own, slice, at);
        if (is_sampled())
          slice.cpu = std::max(slice.cpu, std::chrono::nanoseconds{0}) + cpu.spent();
        if (error)
          return error;
        return {};
      });
      // Users see the receiver in place of the attempt.
      set_attempt(child);
      return child;
    }
  }

  task_error outcome(cell*& child) override {
    if constexpr (in_own_task)
      return outcome_of_attempt(child);
    else
      return {};
  }

  task_error outcome_of_attempt(cell*& child) {
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

  void succeeded(event_slice& slice, slice_cursor& at) override {
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

  /// Takes what the handler of a batch has said about single events.
  void take_failures(event_slice& slice) {
    for (auto& part : slice.parts)
      part.processed = part.given;
    for (auto& [i, error] : batch_->failures()) {
      slice_part& part = slice.parts[places_[i].part];
      if ((part.failed & places_[i].bit()) != 0)
        continue;
      part.processed &= ~places_[i].bit();
      part.failed |= places_[i].bit();
      slice.add({places_[i].sequence(slice), std::move(error)});
    }
  }

  void gather(event_slice& slice) {
    events_.clear();
    places_.clear();
    for (slice_cursor at{0, slice.parts.front().given}; !at.skip_ended_parts(slice); at.next()) {
      events_.push_back(&event(slice, at));
      places_.push_back(at);
    }
    batch_.emplace(events_);
  }

  static E& event(event_slice& slice, const slice_cursor& at) noexcept {
    return static_cast<event_chunk<E>&>(*slice.parts[at.part].chunk).events()[at.index()];
  }

  /// Takes the errors by which the handler itself has reported an event, or a batch, as failed.
  void report(event_slice& slice, const slice_cursor& at) noexcept {
    for (auto& error : std::exchange(out_.errors(), {}))
      slice.add({at.sequence(slice), std::move(error)});
    mark(slice, at, &slice_part::failed);
    give_up();
  }

  const F& described_;
  /// The handler that is called. It is kept here, because a body that is left behind still refers
  /// to it.
  std::optional<F> handler_;
  output out_;

  // The attempt at hand.
  std::vector<E*> events_;           ///< of a batch, or the one that the handler may change
  std::vector<slice_cursor> places_; ///< of the events of a batch
  std::optional<batch<E>> batch_;
  std::vector<std::conditional_t<std::is_copy_constructible_v<E>, E, char>>
      copies_; ///< of the events, to try again with
};

} // namespace sweet::inline v0_5::detail
