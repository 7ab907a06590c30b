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

namespace sweet::inline v0_5 {

// The options of supervisor_builder::service(), in any order:
//
// | option | default |
// |---|---|
// | shutdown{10s}, shutdown::kill(), shutdown::infinity() | 5 s; supervisors: infinity |
// | restart_type | permanent |
// | significant{} | not significant, see auto_shutdown |
// | starts_within{5s} | no limit |
// | says_ready{} | a task has started as soon as its body may run |
// | mailbox_limit{100, overflow::drop_oldest} | no limit |
// | stash_limit{100} | 1,000 |
// | on_error{f} | directive::restart |
// | registered{"db"} | known to its supervisor only |
// | blocking_body{} | the body of a task suspends, or is short |

/// The end of this child can end the supervisor, see auto_shutdown. Not for a permanent child.
struct significant {};

/// Limits the time that the start of a child may take: a child that takes longer is killed, and its
/// start has failed. Default: no limit.
struct starts_within {
  std::chrono::nanoseconds time; ///< the limit; positive
};

/// The task counts as started when it calls report_ready(). Default: as soon as its body may run.
struct says_ready {};

/// Limits how many messages wait for an actor, besides the one that it takes next. Default: no
/// limit.
struct mailbox_limit {
  std::size_t messages; ///< the limit; at least 1
  /// What becomes of a message for which there is no room.
  sweet::overflow when_full = overflow::reject;
};

/// Limits how many messages wait while a child does not run. Default: 1,000.
struct stash_limit {
  /// The limit.
  std::size_t messages;
};

/// Chooses what an error of the child leads to. Default: directive::restart.
struct on_error {
  /// Called by the supervisor with the error; an exception of it counts as directive::escalate.
  std::function<directive(const task_error&)> decide;
};

/// Registers the service with its runtime by this name, see find_service() and watch_service(). One
/// service of a runtime at a time has a name, from the start of its supervisor until the supervisor
/// has ended. Default: known to its supervisor only.
struct registered {
  std::string name; ///< not empty
};

/// The body of the task may block: it runs on a thread from an elastic pool. Default: the body
/// suspends, or is short.
struct blocking_body {};

namespace detail {

/// Sets the name of a service.
/// @throws std::invalid_argument if there is a slash in `name`, which separates names in paths
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

} // namespace sweet::inline v0_5
