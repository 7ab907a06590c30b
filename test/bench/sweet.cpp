// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// The cases in sweet, as a user writes them.

#include "sweet.hpp"

#include <array>
#include <atomic>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <chrono>
#include <ranges>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

namespace {

using bench::root;
using bench::round;
using bench::timed;
using bench::world;
using u64 = std::uint64_t;

sweet::async<u64> leaf(u64 value) {
  co_return value;
}

u64 callable_leaf(u64 value) {
  return value;
}

template <class Leaf>
sweet::async<u64> flat_parent(sweet::task_context ctx, u64 size, Leaf leaf) {
  std::vector<sweet::child_task<u64>> children;
  children.reserve(size);
  for (u64 i = 0; i < size; ++i)
    children.push_back(ctx.spawn(leaf, i));
  u64 sum = 0;
  for (auto& child : children)
    sum += co_await child;
  co_return sum;
}

round flat(world& w, u64 size) {
  return root(w, [size](sweet::task_context ctx) { return flat_parent(ctx, size, leaf); });
}

round flat_callable(world& w, u64 size) {
  return root(w, [size](sweet::task_context ctx) { return flat_parent(ctx, size, callable_leaf); });
}

sweet::async<u64> as_finished_parent(sweet::task_context ctx, u64 size) {
  sweet::task_group<u64> children{ctx};
  for (u64 i = 0; i < size; ++i)
    children.spawn(leaf, i);
  u64 sum = 0;
  while (auto result = co_await children.next())
    sum += result->unwrap();
  co_return sum;
}

round as_finished(world& w, u64 size) {
  return root(w, as_finished_parent, size);
}

sweet::async<u64> one_by_one_parent(sweet::task_context ctx, u64 size) {
  u64 sum = 0;
  for (u64 i = 0; i < size; ++i)
    sum += co_await ctx.spawn(leaf, i);
  co_return sum;
}

round one_by_one(world& w, u64 size) {
  return root(w, one_by_one_parent, size);
}

round external(world& w, u64 size) {
  return timed([&w, size] {
    u64 sum = 0;
    for (u64 i = 0; i < size; ++i)
      sum += sweet::spawn(w.runtime, leaf, i).await().unwrap();
    return sum;
  });
}

sweet::async<u64> sum_leaves(sweet::task_context ctx, u64 first, u64 leaves) {
  if (leaves == 1)
    co_return first;
  auto step = leaves / 10;
  std::array<sweet::child_task<u64>, 10> children;
  for (u64 i = 0; i < children.size(); ++i)
    children[i] = ctx.spawn(sum_leaves, first + i * step, step);
  u64 sum = 0;
  for (auto& child : children)
    sum += co_await child;
  co_return sum;
}

round tree(world& w, u64 size) {
  return root(w, sum_leaves, u64{0}, size);
}

sweet::async<u64> count_leaves(sweet::task_context ctx, u64 leaves) {
  if (leaves == 1)
    co_return 1;
  auto left = ctx.spawn(count_leaves, leaves / 2);
  auto right = ctx.spawn(count_leaves, leaves / 2);
  co_return co_await left + co_await right;
}

round bintree(world& w, u64 size) {
  return root(w, count_leaves, size);
}

void wait_for_idle(const std::atomic<u64>& idle, u64 tasks) {
  while (idle.load(std::memory_order_acquire) < tasks)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

/// A subtree that idles until it is cancelled.
sweet::async<void> idle_tree(sweet::task_context ctx, u64 leaves, std::atomic<u64>* idle) {
  if (leaves > 1)
    for (int i = 0; i < 10; ++i)
      static_cast<void>(ctx.spawn(idle_tree, leaves / 10, idle));
  idle->fetch_add(1, std::memory_order_release);
  sweet::async_event never;
  co_await never;
}

void cancel_and_join(sweet::spawning_task<void> tree) {
  tree.cancel(sweet::cancellation_level::graceful);
  auto result = tree.await();
  if (result.is_ok() || result.error().code() != sweet::error_code::cancelled)
    throw std::runtime_error("the tree was not cancelled");
}

round cancel(world& w, u64 size) {
  std::atomic<u64> idle{0};
  auto tree = sweet::spawn(w.runtime, idle_tree, size, &idle);
  wait_for_idle(idle, (10 * size - 1) / 9);
  bench::wait_until_at_rest();
  auto live = w.runtime.live_tasks();
  auto result = timed([&] {
    cancel_and_join(std::move(tree));
    return live;
  });
  // Joined are all of them; the memory of the root goes with the last handle, which may be a
  // worker's for a moment longer. What would stay for good keeps the driver waiting in vain.
  while (w.runtime.live_tasks() != 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return result;
}

sweet::async<void> idle_leaf(std::atomic<u64>* idle) {
  idle->fetch_add(1, std::memory_order_release);
  sweet::async_event never;
  co_await never;
}

sweet::async<void> idle_parent(sweet::task_context ctx, u64 size, std::atomic<u64>* idle) {
  for (u64 i = 0; i < size; ++i)
    static_cast<void>(ctx.spawn(idle_leaf, idle));
  sweet::async_event never;
  co_await never;
}

round idle_bytes(world& w, u64 size) {
  std::atomic<u64> idle{0};
  auto before = bench::resident_bytes();
  auto parent = sweet::spawn(w.runtime, idle_parent, size, &idle);
  wait_for_idle(idle, size);
  auto after = bench::resident_bytes();
  cancel_and_join(std::move(parent));
  return {"bytes", after - before, idle.load()};
}

u64 identity(const u64& x) {
  return x;
}

u64 incremented(const u64& x) {
  return x + 1;
}

void add(u64& sum, u64 x) {
  sum += x;
}

sweet::async<void> emit_below(sweet::emitter<u64>& out, u64 size) {
  for (u64 i = 0; i < size; ++i)
    co_await out.emit(i);
}

/// Through router, receivers and collector, as a user's stream goes.
template <class Strategy>
u64 sum_of_events(world& w, u64 size, const Strategy& strategy, u64 (*handler)(const u64&)) {
  auto end = sweet::async_task::emits<u64>(w.runtime)
                 .sender([size](sweet::emitter<u64>& out) { return emit_below(out, size); })
                 .receiver(strategy, handler)
                 .fold(u64{0}, add)
                 .await_final_event();
  if (!end.is_ok() || end.counts.processed != size)
    throw std::runtime_error{"events have got lost: " + to_string(end.counts)};
  return end.collected;
}

round events_single(world& w, u64 size) {
  return timed([&] { return sum_of_events(w, size, sweet::strategy::serial{}, identity); });
}

template <class Stream>
sweet::async<u64> sum_of(Stream values) {
  u64 sum = 0;
  for (;;) {
    const auto some = co_await values.next_chunk();
    if (some.empty())
      co_return sum;
    for (const auto x : some)
      sum += x;
  }
}

/// The channel alone.
sweet::async<u64> sum_of_chunks(sweet::task_context ctx, u64 size) {
  co_return co_await sum_of(
      sweet::async_task::emits<u64>(ctx).sender(std::views::iota(u64{0}, size)).stream());
}

round events_chunks(world& w, u64 size) {
  return root(w, sum_of_chunks, size);
}

sweet::async<u64> sum_of_fan(sweet::task_context ctx, u64 size) {
  co_return co_await sum_of(sweet::async_task::emits<u64>(ctx)
                                .sender(std::views::iota(u64{0}, size))
                                .receiver(sweet::strategy::parallel{2}, incremented)
                                .stream());
}

round events_fan_chunks(world& w, u64 size) {
  return root(w, sum_of_fan, size);
}

sweet::async<void> pong(sweet::task_context ctx) {
  for (;;) {
    const auto ping = co_await ctx.receive<u64>();
    ctx.reply(ping, ping.payload).unwrap();
  }
}

sweet::async<u64> ping(sweet::task_context ctx, u64 size) {
  auto other = ctx.spawn(pong);
  u64 trips = 0;
  for (; trips < size; ++trips) {
    other.send(trips).unwrap();
    static_cast<void>(co_await ctx.receive<u64>());
  }
  other.cancel(sweet::cancellation_level::kill);
  co_return trips;
}

round ping_pong(world& w, u64 size) {
  return root(w, ping, size);
}

constexpr auto forever = std::chrono::nanoseconds::max();

caf::behavior incrementing(caf::event_based_actor* self) {
  return {sweet::handler(self, [](u64 value) -> sweet::async<u64> { co_return value + 1; })};
}

/// Answers with what another actor answers.
caf::behavior passing_on(caf::event_based_actor* self) {
  auto last = self->spawn(incrementing);
  return {sweet::handler(self, [last](sweet::task_context ctx, u64 value) -> sweet::async<u64> {
    co_return co_await ctx.request<u64>(last, forever, value);
  })};
}

/// Asks again and again, with the answer.
sweet::async<u64> ask_actor(sweet::task_context ctx, caf::actor server, u64 size) {
  u64 value = 0;
  while (value < size)
    value = co_await ctx.request<u64>(server, forever, value);
  caf::anon_send_exit(server, caf::exit_reason::kill);
  co_return value;
}

round handler(world& w, u64 size) {
  return root(w, ask_actor, w.runtime.system().spawn(incrementing), size);
}

round handler_waits(world& w, u64 size) {
  return root(w, ask_actor, w.runtime.system().spawn(passing_on), size);
}

struct incrementer : sweet::service {
  sweet::async<u64> increment(u64 value) { co_return value + 1; }
};

sweet::async<u64> ask_service(sweet::task_context ctx, u64 size) {
  const sweet::service_of<incrementer> service;
  auto task = ctx.spawn(service);
  const auto server = service.ref();
  u64 value = 0;
  while (value < size)
    value = co_await server.call(ctx, &incrementer::increment, value);
  task.cancel(sweet::cancellation_level::kill);
  co_return value;
}

round service_call(world& w, u64 size) {
  return root(w, ask_service, size);
}

// What a channel holds, as the peers' do.
constexpr std::size_t capacity = 1024;

sweet::async<void> send_each(sweet::task_context, sweet::channel_sender<u64> out, u64 first,
                             u64 size, u64 step) {
  for (u64 i = first; i < size; i += step)
    co_await out.send(i);
}

sweet::async<u64> receive_each(sweet::task_context, sweet::channel_receiver<u64> in) {
  u64 sum = 0;
  while (auto value = co_await in.receive())
    sum += *value;
  co_return sum;
}

/// From so many tasks to so many others.
sweet::async<u64> through_channel(sweet::task_context ctx, u64 size, u64 senders, u64 receivers) {
  sweet::channel<u64> between{capacity};
  for (u64 first = 0; first < senders; ++first)
    static_cast<void>(ctx.spawn(send_each, between.sender, first, size, senders));
  std::vector<sweet::child_task<u64>> sums;
  for (u64 i = 0; i < receivers; ++i)
    sums.push_back(ctx.spawn(receive_each, between.receiver));
  between.sender = {}; // those of the children hold it open
  u64 sum = 0;
  for (auto& s : sums)
    sum += co_await s;
  co_return sum;
}

round channel_single(world& w, u64 size) {
  return root(w, through_channel, size, u64{1}, u64{1});
}

round channel_join(world& w, u64 size) {
  return root(w, through_channel, size, u64{4}, u64{1});
}

round channel_many(world& w, u64 size) {
  return root(w, through_channel, size, u64{4}, u64{4});
}

sweet::async<void> echo(sweet::task_context, sweet::channel_receiver<u64> in,
                        sweet::channel_sender<u64> out) {
  while (auto value = co_await in.receive())
    co_await out.send(*value + 1);
}

sweet::async<u64> channel_ping(sweet::task_context ctx, u64 size) {
  auto [ping, pinged] = sweet::channel<u64>{1};
  auto [pong, ponged] = sweet::channel<u64>{1};
  static_cast<void>(ctx.spawn(echo, std::move(pinged), std::move(pong)));
  u64 value = 0;
  for (u64 i = 0; i < size; ++i) {
    co_await ping.send(value);
    value = (co_await ponged.receive()).value();
  }
  co_return value;
}

round channel_ping_pong(world& w, u64 size) {
  return root(w, channel_ping, size);
}

/// Nobody else wants the permit, or the lock.
sweet::async<u64> acquire_alone(u64 size) {
  const sweet::semaphore alone{1};
  u64 acquired = 0;
  for (u64 i = 0; i < size; ++i) {
    const auto permit = co_await alone.acquire();
    acquired += permit.count();
  }
  co_return acquired;
}

round semaphore(world& w, u64 size) {
  return root(w, acquire_alone, size);
}

sweet::async<u64> lock_alone(u64 size) {
  const sweet::async_mutex alone;
  u64 locked = 0;
  for (u64 i = 0; i < size; ++i) {
    const auto guard = co_await alone.lock();
    ++locked;
  }
  co_return locked;
}

round mutex(world& w, u64 size) {
  return root(w, lock_alone, size);
}

sweet::async<void> emit_quarter(sweet::emitter<u64>& out, u64 first, u64 size) {
  for (u64 i = first; i < size; i += 4)
    co_await out.emit(i);
}

round events_join(world& w, u64 size) {
  return timed([&] {
    auto end = sweet::async_task::emits<u64>(w.runtime)
                   .sender(sweet::strategy::parallel{4},
                           [size](sweet::emitter<u64>& out, std::size_t index) {
                             return emit_quarter(out, index, size);
                           })
                   .receiver(sweet::strategy::serial{}, identity)
                   .fold(u64{0}, add)
                   .await_final_event();
    return end.collected;
  });
}

round events_fan(world& w, u64 size) {
  return timed([&] { return sum_of_events(w, size, sweet::strategy::parallel{2}, incremented); });
}

/// An actor that tells its client when it starts, answers 1, and crashes when it is told to.
auto crashing(caf::actor client) {
  return [client = std::move(client)](caf::event_based_actor* self) -> caf::behavior {
    self->send(client, caf::ok_atom_v);
    return {
        [](caf::get_atom) -> u64 { return 1; },
        [](caf::delete_atom) { throw std::runtime_error{"told to"}; },
    };
  };
}

sweet::async<u64> restart_client(sweet::task_context ctx, u64 size) {
  auto tree = sweet::supervisor::one_for_one(ctx)
                  .intensity(1'000'000, std::chrono::seconds{1})
                  .service("crashing", crashing(ctx.actor()))
                  .start();
  const auto service = tree.ref("crashing");
  co_await ctx.receive<caf::ok_atom>();
  u64 answers = 0;
  for (u64 i = 0; i < size; ++i) {
    caf::anon_send(service, caf::delete_atom_v);
    co_await ctx.receive<caf::ok_atom>();
    answers += co_await ctx.request<u64>(service, std::chrono::seconds{10}, caf::get_atom_v);
  }
  tree.stop();
  co_return answers;
}

round restart(world& w, u64 size) {
  return root(w, restart_client, size);
}

round restart_quiet(world& w, u64 size) {
  w.reports = false;
  return restart(w, size);
}

} // namespace

int main(int argc, char** argv) {
  return bench::serve<world>(argc, argv,
                             {{"flat", flat},
                              {"flat_callable", flat_callable},
                              {"as_finished", as_finished},
                              {"one_by_one", one_by_one},
                              {"external", external},
                              {"tree", tree},
                              {"bintree", bintree},
                              {"cancel", cancel},
                              {"events_single", events_single},
                              {"events_chunks", events_chunks},
                              {"events_fan", events_fan},
                              {"events_fan_chunks", events_fan_chunks},
                              {"events_join", events_join},
                              {"ping_pong", ping_pong},
                              {"handler", handler},
                              {"handler_waits", handler_waits},
                              {"service_call", service_call},
                              {"channel_single", channel_single},
                              {"channel_join", channel_join},
                              {"channel_many", channel_many},
                              {"channel_ping_pong", channel_ping_pong},
                              {"semaphore", semaphore},
                              {"mutex", mutex},
                              {"idle_bytes", idle_bytes},
                              {"restart", restart},
                              {"restart_quiet", restart_quiet},
                              {"savina_ping_pong", bench::savina_ping_pong},
                              {"savina_thread_ring", bench::savina_thread_ring},
                              {"savina_big", bench::savina_big},
                              {"savina_bank", bench::savina_bank},
                              {"savina_philosophers", bench::savina_philosophers},
                              {"savina_ping_pong_service", bench::savina_ping_pong_service},
                              {"savina_big_service", bench::savina_big_service},
                              {"savina_bank_service", bench::savina_bank_service},
                              {"savina_philosophers_service", bench::savina_philosophers_service}});
}
