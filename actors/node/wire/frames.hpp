#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/enum_text.hpp>
#include <sweet/messages/incarnation.hpp>
#include <sweet/messages/inspection.hpp>
#include <sweet/messages/node_heartbeat.hpp>
#include <sweet/messages/task_error.hpp>
#include <sweet/messages/task_priority.hpp>
#include <sweet/messages/task_progress.hpp>
#include <sweet/node/wire/bytes.hpp>
#include <sweet/node/wire/frame_type.hpp>

// What travels on a link once the hello is over; docs/protocol.md, "Link", says what each means.
namespace sweet::inline v0_5 {

namespace detail::wire {

/// Tells that a node is alive, and what it knows of the members of the cluster.
struct heartbeat {
  static constexpr frame_type type = frame_type::heartbeat;
  node_heartbeat news;

  friend bool operator==(const heartbeat&, const heartbeat&) = default;
};

/// Tells how many numbered frames have arrived, all before them included.
struct ack {
  static constexpr frame_type type = frame_type::ack;
  std::uint64_t received = 0;

  friend bool operator==(const ack&, const ack&) = default;
};

/// An executor asks for work: until it says otherwise, the receiver may have so many tasks with it
/// that it has not told the end of.
struct pull {
  static constexpr frame_type type = frame_type::pull;
  std::uint32_t slots = 0;

  friend bool operator==(const pull&, const pull&) = default;
};

/// A task that another node is to run.
struct submitted_task {
  std::uint64_t id = 0; ///< of the submitter's
  std::string name;     ///< of the type of task
  std::uint32_t attempt = 1;
  std::optional<std::chrono::nanoseconds> time_left; ///< empty: no deadline
  task_priority priority = task_priority::normal;
  std::string key; ///< that placed it; may be empty
  bytes payload;   ///< its encoded arguments

  friend bool operator==(const submitted_task&, const submitted_task&) = default;
};

/// Hands tasks to an executor that has pulled.
struct submit {
  static constexpr frame_type type = frame_type::submit;
  std::vector<submitted_task> tasks;

  friend bool operator==(const submit&, const submit&) = default;
};

/// The body of a task has begun, after it had to wait for a slot. One that has not had to begins
/// when it comes, and nothing is said.
struct started {
  static constexpr frame_type type = frame_type::started;
  std::uint64_t id = 0;
  std::uint32_t attempt = 1;

  friend bool operator==(const started&, const started&) = default;
};

/// How far a task has come.
struct progress {
  static constexpr frame_type type = frame_type::progress;
  std::uint64_t id = 0;
  std::uint32_t attempt = 1;
  task_progress reached;

  friend bool operator==(const progress&, const progress&) = default;
};

/// What a task gives to its submitter before it ends; before its RESULT.
struct output {
  static constexpr frame_type type = frame_type::output;
  std::uint64_t id = 0;
  std::uint32_t attempt = 1;
  bytes data;

  friend bool operator==(const output&, const output&) = default;
};

/// A submitter asks a task to stop.
struct cancel {
  static constexpr frame_type type = frame_type::cancel;
  std::uint64_t id = 0;
  cancellation_level level = cancellation_level::graceful;
  std::string reason;

  friend bool operator==(const cancel&, const cancel&) = default;
};

/// How a task has ended where it was sent to.
enum class task_end : std::uint8_t {
  value = 0,       ///< it has completed
  error = 1,       ///< it has failed, or was cancelled
  handed_back = 2, ///< it has not begun, and will not: the executor drains
};

/// How a task has ended.
struct finished_task {
  std::uint64_t id = 0;
  std::uint32_t attempt = 1;
  incarnation executor; ///< that ran it; a late one is told by it
  task_end end = task_end::value;
  task_error error; ///< empty unless it is one
  bytes payload;    ///< its encoded value, if it completed

  friend bool operator==(const finished_task&, const finished_task&) = default;
};

/// Returns how a task has ended that has failed.
inline finished_task with_error(task_error why) {
  finished_task x;
  x.end = task_end::error;
  x.error = std::move(why);
  return x;
}

/// Hands results to the submitter, each of which its executor keeps until the frame is
/// acknowledged.
struct result {
  static constexpr frame_type type = frame_type::result;
  std::vector<finished_task> tasks;

  friend bool operator==(const result&, const result&) = default;
};

/// A node is about to go on purpose, and waits until what it sends has arrived: the receiver
/// acknowledges each frame at once from now on.
struct leave {
  static constexpr frame_type type = frame_type::leave;
  std::string reason;

  friend bool operator==(const leave&, const leave&) = default;
};

/// Asks for the actor that the receiver publishes under a name. The answer comes once there is one.
struct lookup {
  static constexpr frame_type type = frame_type::lookup;
  std::uint64_t id = 0; ///< of the asker's
  std::string name;
  std::string node; ///< of the asker, as CAF names it

  friend bool operator==(const lookup&, const lookup&) = default;
};

/// Names the actor that was asked for.
struct found {
  static constexpr frame_type type = frame_type::found;
  std::uint64_t id = 0; ///< of the LOOKUP
  std::uint64_t actor = 0;
  std::string node;                   ///< of the sender, as CAF names it
  std::vector<std::string> interface; ///< what the actor understands; empty: it does not say

  friend bool operator==(const found&, const found&) = default;
};

/// A part of what the actors of one node say to those of the other: BASP, a protocol of CAF.
struct actors {
  static constexpr frame_type type = frame_type::actors;
  bytes part;

  friend bool operator==(const actors&, const actors&) = default;
};

/// Ends what the actors of the two nodes say to each other. Both send it once for each end.
struct actors_end {
  static constexpr frame_type type = frame_type::actors_end;
  std::string reason;

  friend bool operator==(const actors_end&, const actors_end&) = default;
};

template <class Inspector>
inspection<Inspector> inspect(Inspector& f, heartbeat& x) {
  return inspect_fields(f, "HEARTBEAT", x.news);
}

template <class Inspector>
inspection<Inspector> inspect(Inspector& f, ack& x) {
  return inspect_fields(f, "ACK", x.received);
}

template <class Inspector>
inspection<Inspector> inspect(Inspector& f, pull& x) {
  return inspect_fields(f, "PULL", x.slots);
}

template <class Inspector>
inspection<Inspector> inspect(Inspector& f, submitted_task& x) {
  return inspect_fields(f, "submitted_task", x.id, x.name, x.attempt, x.time_left, x.priority,
                        x.key, x.payload);
}

template <class Inspector>
inspection<Inspector> inspect(Inspector& f, submit& x) {
  return inspect_fields(f, "SUBMIT", x.tasks);
}

template <class Inspector>
inspection<Inspector> inspect(Inspector& f, started& x) {
  return inspect_fields(f, "STARTED", x.id, x.attempt);
}

template <class Inspector>
inspection<Inspector> inspect(Inspector& f, progress& x) {
  return inspect_fields(f, "PROGRESS", x.id, x.attempt, x.reached);
}

template <class Inspector>
inspection<Inspector> inspect(Inspector& f, output& x) {
  return inspect_fields(f, "OUTPUT", x.id, x.attempt, x.data);
}

template <class Inspector>
inspection<Inspector> inspect(Inspector& f, cancel& x) {
  return inspect_fields(f, "CANCEL", x.id, x.level, x.reason);
}

template <class Inspector>
inspection<Inspector> inspect(Inspector& f, finished_task& x) {
  return inspect_fields(f, "finished_task", x.id, x.attempt, x.executor, x.end, x.error, x.payload);
}

template <class Inspector>
inspection<Inspector> inspect(Inspector& f, result& x) {
  return inspect_fields(f, "RESULT", x.tasks);
}

template <class Inspector>
inspection<Inspector> inspect(Inspector& f, leave& x) {
  return inspect_fields(f, "LEAVE", x.reason);
}

template <class Inspector>
inspection<Inspector> inspect(Inspector& f, lookup& x) {
  return inspect_fields(f, "LOOKUP", x.id, x.name, x.node);
}

template <class Inspector>
inspection<Inspector> inspect(Inspector& f, found& x) {
  return inspect_fields(f, "FOUND", x.id, x.actor, x.node, x.interface);
}

template <class Inspector>
inspection<Inspector> inspect(Inspector& f, actors& x) {
  return inspect_fields(f, "ACTORS", x.part);
}

template <class Inspector>
inspection<Inspector> inspect(Inspector& f, actors_end& x) {
  return inspect_fields(f, "ACTORS_END", x.reason);
}

} // namespace detail::wire

template <>
struct detail::enum_names<detail::wire::task_end> {
  static constexpr std::string_view type = "task_end";
  static constexpr std::array<std::string_view, 3> values{"value", "error", "handed_back"};
};

} // namespace sweet::inline v0_5
