// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Coroutine handlers under every order of events that a thousand seeds come across: one at a time,
// every request answered, no frame left, and none after the state.

#include <sweet/sweet.hpp>
#include <sweet/testing/expect.hpp>
#include <sweet/testing/for_each_seed.hpp>
#include <sweet/testing/simulation.hpp>

#include <caf/all.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::expect;
using sweet::testing::for_each_seed;
using sweet::testing::simulation;

namespace handler_interleavings_test {
namespace {

/// What becomes of an actor and its coroutines. The simulation runs one of all at a time.
struct record {
  int frames = 0;
  int most = 0;
  bool state_is_there = false;
  bool late = false; ///< a frame outlived the state
};

class frame {
public:
  explicit frame(record& of) : of_(of) { of_.most = std::max(of_.most, ++of_.frames); }
  ~frame() {
    --of_.frames;
    of_.late |= !of_.state_is_there;
  }
  frame(const frame&) = delete;
  frame& operator=(const frame&) = delete;

private:
  record& of_;
};

struct state {
  ~state() {
    if (of != nullptr)
      of->state_is_there = false;
  }
  record* of = nullptr;
};

std::chrono::milliseconds moment(simulation& sim, std::size_t below) {
  return std::chrono::milliseconds{static_cast<std::int64_t>(sim.choose(below))};
}

caf::behavior worker(caf::stateful_actor<state>* self, simulation* sim, record* seen,
                     caf::actor last, std::size_t at_once) {
  self->state.of = seen;
  seen->state_is_there = true;
  return {handler(
      self,
      [=](task_context ctx, int x) -> async<int> {
        const frame here{*seen};
        for (auto steps = sim->choose(4); steps != 0; --steps)
          switch (sim->choose(4)) {
            case 0: co_await ctx.yield(); break;
            case 1: co_await ctx.sleep_for(moment(*sim, 5)); break;
            case 2: x += co_await ctx.request<int>(last, 1s, 0); break;
            default: {
              auto child = ctx.spawn([](int y) { return y; }, x);
              x = co_await child;
            }
          }
        if (sim->choose(8) == 0)
          throw std::runtime_error{"no luck"};
        if (sim->choose(16) == 0)
          self->quit();
        co_return x;
      },
      reentrant{at_once})};
}

} // namespace
} // namespace handler_interleavings_test

BOOST_AUTO_TEST_SUITE(handler_interleavings_test)

BOOST_AUTO_TEST_CASE(every_request_is_answered_and_no_frame_outlives_the_state) {
  using namespace handler_interleavings_test;
  for_each_seed(1000, [](simulation& sim) {
    record seen;
    const auto at_once = 1 + sim.choose(3);
    sim.run([&](task_context ctx) -> async<void> {
      auto& system = sim.runtime().system();
      auto last = system.spawn([]() -> caf::behavior { return {[](int x) { return x; }}; });
      auto a = system.spawn(worker, &sim, &seen, last, at_once);
      std::vector<child_task<bool>> asked;
      for (int i = 0; i < 12; ++i)
        asked.push_back(ctx.spawn(
            [](task_context own, caf::actor whom, simulation* choices, int x) -> async<bool> {
              co_await own.sleep_for(moment(*choices, 20));
              const auto r = co_await own.request<int>(whom, 1h, x).result();
              co_return r.is_ok() ? r.value() == x : r.error().code() != error_code::timeout;
            },
            a, &sim, i));
      const bool kills = sim.choose(2) == 0;
      if (kills) {
        co_await ctx.sleep_for(moment(sim, 20));
        caf::anon_send_exit(a, sim.choose(2) == 0 ? caf::exit_reason::kill
                                                  : caf::exit_reason::user_shutdown);
      }
      for (auto& child : asked)
        expect(co_await child);
      caf::anon_send_exit(a, caf::exit_reason::kill);
      caf::anon_send_exit(last, caf::exit_reason::kill);
    });
    expect(seen.frames == 0);
    expect(!seen.late);
    expect(seen.most <= static_cast<int>(at_once));
  });
}

BOOST_AUTO_TEST_SUITE_END()
