#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/receiver_core.hpp>
#include <sweet/actors/emit/wire/event_slice.hpp>
#include <sweet/actors/emit/wire/slice_cursor.hpp>
#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/messages/task_error.hpp>

#include <cstdint>
#include <memory>

namespace sweet::inline v0_5::detail {

class slice_list;
class stage_core;
class stream_core;

/// How a receiver calls its handler.
struct handler_traits {
  bool in_batches;  ///< with all events of a slice at once
  bool in_own_task; ///< in a task of its own for each attempt
};

/// Does the work of a receiver: takes slices from its inbox, has their events handled, and decides
/// what becomes of failed events. The functions that depend on the types of the events and of the
/// handler are virtual; they are called once per slice or, if attempts are tasks, once per attempt.
class receiver_loop : public receiver_core {
public:
  receiver_loop(stage_core& stage, handler_traits handler) noexcept
      : stage_(stage), handler_(handler) {}

  cell& make_task() final;

protected:
  stage_core& stage() const noexcept { return stage_; }
  /// Whether the time of the processor is measured for the slice at hand.
  bool is_sampled() const noexcept { return is_sampled_; }

  /// Notes that an attempt at the event at `at` has begun.
  void begin_attempt(const slice_cursor& at) noexcept {
    begun_ = at;
    is_begun_ = true;
  }
  void end_attempt() noexcept { is_begun_ = false; }
  /// Ends an attempt that has failed, if one is under way.
  /// @returns whether its events are as they were, and can be handled again
  bool give_up() noexcept;

  /// Moves behind the event at hand, or behind the batch.
  void advance(const event_slice& slice, slice_cursor& at) const noexcept;
  /// Marks the event at hand, or all events of the batch.
  void mark(event_slice& slice, const slice_cursor& at, event_mask slice_part::* as) const noexcept;

private:
  struct departure;

  static async<void> receive(std::shared_ptr<stream_core> stream, receiver_loop& self,
                             task_context ctx);
  void begin_slice(event_slice& slice) noexcept;
  void failed(event_slice& slice, slice_cursor& at, task_error error, bool ends_stream) noexcept;
  void depart(slice_list& taken) noexcept;
  /// Makes the handler anew from its description: a failure may have left it in any state.
  virtual void renew_handler() = 0;
  /// Calls the handler for the rest of a slice.
  /// @returns the error of an event that has failed; `at` is at that event then
  virtual task_error run(event_slice& slice, slice_cursor& at) noexcept = 0;
  /// Starts an attempt in a task of its own.
  /// @returns null if that fails; `error` says why
  virtual cell* start(cell& me, task_context ctx, event_slice& slice, const slice_cursor& at,
                      task_error& error) noexcept = 0;
  /// Takes the outcome of an attempt, and collects its result. @returns the error if it has failed
  virtual task_error outcome(cell*& child) = 0;
  /// Ends an attempt that was successful, although the handler itself may have said that events
  /// have failed.
  virtual void succeeded(event_slice& slice, slice_cursor& at) = 0;
  /// Drops the results of an attempt that has failed, and restores its events.
  /// @returns whether the events are as they were
  virtual bool roll_back() noexcept = 0;

  // The functions for the results, see collector.
  virtual void flush() noexcept = 0;
  virtual event_link* take_held() noexcept = 0;
  virtual inlet* overdrawn() noexcept = 0;

  stage_core& stage_;
  const handler_traits handler_;
  std::uint32_t slices_ = 0;
  bool is_sampled_ = false;
  bool is_begun_ = false;    ///< an attempt is under way
  bool left_behind_ = false; ///< an attempt is left behind, and must not be touched any more
  slice_cursor begun_;
};

} // namespace sweet::inline v0_5::detail
