#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/runtime.hpp>
#include <sweet/builders/async_task.hpp>
#include <sweet/node/node.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "interrupt_signals.hpp"
#include "node_options.hpp"
#include "visit_log.hpp"

namespace sweet::command {

/// A node without slots that joins a cluster to ask its nodes, and leaves.
class visiting_node {
public:
  /// All arguments outlive it. @param log gets what the runtime logs
  visiting_node(runtime& rt, interrupt_signals& signals, const visit_log& log)
      : runtime_(rt), signals_(signals), log_(log) {}

  /// Joins as the flags and the file say.
  /// @returns the exit code if that has failed, which standard error says; nothing if it is a
  /// member
  std::optional<int> join(const asking_options& options);

  // What follows is for a member.
  [[nodiscard]] const node& operator*() const noexcept { return *node_; }
  [[nodiscard]] const node* operator->() const noexcept { return &*node_; }

  /// The name of the node that it talks to.
  [[nodiscard]] const std::string& visited() const noexcept { return visited_; }
  /// Whether that node has a function.
  [[nodiscard]] bool can_ask(std::string_view function) const;
  /// Calls a function of that node.
  template <class R, class... Args>
  task_result<R> ask(const remote<R(Args...)>& what, std::type_identity_t<Args>... args) {
    return async_task::to<R>(runtime_)
        .timeout(within_)
        .on(*node_, placement::on(visited_))
        .run(what, std::move(args)...)
        .await();
  }

  /// How long the nodes may take to answer.
  [[nodiscard]] std::chrono::milliseconds within() const noexcept { return within_; }

  enum class waited : std::uint8_t { done, too_long, interrupted };
  /// Waits until something holds, for at most that long, or until an interrupt.
  waited wait_until(const std::function<bool()>& holds,
                    std::optional<std::chrono::milliseconds> at_most);

private:
  bool find_visited();

  runtime& runtime_;
  interrupt_signals& signals_;
  const visit_log& log_;
  std::chrono::milliseconds within_{};
  std::optional<node> node_;
  std::string visited_;
};

} // namespace sweet::command
