#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/home/wait_view.hpp>
#include <sweet/actors/runtime/system/futex_mutex.hpp>
#include <sweet/actors/runtime/time/deferred_call.hpp>
#include <sweet/actors/runtime/time/timer_wheel.hpp>
#include <sweet/messages/task_error.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <utility>

namespace sweet::inline v0_5::detail {

class task_home;

/// The task that serves a service at the moment; null: none does. Shared by the service and its
/// calls. Only an address to whoever does not know that the task lives.
using serving_task = std::atomic<cell*>;

/// A call of a service, without its types. The caller and the service share it: either may be gone
/// before the other.
class call_state : public std::enable_shared_from_this<call_state> {
public:
  call_state(const call_state&) = delete;
  call_state& operator=(const call_state&) = delete;
  virtual ~call_state() = default;

  // -- the service --------------------------------------------------------------------------------
  /// Whether somebody waits for the answer.
  bool is_wanted() const noexcept;
  /// Notes that `body` runs the call, so that the caller can cancel it until end_body().
  void begin_body(cell& body) noexcept;
  void end_body() noexcept;
  /// Answers the call with an error, unless it has been answered.
  void fail(task_error why) noexcept;

  // -- the caller ---------------------------------------------------------------------------------
  /// Notes by whom the call is to be answered. Before it is sent.
  void note_server(std::shared_ptr<const serving_task> server) noexcept {
    server_ = std::move(server);
  }
  /// Says by whom the call is to be answered, and until when. See wait_arm::describe().
  void describe(wait_view& view) const noexcept;
  /// Makes the call fail with error_code::timeout after `timeout`.
  void expire_after(task_home& home, std::chrono::nanoseconds timeout);
  /// Nobody waits for the answer any more: stops the timer, and the body at its next wait.
  void abandon() noexcept;

protected:
  call_state() noexcept = default;

  /// @returns whether the caller of this is the one that answers
  bool claim() noexcept;
  /// Answers with an error. Called once, by the one that has the claim().
  virtual void answer_with(task_error why) noexcept = 0;

private:
  struct timer : timer_entry, deferred_call {
    call_state* of = nullptr;
    std::shared_ptr<call_state> kept; ///< from when it fires until the deferred call is over
  };

  void expire() noexcept;
  void stop_body() noexcept;

  std::atomic<bool> answered_{false};
  std::atomic<bool> wanted_{true};
  futex_mutex mutex_;
  cell* body_ = nullptr; ///< under the mutex; its parent waits for end_body() before it is gone
  // -- the caller
  std::shared_ptr<const serving_task> server_; ///< null: the call was not sent
  timer timer_;
  task_home* home_ = nullptr; ///< null: no timer
  std::chrono::nanoseconds timeout_{};
};

} // namespace sweet::inline v0_5::detail
