#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/supervisor/service_spec.hpp>
#include <sweet/messages/task_error.hpp>
#include <sweet/strategies/flow/overflow.hpp>
#include <sweet/strategies/supervision/shutdown.hpp>
#include <sweet/strategies/supervision/supervision_rules.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

namespace sweet {

// What supervisor_builder::service() takes besides the service, in any order:
//
// | option | default |
// |---|---|
// | shutdown{10s}, shutdown::kill(), shutdown::infinity() | 5 s; supervisors: infinity |
// | restart_type | permanent |
// | significant{} | it is not, see auto_shutdown |
// | starts_within{5s} | it takes what it takes |
// | says_ready{} | a task has started as soon as its body may run |
// | mailbox_limit{100, overflow::drop_oldest} | no limit |
// | stash_limit{100} | 1,000 |
// | on_error{f} | directive::restart |
// | registered{"db"} | known to its supervisor only |
// | blocking_body{} | the body of a task suspends, or is short |

/// Its own end can end the supervisor, see auto_shutdown. Not for a permanent child.
struct significant {};

/// A start that takes longer fails: the child is killed.
struct starts_within {
  std::chrono::nanoseconds time; ///< positive
};

/// The task has started when it calls report_ready().
struct says_ready {};

/// How many messages wait for an actor at most, besides the one that it takes next. At least 1.
struct mailbox_limit {
  std::size_t messages;
  sweet::overflow when_full = overflow::reject;
};

/// How many messages wait at most while a child does not run.
struct stash_limit {
  std::size_t messages;
};

/// What an error of the child calls for. Called by the supervisor; what it throws escalates.
struct on_error {
  std::function<directive(const task_error&)> decide;
};

/// The whole runtime knows the service by this name, see find_service() and watch_service(). One
/// service of a runtime at a time has it, from the start of its supervisor until that has ended.
struct registered {
  std::string name; ///< not empty
};

/// The body of the task blocks its thread: it gets one from an elastic pool.
struct blocking_body {};

namespace detail {

/// @throws std::invalid_argument if there is a slash in it, which separates names in paths
void set_name(service_spec& spec, std::string name);

void apply(shutdown option, service_spec& spec);
void apply(restart_type option, service_spec& spec);
void apply(significant option, service_spec& spec);
void apply(starts_within option, service_spec& spec);
void apply(says_ready option, service_spec& spec);
void apply(mailbox_limit option, service_spec& spec);
void apply(stash_limit option, service_spec& spec);
void apply(on_error option, service_spec& spec);
void apply(registered option, service_spec& spec);
void apply(blocking_body option, service_spec& spec);

template <class Option>
concept service_option = requires(Option o, service_spec& spec) { apply(o, spec); };

} // namespace detail

} // namespace sweet
