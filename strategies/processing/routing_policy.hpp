#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>

namespace sweet::inline v0_5 {

/// What a routing policy knows of a receiver.
struct receiver_load {
  std::uint32_t queued = 0; ///< portions of events that it was given and has not finished
  std::uint32_t room = 0;   ///< how many more portions it may be given now
};

/// Decides which receiver gets the next portion of events: the part of a strategy that a user can
/// write.
///
/// One thread at a time calls it: the router of a stage or, by way of sweet::pool_policy(), the
/// sender to a caf::actor_pool.
class routing_policy {
public:
  /// Destroys the policy.
  virtual ~routing_policy() = default;

  /// Chooses a receiver.
  /// @param receivers the load of each; may be empty
  /// @returns the index of a receiver that has room; empty if none is to get the portion now: then
  /// route() is called again once one of them has finished something
  virtual std::optional<std::size_t> route(std::span<const receiver_load> receivers) = 0;
};

/// Makes the routing policy of a stage; called once for each start of a stream.
using make_routing_policy = std::function<std::unique_ptr<routing_policy>()>;

/// Chooses the receiver with the fewest portions, of several the first one: the default of parallel
/// strategies. With few portions queued per receiver that works as if receivers pulled.
class least_loaded_first final : public routing_policy {
public:
  /// Chooses the receiver with the fewest portions among those that have room; empty if none has.
  std::optional<std::size_t> route(std::span<const receiver_load> receivers) override;
};

/// Chooses one receiver after the other, whatever their load; waits for one that has no room.
class round_robin final : public routing_policy {
public:
  /// Chooses the next receiver in turn; empty if it has no room.
  std::optional<std::size_t> route(std::span<const receiver_load> receivers) override;

private:
  std::size_t next_ = 0;
};

} // namespace sweet::inline v0_5
