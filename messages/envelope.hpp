#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_id.hpp>

#include <caf/actor.hpp>

#include <chrono>
#include <cstdint>

namespace sweet::inline v0_5 {

/// A message that a task has received, with its sender, its time and the address for a reply.
template <class M>
struct envelope {
  M payload;        ///< the message itself
  task_id sender{}; ///< the task that sent it; task_id::none for other senders
  std::chrono::steady_clock::time_point time{}; ///< when it was sent, to a few ms
  std::uint64_t correlation = 0; ///< its own number, or that of the message it replies to
  caf::actor reply_to{};         ///< the receiver of a reply; null if there is none
};

} // namespace sweet::inline v0_5
