#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/node_builder.hpp>

#include <functional>
#include <memory>
#include <mutex>

namespace sweet::command {

/// Answers the commands that ask a node. Any thread.
class node_desk : public std::enable_shared_from_this<node_desk> {
public:
  /// @param drain is called when the node is to drain; any thread
  explicit node_desk(std::function<void()> drain) : drain_(std::move(drain)) {}

  /// Provides what node_functions.hpp names. What asks before open() learns that the node is not
  /// up.
  node_builder provide(node_builder from);
  /// @param itself the node, until close()
  void open(const node& itself);
  /// To be called when the tasks of the node have ended, before it goes.
  void close();

private:
  const node& itself();
  const std::function<void()> drain_;
  std::mutex mutex_;
  const node* itself_ = nullptr; ///< under the mutex
};

} // namespace sweet::command
