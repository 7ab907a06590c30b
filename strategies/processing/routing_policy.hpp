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

namespace sweet {

/// What a routing policy knows of a receiver.
struct receiver_load {
  std::uint32_t queued = 0; ///< portions of events that it has been given and has not finished
  std::uint32_t room = 0;   ///< how many more it may be given now
};

/// Decides which receiver gets what comes next: the part of a strategy that a user can write.
///
/// Called by one thread at a time: by the router of a stage, or, through sweet::pool_policy(), by
/// who sends to a caf::actor_pool.
class routing_policy {
public:
  virtual ~routing_policy() = default;

  /// @param receivers what is known of each; may be empty
  /// @returns the index of one that has room; empty: none of them for now, ask again when one of
  /// them has finished something
  virtual std::optional<std::size_t> route(std::span<const receiver_load> receivers) = 0;
};

/// Makes the policy of a stage; one is made for each start of a stream.
using make_routing_policy = std::function<std::unique_ptr<routing_policy>()>;

/// Who has least to do, of several the first one: what parallel strategies use. With few portions
/// queued per receiver that is as if receivers pulled.
class least_loaded_first final : public routing_policy {
public:
  std::optional<std::size_t> route(std::span<const receiver_load> receivers) override;
};

/// One after the other, whatever they have to do; one that has no room is waited for.
class round_robin final : public routing_policy {
public:
  std::optional<std::size_t> route(std::span<const receiver_load> receivers) override;

private:
  std::size_t next_ = 0;
};

} // namespace sweet
