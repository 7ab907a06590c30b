#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/service/call_state.hpp>
#include <sweet/actors/sync/channel.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/messages/task_error.hpp>

#include <atomic>
#include <cstddef>
#include <memory>

namespace sweet::inline v0_5::detail {

/// What outlives the incarnations of a service that is a class: the calls that wait. Any thread.
class service_state {
public:
  explicit service_state(std::size_t limit) : calls_(limit) {}
  service_state(const service_state&) = delete;
  service_state& operator=(const service_state&) = delete;
  /// Nobody can start the service any more: answers the calls that wait for that.
  ~service_state() { close(); }

  /// Puts a call at the end of the line, or answers it with an error.
  /// @param from the task that calls
  void accept(cell& from, const std::shared_ptr<call_state>& call);

  // -- the incarnations ---------------------------------------------------------------------------
  /// Notes that tasks below `self` run the calls from now on.
  /// @throws fails_with if another task does so, or the service was given up
  void begin_serving(cell& self);
  void end_serving() noexcept;
  /// `co_await state.next()` waits for a call.
  auto next() noexcept { return calls_.receiver.receive(); }

  /// No incarnation will take calls any more: answers those that wait, and all that come.
  void close() noexcept;
  /// Ties the calls to the supervisor of `self`, if it has one: they are refused once the service
  /// is given up. @returns whether it has a supervisor
  bool follow_supervisor(cell& self, const std::shared_ptr<service_state>& itself);

private:
  bool runs_within(cell& task) const noexcept;

  channel<std::shared_ptr<call_state>> calls_;
  std::shared_ptr<serving_task> serving_ = std::make_shared<serving_task>(nullptr);
  std::atomic<bool> followed_{false};
};

/// Notes, while it lives, that a task serves.
class serving {
public:
  serving(service_state& state, cell& self) : state_(state) { state.begin_serving(self); }
  ~serving() { state_.end_serving(); }
  serving(const serving&) = delete;
  serving& operator=(const serving&) = delete;

private:
  service_state& state_;
};

} // namespace sweet::inline v0_5::detail
