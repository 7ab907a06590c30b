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

/// How the command finds out that a service serves: one of `command`, `port` and `log` is given.
struct ready_check {
  /// A program that exits with 0 once the service serves, and its arguments.
  std::vector<std::string> command;
  /// A port of this machine that takes connections once the service serves; 0: none.
  std::uint16_t port = 0;
  /// Part of a line that the service prints once it serves.
  std::string log;
  /// The start fails if it takes longer.
  std::chrono::milliseconds within = std::chrono::seconds{30};

  bool operator==(const ready_check&) const = default;
};

/// The settings of a service besides those of every job.
struct service_settings {
  restart_type restart = restart_type::permanent;
  /// Empty: it serves as soon as its process runs.
  std::optional<ready_check> ready;
  /// A place in job_file::supervisors.
  std::size_t supervisor = 0;

  bool operator==(const service_settings&) const = default;
};

/// The settings of a supervisor that restarts services: those of a group, or one service without a
/// group.
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
  /// The folder in which the job runs: absolute, or relative to where `sweet` runs if the path of
  /// the file is relative.
  std::string cwd;
  /// Where it runs, if nodes were joined: "role:build", "any", or the name of a node; empty: here.
  std::string node;
  /// How often it is started again when its node is lost.
  std::uint32_t node_retry = 0;
  /// Files that go to the node, and that come back, relative to `cwd`.
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
  /// Whether processes that have left the job's process group may outlive it.
  bool leaves_daemons = false;
  /// Empty: the job runs `argv` once.
  std::optional<each_settings> each;

  bool operator==(const job_settings&) const = default;
};

/// A job as it will run: the settings of its group are already merged in.
struct job : job_settings {
  std::string name;
  /// Empty: the job is in no group.
  std::string group;
  /// Places in job_file::jobs, ascending, each once; a needed group has become its members.
  std::vector<std::size_t> needs;
  /// Empty: the job is expected to end.
  std::optional<service_settings> service;

  bool operator==(const job&) const = default;
};

/// The jobs of a file that passed every check, in the file's order; `needs` has no cycle.
struct job_file {
  std::vector<job> jobs;
  /// In the file's order; each has at least one job.
  std::vector<std::string> groups;
  /// No supervisor needs a later one.
  std::vector<supervisor_settings> supervisors;
};

} // namespace sweet::command
