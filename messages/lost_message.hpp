#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <iosfwd>
#include <string>

#include <sweet/messages/enum_text.hpp>
#include <sweet/messages/task_id.hpp>

namespace sweet::inline v0_5 {

/// Why nobody has received a message.
enum class lost_reason : std::uint8_t {
  unread = 0,    ///< its task, or the actor that served, ended before it read the message
  full = 1,      ///< there was no room for it
  ended = 2,     ///< the service had been given up
  unwanted = 3,  ///< it was a request of a sender that does not wait for the answer any more
  no_memory = 4, ///< there was no memory to pass it on
};

template <>
struct detail::enum_names<lost_reason> {
  static constexpr std::string_view type = "lost_reason";
  static constexpr std::array<std::string_view, 5> values{"unread", "full", "ended", "unwanted",
                                                          "no memory"};
};

/// A message to a task or a service that nobody has received; see runtime::on_lost_message().
struct lost_message {
  lost_reason reason = lost_reason::unread; ///< why it was lost
  /// The types of its parts, as the compiler writes them, or CAF its own ones (`@i32`, `@str`);
  /// empty if they are not known.
  std::string type;
  task_id sender;          ///< task_id::none: no task, or it is not known
  task_id target;          ///< task_id::none: a service
  std::string target_name; ///< the name of the task, or that of a registered service; may be empty

  friend bool operator==(const lost_message&, const lost_message&) = default;
};

/// Formats a loss as one line: `job from #4 to stock #7: unread`.
std::string to_string(const lost_message& x);

/// Writes to_string() of the loss.
std::ostream& operator<<(std::ostream& out, const lost_message& x);

} // namespace sweet::inline v0_5
