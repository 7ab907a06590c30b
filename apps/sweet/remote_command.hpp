#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/process_result.hpp>
#include <sweet/node/remote.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "carried_file.hpp"

namespace sweet::command {

/// A command that a node is to run.
struct command_request {
  std::vector<std::string> argv;
  std::map<std::string, std::string> env;
  bool leaves_daemons = false;
  std::vector<carried_file> inputs;
  std::vector<std::string> outputs;
};

/// How it has ended there. What it has printed has come before.
struct command_end {
  std::int32_t code = 0;
  std::int32_t signal = 0;
  bool core_dumped = false;
  bool is_known = true;
  std::int64_t wall = 0;   ///< nanoseconds
  std::int64_t user = 0;   ///< microseconds
  std::int64_t system = 0; ///< microseconds
  std::uint64_t max_rss = 0;
  bool left_processes = false;
  bool output_cut_off = false;
  std::vector<std::int32_t> still_running;
  std::vector<carried_file> outputs;
  std::string lacks; ///< why there are no outputs; empty: nothing is wrong
};

/// Lets it travel.
template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, command_request& x) {
  return f(x.argv, x.env, x.leaves_daemons, x.inputs, x.outputs);
}

/// Lets it travel.
template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, command_end& x) {
  return f(x.code, x.signal, x.core_dumped, x.is_known, x.wall, x.user, x.system, x.max_rss,
           x.left_processes, x.output_cut_off, x.still_running, x.outputs, x.lacks);
}

/// Runs a command on a node that allows it. A node has one such function for each role for which
/// it runs commands, so that what it does not allow is not even placed there.
using command_function = remote<command_end(command_request)>;

// What a command says before it ends, in portions: a tag, then what it has printed, or its
// encoded end. So the end is known even to a caller that waits for no result any more.
constexpr char printed_tag = 'o';
constexpr char end_tag = 'e';

/// The name of that function for a role; "any": for jobs that ask for no role.
[[nodiscard]] std::string command_name(std::string_view role);

/// The end of a process, as it travels.
[[nodiscard]] command_end as_travels(const process_result& x);
/// What has travelled, as the result of a process.
[[nodiscard]] process_result as_result(const command_end& x);

} // namespace sweet::command
