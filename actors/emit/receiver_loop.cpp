// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/receiver_loop.hpp>

#include <sweet/actors/emit/cpu_sample.hpp>
#include <sweet/actors/emit/join_awaiter.hpp>
#include <sweet/actors/emit/receiver_verdict.hpp>
#include <sweet/actors/emit/stage_core.hpp>
#include <sweet/actors/emit/stream_core.hpp>
#include <sweet/actors/emit/wire/slice_list.hpp>
#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/task/sleep.hpp>
#include <sweet/messages/cancelled.hpp>

#include <utility>

namespace sweet::inline v0_5::detail {

/// Ends the work of a receiver, however its task ends: results of handled events go on, and
/// unhandled events stay whole.
struct receiver_loop::departure {
  receiver_loop& self;
  slice_list& taken;
  ~departure() { self.depart(taken); }
};

cell& receiver_loop::make_task() {
  return receive(stage_.stream.shared_from_this(), *this, context_access::unbound()).release();
}

async<void> receiver_loop::receive(std::shared_ptr<stream_core> stream, receiver_loop& self,
                                   task_context ctx) {
  cell& me = context_access::get(ctx);
  self.renew_handler();
  slice_list taken{self.stage_.in};
  const departure at_end{self, taken};
  auto begin = stream->time().now();
  for (;;) {
    if (taken.is_empty()) {
      taken.take(self.inbox.take_all());
      if (taken.is_empty()) {
        self.flush();
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
    slice_cursor at{0, slice.parts.front().given};
    receiver_verdict verdict{stream->options().on_error};
    self.begin_slice(slice);
    for (;;) {
      task_error error;
      if (self.handler_.in_own_task) {
        if (at.skip_ended_parts(slice))
          break;
        // A receiver that is stopped leaves events that it has not begun to other receivers.
        if (me.level() != cancellation_level::none) {
          note_heard(me);
          throw cancelled{};
        }
        if (cell* child = self.start(me, ctx, slice, at, error)) {
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
        error = self.run(slice, at);
        slice.cpu = cpu.spent();
        if (!error)
          break;
      }
      if (self.left_behind_ ||
          (error.code() == error_code::cancelled && me.level() != cancellation_level::none)) {
        note_heard(me);
        throw cancelled{};
      }
      const bool is_whole = self.give_up();
      const auto decided = verdict.on(error, at.sequence(slice));
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
      self.renew_handler();
    }
    // One slice begins where the one before has ended.
    const auto end = stream->time().now();
    slice.wall = end - std::exchange(begin, end);
    slice.outputs = self.take_held();
    taken.pop();
    while (auto* credit = self.overdrawn()) {
      co_await credit->wait();
      begin = stream->time().now();
    }
  }
}

void receiver_loop::begin_slice(event_slice& slice) noexcept {
  // Reading the time of the processor costs half a microsecond.
  is_sampled_ = stage_.rules.adaptive && slices_++ % 16 == 0;
  slice.cpu = cpu_sample::none;
}

bool receiver_loop::give_up() noexcept {
  return !std::exchange(is_begun_, false) || roll_back();
}

void receiver_loop::depart(slice_list& taken) noexcept {
  // A body that was left behind still uses all that its attempt uses.
  if (left_behind_)
    return;
  if (!taken.is_empty() && taken.front().what == event_link::kind::slice) {
    auto& slice = static_cast<event_slice&>(taken.front());
    if (!give_up())
      mark(slice, begun_, &slice_part::spent);
    slice.outputs = take_held();
  }
  flush();
}

void receiver_loop::failed(event_slice& slice, slice_cursor& at, task_error error,
                           bool ends_stream) noexcept {
  event_error failure{at.sequence(slice), std::move(error)};
  if (ends_stream)
    slice.end = std::move(failure);
  else
    slice.add(std::move(failure));
  mark(slice, at, &slice_part::failed);
  advance(slice, at);
}

void receiver_loop::advance(const event_slice& slice, slice_cursor& at) const noexcept {
  if (handler_.in_batches)
    at = {slice.parts.size() - 1, 0};
  else
    at.next();
}

void receiver_loop::mark(event_slice& slice, const slice_cursor& at,
                         event_mask slice_part::* as) const noexcept {
  if (handler_.in_batches)
    for (auto& part : slice.parts)
      part.*as = part.given;
  else
    slice.parts[at.part].*as |= at.bit();
}

} // namespace sweet::inline v0_5::detail
