// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/caf/pool_policy.hpp>

#include <sweet/actors/runtime/system/actor_host.hpp>

#include <caf/actor_cast.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/scheduled_actor.hpp>

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace sweet::inline v0_5 {

namespace {

class pool_router {
public:
  explicit pool_router(std::unique_ptr<routing_policy> policy) : policy_(std::move(policy)) {}

  /// @pre there are workers
  std::size_t choose(const caf::actor_pool::actor_vec& workers) {
    const std::lock_guard lock{mutex_};
    loads_.clear();
    for (const auto& worker : workers)
      loads_.push_back({.queued = has_work(worker) ? 1u : 0u, .room = 1});
    const auto chosen = policy_->route(loads_).value_or(0);
    return chosen < workers.size() ? chosen : 0;
  }

private:
  /// Whether a worker has something to do. An actor that waits has blocked its mailbox.
  static bool has_work(const caf::actor& worker) {
    auto* actor =
        dynamic_cast<caf::scheduled_actor*>(caf::actor_cast<caf::abstract_actor*>(worker));
    return actor != nullptr && !actor->mailbox().blocked();
  }

  std::mutex mutex_;
  std::unique_ptr<routing_policy> policy_;
  std::vector<receiver_load> loads_;
};

} // namespace

caf::actor_pool::policy pool_policy(const make_routing_policy& make) {
  return [router = std::make_shared<pool_router>(make())](
             caf::actor_system&, caf::actor_pool::uplock& guard,
             const caf::actor_pool::actor_vec& workers, caf::mailbox_element_ptr& message,
             detail::actor_host* host) {
    if (workers.empty())
      return;
    // A copy: once the pool is unlocked, it may lose the worker.
    const caf::actor worker = workers[router->choose(workers)];
    guard.unlock();
    worker->enqueue(std::move(message), host);
  };
}

} // namespace sweet::inline v0_5
