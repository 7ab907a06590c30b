// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// A routing policy of one's own: in a stream, and in a pool of ordinary actors.

#include <sweet/sweet.hpp>

#include <caf/all.hpp>

#include <atomic>
#include <iostream>
#include <memory>
#include <optional>
#include <ranges>
#include <set>
#include <span>
#include <string>

// [policy]
/// The first receiver as long as it has room, then the next: few are busy while there is little to
/// do, and those have warm caches.
class fill_up final : public sweet::routing_policy {
public:
  std::optional<std::size_t> route(std::span<const sweet::receiver_load> receivers) override {
    for (std::size_t i = 0; i < receivers.size(); ++i)
      if (receivers[i].room != 0)
        return i;
    return std::nullopt;
  }
};
// [/policy]

int main() {
  sweet::runtime rt;
  const auto policy = [] { return std::make_unique<fill_up>(); };

  // [stream]
  auto busy = sweet::async_task::emits<int>(rt)
                  .sender(std::views::iota(0, 1'000))
                  .receiver(sweet::strategy::parallel{8}.routed_by(policy),
                            [](sweet::task_context ctx, int, sweet::collector<std::string>& out) {
                              out.collect_item(ctx.name());
                            })
                  .into<std::set<std::string>>()
                  .await_final_event();
  // [/stream]
  std::cout << "first of all " << *busy.collected.begin() << '\n';

  // [pool]
  std::atomic<int> done{0};
  caf::scoped_actor self{rt.system()};
  const auto worker = [&] {
    return rt.system().spawn([&]() -> caf::behavior { return {[&](int) { ++done; }}; });
  };
  auto pool = caf::actor_pool::make(self->context(), 4, worker, sweet::pool_policy(policy));
  for (int i = 0; i < 100; ++i)
    self->request(pool, caf::infinite, i).receive([] {}, [](const caf::error&) {});
  // [/pool]
  std::cout << done << " done by the pool\n";
  self->send_exit(pool, caf::exit_reason::user_shutdown);
}
