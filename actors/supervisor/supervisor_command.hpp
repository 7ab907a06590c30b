#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/supervisor/service_info.hpp>
#include <sweet/actors/supervisor/service_spec.hpp>
#include <sweet/actors/task/async_event.hpp>
#include <sweet/messages/task_error.hpp>
#include <sweet/strategies/supervision/supervision_plan.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace sweet::inline v0_5::detail {

/// A command to a supervisor, and its answer.
struct supervisor_command {
  enum class kind : std::uint8_t {
    await_start, ///< answered once all children have started
    list,        ///< fills `children`
    change,      ///< `how` is to happen to `child`, or to a new one made of `spec`
  };

  kind what = kind::await_start;
  child_command how = child_command::start;
  std::string child;
  std::shared_ptr<const service_spec> spec;

  // Written before `done` is set.
  task_error error;
  std::vector<service_info> children;

  async_event done;
};

} // namespace sweet::inline v0_5::detail
