#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <type_traits>
#include <utility>

#include <sweet/strategies/placement/placement.hpp>

namespace sweet::inline v0_5 {

/// Describes a task that has a function run on a node, and starts it with run(); on() of a builder
/// makes it. A value.
/// @tparam Builder the builder of the task
/// @tparam Node sweet::node
template <class Builder, class Node>
class [[nodiscard]] placed_task_builder {
public:
  /// Makes a builder. For the library: on() calls it.
  placed_task_builder(Builder task, const Node& from, placement where)
      : task_(std::move(task)), from_(&from), where_(std::move(where)) {}

  /// Starts a task that has `what(args...)` run on a node. The arguments are copied to that node;
  /// the task ends as the function there does, and has its value or its error. A cancellation is
  /// passed on, level by level, and the task waits for what becomes of the function. If its node is
  /// lost, the function is run on another one, see node_builder::restarts().
  /// @param what the function, see sweet::remote
  /// @returns the handle that run() of the task's builder returns
  /// @throws what that throws
  template <template <class> class Remote, class R, class... Args>
  auto run(const Remote<R(Args...)>& what, std::type_identity_t<Args>... args) const {
    static_assert(std::is_same_v<R, typename Builder::value_type>,
                  "the function does not return the type that to<T>() has announced");
    return task_.run(from_->body_of(what, where_), std::move(args)...);
  }

private:
  Builder task_;
  const Node* from_;
  placement where_;
};

} // namespace sweet::inline v0_5
