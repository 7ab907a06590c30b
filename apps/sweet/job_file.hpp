#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sweet/messages/task_priority.hpp>
#include <sweet/strategies/supervision/supervision_rules.hpp>

#include "each_settings.hpp"

namespace sweet::command {

/// How it is found out that a service serves: by one of three.
struct ready_check {
  /// A program that exits with 0 then, and its arguments.
  std::vector<std::string> command;
  /// A port of this machine that takes connections then; 0: none.
  std::uint16_t port = 0;
  /// Part of a line that it prints then.
  std::string log;
  /// The start fails if it takes longer.
  std::chrono::milliseconds within = std::chrono::seconds{30};

  bool operator==(const ready_check&) const = default;
};

/// What a service has besides what every job has.
struct service_settings {
  restart_type restart = restart_type::permanent;
  /// Empty: it serves as soon as its process runs.
  std::optional<ready_check> ready;
  /// A place in job_file::supervisors.
  std::size_t supervisor = 0;

  bool operator==(const service_settings&) const = default;
};

/// Who restarts services: that of a group, or of a service that is in none.
struct supervisor_settings {
  std::string name;
  supervision_strategy strategy = supervision_strategy::one_for_one;
  std::uint32_t max_restarts = 3;
  std::chrono::milliseconds period = std::chrono::seconds{5};

  bool operator==(const supervisor_settings&) const = default;
};

/// What a job says for itself, or a group for its members.
struct job_settings {
  /// The program and its arguments. A `run` string has become /bin/sh -c STRING.
  std::vector<std::string> argv;
  std::optional<std::chrono::milliseconds> timeout;
  task_priority priority = task_priority::normal;
  std::map<std::string, std::string> env;
  /// Where it runs: absolute, or relative to where `sweet` runs if the file's own path is.
  std::string cwd;
  /// Whether what has left its process group may outlive it.
  bool leaves_daemons = false;
  /// Empty: it runs once, `argv`.
  std::optional<each_settings> each;

  bool operator==(const job_settings&) const = default;
};

/// A job as it will run: what its group says is already merged in.
struct job : job_settings {
  std::string name;
  /// Empty: in no group.
  std::string group;
  /// Places in job_file::jobs, ascending, each once; a needed group has become its members.
  std::vector<std::size_t> needs;
  /// Empty: it is expected to end.
  std::optional<service_settings> service;

  bool operator==(const job&) const = default;
};

/// The jobs of a file that passed every check, in the file's order; `needs` has no cycle.
struct job_file {
  std::vector<job> jobs;
  /// In the file's order; each has at least one job.
  std::vector<std::string> groups;
  /// Each needs nothing from those after it.
  std::vector<supervisor_settings> supervisors;
};

} // namespace sweet::command
