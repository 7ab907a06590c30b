#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/processing/routing_policy.hpp>

#include <caf/actor_pool.hpp>

namespace sweet {

/// A routing policy as that of a caf::actor_pool:
///
///     auto pool = caf::actor_pool::make(&host, 4, make_worker, sweet::pool_policy([] {
///       return std::make_unique<sweet::round_robin>();
///     }));
///
/// Of a worker it knows whether it has something to do: `queued` is 1 then, else 0, and there is
/// always room, since a pool keeps nothing back. What the policy has no worker for goes to the
/// first one.
///
/// What the policy throws reaches who sends. Thread safe: the policy is asked by one thread at a
/// time.
caf::actor_pool::policy pool_policy(const make_routing_policy& make);

} // namespace sweet
