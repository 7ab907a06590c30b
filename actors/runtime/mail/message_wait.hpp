#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/mail.hpp>
#include <sweet/actors/runtime/mail/delivery_wait.hpp>
#include <sweet/messages/task_result.hpp>

#include <chrono>
#include <memory>

namespace sweet::inline v0_5::detail {

/// A task's wait for the next message of a type. A message that has been handed over and is not
/// taken goes back to the front of the mailbox.
class message_wait final : public delivery_wait {
public:
  /// @param timeout counts from now; nanoseconds::max(): none
  /// @throws std::logic_error if the task waits for a message already
  message_wait(cell& self, const mail_type& type, std::chrono::nanoseconds timeout);
  ~message_wait();

  /// Takes the message. @pre finish() has returned, and the message has not been taken before
  /// @returns error_code::timeout if there is none
  task_result<std::unique_ptr<mail>> take();

  const mail_type& type() const noexcept { return type_; }

  using delivery_wait::handover;
  /// Hands a message to the wait; if it is refused, `m` stays where it is. Under the task's mutex.
  [[nodiscard]] handover hand_over(std::unique_ptr<mail>& m) noexcept;

private:
  void leave() noexcept override;

  const mail_type& type_;
  const std::chrono::nanoseconds timeout_;
  std::unique_ptr<mail> mail_; ///< under the task's mutex
};

} // namespace sweet::inline v0_5::detail
