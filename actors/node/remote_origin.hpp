#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace sweet::inline v0_5 {

namespace detail {

class result_sink;

} // namespace detail

/// Where a function that runs for another node gives bytes to its caller while it runs: for those
/// who see to what comes, see node::body_of().
///
/// They arrive in order, before the function has ended, and once for each attempt at the task. At
/// most a window of the link is under way: a function keeps what is not taken, and tries again.
class remote_output {
public:
  /// The most bytes that are given at a time.
  static constexpr std::size_t most = 12 * 1024;

  /// Makes one that drops what it is given: the caller is on this node.
  remote_output() = default;
  /// For the library.
  remote_output(std::shared_ptr<detail::result_sink> to, std::uint64_t id, std::uint32_t attempt)
      : to_(std::move(to)), id_(id), attempt_(attempt) {}

  /// Gives bytes to the caller. Any thread, and one at a time.
  /// @param text at most `most` bytes
  /// @returns false if the link takes none now; try again some milliseconds later
  /// @throws std::invalid_argument if there are more
  bool give(std::string_view text) const;

private:
  std::shared_ptr<detail::result_sink> to_;
  std::uint64_t id_ = 0;
  std::uint32_t attempt_ = 1;
};

/// Where a task of another node comes from. A provided function gets it if it asks for it:
/// `f(task_context, remote_origin, args...)`.
struct remote_origin {
  std::string key;           ///< the same for all attempts at a task, and no other task has it
  std::uint32_t attempt = 1; ///< counts how often the task was placed on a node
  std::string node;          ///< the name of the node that has submitted the task
  remote_output output{};    ///< where it says something before it ends
};

} // namespace sweet::inline v0_5
