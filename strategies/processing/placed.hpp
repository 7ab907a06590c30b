#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <utility>

#include <sweet/strategies/placement/placement.hpp>

namespace sweet::inline v0_5::strategy {

/// A strategy whose receivers have their events handled on nodes; on() of a strategy makes it, such
/// as `parallel{8}.on(node, placement::least_loaded())`.
/// @tparam Node sweet::node
template <class Strategy, class Node>
class placed {
public:
  /// Adds a place to a strategy.
  placed(Strategy strategy, const Node& from, placement where)
      : strategy_(std::move(strategy)), from_(&from), where_(std::move(where)) {}

  /// Returns the strategy by which events go to the receivers.
  const Strategy& receivers() const noexcept { return strategy_; }
  /// Returns a handler that has its events handled on a node.
  template <class Remote>
  auto handler(const Remote& what) const {
    return from_->body_of(what, where_);
  }

private:
  Strategy strategy_;
  const Node* from_;
  placement where_;
};

} // namespace sweet::inline v0_5::strategy
