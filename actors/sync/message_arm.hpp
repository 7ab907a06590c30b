#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/mail.hpp>
#include <sweet/actors/runtime/cell/mailbox.hpp>
#include <sweet/actors/sync/arm_of.hpp>
#include <sweet/actors/sync/select_core.hpp>
#include <sweet/actors/sync/wait_arm.hpp>
#include <sweet/messages/task_error.hpp>

#include <array>
#include <chrono>

namespace sweet::inline v0_5::detail {

struct side_block;

/// The next message of a task that is of one of several types.
class message_arm : public wait_arm, mail_taker {
public:
  /// @param asked stays where it is
  /// @throws std::logic_error if the task has another one, or does not run on this thread
  message_arm(cell& self, asked_types asked);

  bool enter() final;
  bool leave() noexcept final;
  void describe(wait_view& view) const noexcept final { view.on = wait_reason::message; }

  cell& task() const noexcept { return task_; }

  /// Takes the message. @pre the arm is served
  mail_ptr take_mail() noexcept { return std::move(mail_); }

protected:
  ~message_arm();

private:
  bool accept(mail_ptr& m) noexcept final;

  cell& task_;
  side_block& side_;
  mailbox& box_;
  const asked_types asked_;
  mail_ptr mail_; ///< under the mutex of the mailbox until the arm is served
};

/// The next message of a task, or the time after which it is waited for no longer.
class timed_message_arm : public select_core {
public:
  /// @param timeout counts from now; nanoseconds::max(): none
  timed_message_arm(cell& self, asked_types asked, std::chrono::nanoseconds timeout);

  cell& task() const noexcept { return message_.task(); }

  void describe(wait_view& view) const noexcept final {
    select_core::describe(view);
    view.on = wait_reason::message;
  }

  /// Takes the message. @pre the wait is over @returns null: the time has passed
  mail_ptr take_mail() noexcept;
  task_error timeout_error() const;

protected:
  ~timed_message_arm() = default;

private:
  struct plain_arm final : message_arm {
    using message_arm::message_arm;
  };

  const std::chrono::nanoseconds timeout_;
  plain_arm message_;
  sleep_arm time_;
  const std::array<wait_arm*, 2> all_{&message_, &time_};
};

} // namespace sweet::inline v0_5::detail
