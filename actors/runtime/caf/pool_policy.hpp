#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/processing/routing_policy.hpp>

#include <caf/actor_pool.hpp>

namespace sweet::inline v0_5 {

/// Makes the policy of a caf::actor_pool from a routing policy.
///
///     auto pool = caf::actor_pool::make(&host, 4, make_worker, sweet::pool_policy([] {
///       return std::make_unique<sweet::round_robin>();
///     }));
///
/// The load of a worker has `queued` 1 while the worker has something to do, else 0. A worker
/// always has room, since a pool keeps nothing back. A message for which the policy names no worker
/// goes to the first one.
///
/// An exception of the policy reaches the sender. Thread safe: one thread at a time calls the
/// routing policy.
caf::actor_pool::policy pool_policy(const make_routing_policy& make);

} // namespace sweet::inline v0_5
