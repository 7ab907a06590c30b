#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_id.hpp>

#include <caf/actor.hpp>

#include <chrono>
#include <cstdint>

namespace sweet {

/// A message that a task has received, and what is known of how it came.
template <class M>
struct envelope {
  M payload;
  task_id sender{};                             ///< task_id::none if no task has sent it
  std::chrono::steady_clock::time_point time{}; ///< of the sending, to a few ms
  std::uint64_t correlation = 0;                ///< its own, or that of the message it replies to
  caf::actor reply_to{};                        ///< who gets a reply; null: nobody
};

} // namespace sweet
