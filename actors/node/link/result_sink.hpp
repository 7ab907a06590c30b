#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>

#include <sweet/node/link/urgency.hpp>
#include <sweet/node/wire/frames.hpp>

namespace sweet::inline v0_5::detail {

/// Takes what becomes of tasks. Any thread.
class result_sink {
public:
  /// A task has ended.
  virtual void finish(wire::finished_task task, urgency how) = 0;
  /// A task has begun, after it had to wait.
  virtual void started(std::uint64_t id, std::uint32_t attempt) = 0;
  /// How far a task has come. It may be left out: another one follows.
  virtual void report(wire::progress x) = 0;
  /// What a task has to say before it ends. It has come before finish() of that task.
  /// @returns false if the link takes no more now; nothing is kept then
  virtual bool output(const wire::output& x) = 0;

protected:
  ~result_sink() = default;
};

} // namespace sweet::inline v0_5::detail
