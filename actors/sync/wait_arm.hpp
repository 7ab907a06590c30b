#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/runtime/threads/blocking_join.hpp>
#include <sweet/actors/sync/wait_line.hpp>
#include <sweet/messages/cancellation_level.hpp>

namespace sweet::inline v0_5::detail {

/// One thing that a body waits for, alone or among others. The wait of a body derives from it, or
/// holds it, and stays where it is.
class wait_arm : public place_in_line {
public:
  /// Takes what is waited for if it is there, and otherwise stands in line for it.
  /// @returns whether the arm stands in line: it is served later, with one wake-up. If it does not,
  /// it is served, or another arm of the wait is. If this throws, it stands in no line, nor is it
  /// served
  virtual bool enter() = 0;
  /// Leaves the line. @returns false if the arm did not stand in it (any more): it is served, and
  /// the wake-up has come or will come; or another arm is
  virtual bool leave() noexcept = 0;
  /// Whether the wait is over. @pre no wake-up is due: the arm stands in no line
  virtual bool is_served() const noexcept { return served; }
  /// Says what is waited for. Called by a thread that holds the task, see held_wait: it reads only
  /// what does not change while the task waits.
  virtual void describe(wait_view& view) const noexcept = 0;

protected:
  ~wait_arm() = default;
};

/// The wait of a coroutine for one arm.
/// @tparam Arm a wait_arm, whose functions are called without a detour
template <class Arm>
class single_wait : wait_source {
public:
  explicit single_wait(Arm& arm) noexcept : arm_(arm) { ops = &operations; }

  /// @returns whether the coroutine suspends: it waits, or stops
  bool suspend(cell& self) {
    // An arm that is always served at once would never hear of a stop otherwise.
    if (self.level() != cancellation_level::none && is_interrupted(self)) [[unlikely]] {
      self.begin_stop();
      return true;
    }
    arm_.who = sleeper{self};
    // Before the arm stands in line: from then on the wake-up may come.
    self.begin_wait(*this);
    try {
      if (arm_.enter())
        return true;
    } catch (...) {
      self.end_wait();
      throw;
    }
    self.end_wait();
    return false;
  }

  Arm& arm() const noexcept { return arm_; }

private:
  static bool retract(wait_source& s, cell&) noexcept {
    return static_cast<single_wait&>(s).arm_.leave();
  }
  static void describe(const wait_source& s, wait_view& view) noexcept {
    static_cast<const single_wait&>(s).arm_.describe(view);
  }
  static constexpr wait_ops operations{.retract = &retract, .describe = &describe};

  Arm& arm_;
};

/// Blocks a body that is no coroutine, or a thread without a task, until the arm is served.
/// @returns join_outcome::ended: the arm is served @throws cancelled if the task is cancelled
/// meanwhile, or has been
join_outcome join_arm(wait_arm& arm);

/// Blocks a body that is no coroutine, or a thread without a task, until the arm is served.
/// @returns false in a destructor of a body that stops: the arm is not served
/// @throws cancelled if the task is cancelled meanwhile @throws task_failure if the wait is refused
bool block_for(wait_arm& arm);

} // namespace sweet::inline v0_5::detail
