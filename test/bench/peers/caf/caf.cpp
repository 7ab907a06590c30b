// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// The cases as a user of plain CAF writes them: an event-based actor per task, and results that
// travel as messages.

#include "caf.hpp"

#include <atomic>
#include <thread>
#include <vector>

namespace {

using bench::answer_of;
using bench::round;
using bench::timed;
using bench::world;
using u64 = std::uint64_t;

/// Sends its value and ends.
void leaf(caf::event_based_actor* self, const caf::actor& parent, u64 value) {
  self->send(parent, value);
}

/// Adds up what `count` children send, passes the sum on and ends.
caf::behavior sum_of(caf::event_based_actor* self, caf::actor receiver, u64 count) {
  return {[self, receiver = std::move(receiver), count, sum = u64{0}](u64 value) mutable {
    sum += value;
    if (--count > 0)
      return;
    self->send(receiver, sum);
    self->quit();
  }};
}

caf::behavior flat_root(caf::event_based_actor* self, caf::actor receiver, u64 size) {
  for (u64 i = 0; i < size; ++i)
    self->spawn(leaf, caf::actor{self}, i);
  return sum_of(self, std::move(receiver), size);
}

round flat(world& w, u64 size) {
  return timed([&w, size] { return answer_of(w, flat_root, size); });
}

/// What CAF knows of "as they finish" is the down message of a monitored actor.
caf::behavior monitoring_root(caf::event_based_actor* self, caf::actor receiver, u64 size) {
  for (u64 i = 0; i < size; ++i)
    self->spawn<caf::monitored>(leaf, caf::actor{self}, i);
  struct tally {
    u64 sum = 0;
    u64 downs = 0;
  };
  auto seen = std::make_shared<tally>();
  self->set_down_handler([self, seen, size, receiver = std::move(receiver)](caf::down_msg&) {
    if (++seen->downs < size)
      return;
    self->send(receiver, seen->sum);
    self->quit();
  });
  return {[seen](u64 value) { seen->sum += value; }};
}

round as_finished(world& w, u64 size) {
  return timed([&w, size] { return answer_of(w, monitoring_root, size); });
}

caf::behavior one_by_one_root(caf::event_based_actor* self, caf::actor receiver, u64 size) {
  self->spawn(leaf, caf::actor{self}, u64{0});
  return {[self, receiver = std::move(receiver), size, sum = u64{0}](u64 value) mutable {
    sum += value;
    if (value + 1 < size) {
      self->spawn(leaf, caf::actor{self}, value + 1);
      return;
    }
    self->send(receiver, sum);
    self->quit();
  }};
}

round one_by_one(world& w, u64 size) {
  return timed([&w, size] { return answer_of(w, one_by_one_root, size); });
}

round external(world& w, u64 size) {
  return timed([&w, size] {
    u64 sum = 0;
    for (u64 i = 0; i < size; ++i)
      sum += answer_of(w, leaf, i);
    return sum;
  });
}

caf::behavior tree_node(caf::event_based_actor* self, caf::actor parent, u64 first, u64 leaves) {
  if (leaves == 1) {
    self->send(parent, first);
    return {};
  }
  auto step = leaves / 10;
  for (u64 i = 0; i < 10; ++i)
    self->spawn(tree_node, caf::actor{self}, first + i * step, step);
  return sum_of(self, std::move(parent), 10);
}

round tree(world& w, u64 size) {
  return timed([&w, size] { return answer_of(w, tree_node, u64{0}, size); });
}

caf::behavior bintree_node(caf::event_based_actor* self, caf::actor parent, u64 leaves) {
  if (leaves == 1) {
    self->send(parent, u64{1});
    return {};
  }
  self->spawn(bintree_node, caf::actor{self}, leaves / 2);
  self->spawn(bintree_node, caf::actor{self}, leaves / 2);
  return sum_of(self, std::move(parent), 2);
}

round bintree(world& w, u64 size) {
  return timed([&w, size] { return answer_of(w, bintree_node, size); });
}

/// A subtree that idles until it is told to exit; links carry the exit down. Handles in the
/// behavior keep the children alive: CAF destroys an actor that nobody could send to any more.
caf::behavior idle_node(caf::event_based_actor* self, u64 leaves, std::atomic<u64>* idle) {
  std::vector<caf::actor> children;
  if (leaves > 1) {
    children.reserve(10);
    for (u64 i = 0; i < 10; ++i)
      children.push_back(self->spawn<caf::linked>(idle_node, leaves / 10, idle));
  }
  idle->fetch_add(1, std::memory_order_release);
  return {[children = std::move(children)](u64) {}};
}

void wait_for_idle(const std::atomic<u64>& idle, u64 actors) {
  while (idle.load(std::memory_order_acquire) < actors)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

round cancel(world& w, u64 size) {
  auto& registry = w.system.registry();
  auto others = registry.running();
  std::atomic<u64> idle{0};
  auto root = w.system.spawn(idle_node, size, &idle);
  wait_for_idle(idle, (10 * size - 1) / 9);
  bench::wait_until_at_rest();
  auto running = registry.running() - others;
  return timed([&] {
    caf::anon_send_exit(root, caf::exit_reason::kill);
    registry.await_running_count_equal(others);
    return running;
  });
}

round idle_bytes(world& w, u64 size) {
  std::atomic<u64> idle{0};
  // The handles are no part of an actor: their memory is touched before the first look.
  std::vector<caf::actor> children(size);
  auto before = bench::resident_bytes();
  for (auto& child : children)
    child = w.system.spawn(idle_node, u64{1}, &idle);
  wait_for_idle(idle, size);
  auto after = bench::resident_bytes();
  for (auto& child : children)
    caf::anon_send_exit(child, caf::exit_reason::kill);
  return {"bytes", after - before, idle.load()};
}

} // namespace

int main(int argc, char** argv) {
  return bench::serve<world>(argc, argv,
                             {{"flat", flat},
                              {"as_finished", as_finished},
                              {"one_by_one", one_by_one},
                              {"external", external},
                              {"tree", tree},
                              {"bintree", bintree},
                              {"cancel", cancel},
                              {"idle_bytes", idle_bytes},
                              {"events_single", bench::events_single},
                              {"events_chunks", bench::events_chunks},
                              {"events_fan", bench::events_fan},
                              {"events_fan_chunks", bench::events_fan_chunks},
                              {"events_join", bench::events_join},
                              {"ping_pong", bench::ping_pong},
                              {"request", bench::request},
                              {"request_through", bench::request_through},
                              {"savina_thread_ring", bench::savina_thread_ring},
                              {"savina_big", bench::savina_big},
                              {"savina_bank", bench::savina_bank},
                              {"savina_philosophers", bench::savina_philosophers}});
}
