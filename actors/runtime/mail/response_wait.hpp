#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/mail/delivery_wait.hpp>
#include <sweet/messages/task_result.hpp>

#include <caf/actor_control_block.hpp>
#include <caf/fwd.hpp>
#include <caf/message.hpp>

#include <chrono>
#include <cstdint>

namespace sweet::inline v0_5::detail {

/// A request of a task to an actor, and the wait for its answer. An answer that comes when the task
/// does not wait for it any more is dropped.
class response_wait final : public delivery_wait {
public:
  /// Sends the request, in the name of `self`.
  /// @param timeout counts from now; nanoseconds::max(): none
  response_wait(cell& self, const caf::strong_actor_ptr& receiver, std::chrono::nanoseconds timeout,
                caf::message request);
  ~response_wait() { stop(); }

  /// Takes the answer. @pre finish() has returned, and the answer has not been taken before
  /// @returns an error: timeout, unreachable for a receiver that is gone, or the error that the
  /// receiver has answered with
  task_result<caf::message> take();

  /// Hands an answer to the task that has asked for it. Any thread.
  static void deliver(cell& task, caf::mailbox_element& answer);

  /// Whether the task waits for the answer to `request`, which it has sent. Any thread.
  static bool awaits(cell& task, caf::message_id request);

private:
  void leave() noexcept override;
  /// Under the task's mutex.
  static response_wait* find(cell& task, std::uint64_t number) noexcept;

  const std::chrono::nanoseconds timeout_;

  // Guarded by the task's mutex.
  std::uint64_t number_ = 0;
  response_wait* next_ = nullptr; ///< the task's earlier requests
  caf::message answer_;
};

} // namespace sweet::inline v0_5::detail
