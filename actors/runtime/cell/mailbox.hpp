#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/mail.hpp>

#include <cstddef>
#include <list>
#include <memory>

namespace sweet::inline v0_5::detail {

class message_wait;

/// The messages that a task has not received yet, in the order they came. Made with the context
/// block; guarded by the task's mutex, except for the limit.
struct mailbox {
  static constexpr std::size_t default_limit = 1000;

  std::size_t limit = default_limit; ///< written before the task is published
  std::list<std::unique_ptr<mail>> unread;
  message_wait* receiver = nullptr; ///< the wait for a message that is not there yet
};

} // namespace sweet::inline v0_5::detail
