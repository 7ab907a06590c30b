// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Temporaries that own something, made inside co_await expressions: lambdas with captures and
// aggregates, in every form in which sweet takes them. Compilers have destroyed them twice
// (docs/compilers.md); each has to be destroyed once, and none may be left.

#include <sweet/actors/process/run_process.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/expect.hpp>

#include <caf/all.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::expect;

namespace awaited_temporaries_test {
namespace {

std::atomic<int> alive;

/// Counts itself: copies of it are what lambdas capture and aggregates hold.
struct owned {
  owned() noexcept { ++alive; }
  owned(const owned&) noexcept { ++alive; }
  owned(owned&&) noexcept { ++alive; }
  owned& operator=(const owned&) noexcept = default;
  owned& operator=(owned&&) noexcept = default;
  ~owned() { --alive; }
};

struct aggregate {
  owned first;
  int number = 0;
  owned last;
};

async<int> number_of(aggregate a) {
  co_return a.number;
}

/// The value of a call that takes a temporary; for arguments that hold nothing of it afterwards.
template <class F>
decltype(auto) called(const F& f) {
  return f();
}

task_error planned_error() {
  return task_error{error_code::io, "on purpose"};
}

/// Runs the body as a task, and then everything of it has been destroyed, once.
template <class Body>
void destroys_each_once(Body body) {
  alive = 0;
  {
    runtime rt{runtime_options{.workers = 2}};
    const auto outcome = rt.spawn(body, owned{}).await();
    BOOST_TEST(outcome.is_ok(), (outcome.is_ok() ? "" : outcome.error().message()));
    rt.cancel();
    rt.join();
  }
  BOOST_TEST(alive == 0);
}

} // namespace
} // namespace awaited_temporaries_test

BOOST_AUTO_TEST_SUITE(awaited_temporaries_test)

BOOST_AUTO_TEST_CASE(spawned_bodies_and_arguments) {
  destroys_each_once([](task_context ctx, owned o) -> async<void> {
    co_await ctx.spawn([o] { return 1; });
    co_await ctx.spawn([o](task_context) { return 1; });
    co_await ctx.spawn([o](task_context own) -> async<int> {
      co_await own.yield();
      co_return 1;
    });
    co_await ctx.spawn([o] { return aggregate{o, 1, o}; });
    co_await ctx.spawn(number_of, aggregate{o, 1, o});
    co_await number_of(aggregate{o, 1, o});
    co_await ctx.spawn([o] { return 1; }).result();
    co_await ctx.spawn([o] { return 1; }).share();
    co_await ctx.runtime().spawn([o] { return 1; });
    co_await ctx.runtime().spawn(number_of, aggregate{o, 1, o}).result();
    co_await sweet::spawn(ctx, [o] { return 1; });
    co_await ctx.spawn([o] { return 1; }).cancel();
  });
}

BOOST_AUTO_TEST_CASE(builders) {
  destroys_each_once([](task_context ctx, owned o) -> async<void> {
    const auto task = async_task::to<int>(ctx);
    co_await async_task::to<int>(ctx).name("plain").run([o] { return 1; });
    co_await task.run(number_of, aggregate{o, 1, o});
    co_await task.timeout(1h).deadline(1h).run([o](task_context) { return 1; });
    co_await task.blocking().run([o] { return 1; });
    co_await task.blocking().run([o](task_context) { return 1; }).result();
    co_await task.retry(2, backoff::immediate()).run([o](task_context attempt) {
      return attempt.attempt() < 3 ? throw std::runtime_error{"on purpose"} : 1;
    });
    co_await task.retry(1, backoff::immediate(), [o](const task_error&) { return true; })
        .run([o](task_context attempt) -> async<int> {
          if (attempt.attempt() == 1)
            throw std::runtime_error{"on purpose"};
          co_return 1;
        });
    co_await task.fallback([o](const task_error&) { return 2; }).run([o]() -> int {
      throw std::runtime_error{"on purpose"};
    });
    co_await task.blocking()
        .retry(1, backoff::immediate())
        .fallback([o](const task_error&) { return 2; })
        .run([o]() -> int { throw std::runtime_error{"on purpose"}; });
    co_await task.on_cancel([o] {}).run([o] { return 1; });
    co_await async_task::to<int>(ctx.runtime()).run([o] { return 1; });
  });
}

BOOST_AUTO_TEST_CASE(scopes) {
  destroys_each_once([](task_context ctx, owned o) -> async<void> {
    co_await ctx.scope(child_failure::collect, [o](task_context) { return 1; });
    co_await ctx.scope(child_failure::fail_fast, [o](task_context own) -> async<int> {
      co_return co_await own.spawn([o] { return 1; });
    });
    co_await ctx.with_timeout(1h, [o](task_context) { return 1; });
    co_await ctx.with_timeout(1h, [o](task_context own) -> async<void> { co_await own.yield(); })
        .result();
    co_await ctx.shield(1h, [o](task_context) { return 1; });
    co_await ctx.shield(1h, [o](task_context own) -> async<void> { co_await own.yield(); });
  });
}

BOOST_AUTO_TEST_CASE(continuations) {
  destroys_each_once([](task_context ctx, owned o) -> async<void> {
    co_await ctx.spawn([o] { return 1; }).chain([o](int x) { return x; });
    co_await ctx.spawn([o] { return 1; }).chain([o](int x) -> async<int> { co_return x; });
    co_await ctx.spawn([o] { return 1; }).map([o](int x) { return aggregate{o, x, o}; });
    co_await ctx.spawn([o] { return 1; })
        .and_then([o](int x) { return task_result<int>{x}; })
        .map_err([o](const task_error& e) { return e; })
        .or_else([o](const task_error&) { return 3; });
    co_await ctx.runtime()
        .spawn([o]() -> int { throw std::runtime_error{"on purpose"}; })
        .map([o](int x) { return x; })
        .map_err([o](const task_error& e) { return e; })
        .or_else([o](const task_error&) { return 3; });
    co_await ctx.spawn(called([&] {
      return [o](task_context own) {
        own.spawn([o] { return 1; }).share().on_done([o](const task_result<int>&) {});
      };
    }));
    co_await ctx.sleep_for(
        ctx.runtime().spawn([o] { return 1; }).await_result([o](auto) { return 0ns; }));
  });
}

BOOST_AUTO_TEST_CASE(combined_tasks) {
  destroys_each_once([](task_context ctx, owned o) -> async<void> {
    co_await when_all(ctx.spawn([o] { return 1; }), number_of({o, 2, o}),
                      ctx.runtime().spawn([o] { return aggregate{o, 3, o}; }));
    co_await when_all(called([&] {
      std::vector<child_task<int>> all;
      all.push_back(ctx.spawn([o] { return 1; }));
      all.push_back(ctx.spawn([o] { return 2; }));
      return all;
    }));
    co_await when_all_settled(ctx.spawn([o] { return 1; }), number_of({o, 2, o}));
    co_await when_any(ctx.spawn([o] { return 1; }), number_of({o, 2, o}));
    co_await when_any(ctx.spawn([o] { return 1; }), ctx.spawn([o] {
      return aggregate{o, 2, o};
    })).result();
    co_await race(ctx.spawn([o] { return 1; }), number_of({o, 2, o}));
  });
}

BOOST_AUTO_TEST_CASE(groups) {
  const auto group_of = [](task_context ctx, auto... bodies) {
    task_group<int> group{ctx};
    (group.spawn(std::move(bodies)), ...);
    return group;
  };
  destroys_each_once([group_of](task_context ctx, owned o) -> async<void> {
    co_await group_of(ctx, [o] { return 1; }, [o](task_context) { return 2; }).next();
    co_await group_of(ctx, [o](task_context own) -> async<int> {
      co_await own.yield();
      co_return 3;
    }).next();
  });
}

BOOST_AUTO_TEST_CASE(graphs) {
  const auto graph_of = [](auto first, auto second) {
    task_graph graph;
    graph.add("first", std::move(first));
    graph.add("second", std::move(second), [](auto task) { return task.name("2nd"); })
        .depends_on("first");
    return graph;
  };
  destroys_each_once([graph_of](task_context ctx, owned o) -> async<void> {
    co_await graph_of([o] { return 1; },
                      [o](task_context own) -> async<void> { co_await own.yield(); })
        .start(ctx);
    co_await graph_of([o] {}, [o] { return aggregate{o, 1, o}; }).start(ctx.runtime());
  });
}

BOOST_AUTO_TEST_CASE(supervisors) {
  destroys_each_once([](task_context ctx, owned o) -> async<void> {
    co_await supervisor::one_for_one(ctx.runtime())
        .service("task",
                 [o](task_context own) -> async<void> {
                   for (;;)
                     co_await own.sleep_for(1h);
                 })
        .service(
            "actor",
            [o](caf::event_based_actor*) -> caf::behavior { return {[o](int x) { return x; }}; },
            on_error{[o](const task_error&) { return directive::restart; }})
        .start()
        .started();
    auto tree = supervisor::one_for_one(ctx.runtime()).start();
    co_await tree.start_child("once", [o](task_context) {}, restart_type::temporary);
    co_await tree.start_child("stays",
                              [o](task_context own) -> async<void> { co_await own.sleep_for(1h); });
    co_await tree.stop_child("stays");
    co_await tree.delete_child("stays");
  });
}

BOOST_AUTO_TEST_CASE(requests_and_messages) {
  destroys_each_once([](task_context ctx, owned o) -> async<void> {
    auto& system = ctx.runtime().system();
    co_await ctx.request<int>(system.spawn([o](caf::event_based_actor*) -> caf::behavior {
      return {[o](int x) { return x; }};
    }),
                              1h, called([o] { return 1; }));
    co_await ctx
        .request<int>(ctx.runtime().spawn([o] { return 1; }).actor(), 1h,
                      called([o] { return caf::get_atom_v; }))
        .result();
    co_await ctx.spawn([o](task_context own) -> async<int> {
      auto child = own.spawn([o](task_context receiver) -> async<int> {
        co_return (co_await receiver.receive<int>()).payload;
      });
      child.send(1);
      co_return co_await std::move(child);
    });
  });
}

BOOST_AUTO_TEST_CASE(waits_for_other_things) {
  destroys_each_once([](task_context ctx, owned o) -> async<void> {
    async_event event;
    co_await ctx.sleep_for(called([o] { return 1ns; }));
    co_await called([&, o]() -> async_event& {
      event.set();
      return event;
    });
    co_await ctx.runtime()
        .spawn([o](task_context own) -> async<void> { co_await own.sleep_for(1h); })
        .cancel(cancellation_level::graceful, called([o] { return "enough"; }));
    co_await run_process(ctx, called([o] { return process_spec{.argv = {"true"}}; }));
  });
}

// Every strategy, with temporaries as senders, handlers, keys, steps and sinks.
BOOST_AUTO_TEST_CASE(streams) {
  destroys_each_once([](task_context ctx, owned o) -> async<void> {
    const std::vector<int> numbers{1, 2, 3};
    co_await async_task::emits<int>(ctx)
        .sender(numbers)
        .receiver(strategy::serial{}, [o](int x) { return x; })
        .run();
    co_await async_task::emits<int>(ctx)
        .sender(
            [o](emitter<int>& out) -> async<void> { co_await out.emit(called([o] { return 1; })); })
        .receiver(strategy::parallel{2}, [o](int x, collector<int>& out) { out.collect_item(x); })
        .run();
    co_await async_task::emits<int>(ctx)
        .sender(strategy::parallel{2},
                [o](task_context, emitter<int>& out) -> async<void> {
                  co_await out.emit_all(std::array{1, 2});
                })
        .receiver(strategy::parallel{2}.ordered(),
                  [o](task_context own, int x) -> async<int> {
                    co_return co_await own.spawn([o, x] { return x; });
                  })
        .fold(0, [o](int& sum, int x) { sum += x; })
        .run();
    co_await async_task::emits<int>(ctx)
        .sender([o](emitter<int>& out) { out.emit(1).await(); })
        .receiver(strategy::parallel{2}.partition_by([o](int x) { return x % 2; }),
                  [o](int x) { return x; })
        .sink([o](int) {})
        .run();
    co_await async_task::emits<int>(ctx)
        .sender(source::generate(
            [o, n = 0]() mutable { return n < 3 ? std::optional{n++} : std::nullopt; }))
        .receiver(
            strategy::batched{2, 1ms},
            [o](batch<int>& all, collector<std::size_t>& out) { out.collect_item(all.size()); })
        .into<std::vector<std::size_t>>()
        .run();
    co_await async_task::emits<int>(ctx)
        .sender(source::generator([o]() -> generator<int> { co_yield called([o] { return 1; }); }))
        .receiver(strategy::adaptive{}.observed_by([o](const adaptive_decision&) {}),
                  [o](int x) { return x; })
        .run();
    co_await async_task::emits<int>(ctx)
        .sender(numbers)
        .receiver(strategy::serial{}, [o](int x) { return x; })
        .stream()
        .next();
  });
}

// The events themselves.
BOOST_AUTO_TEST_CASE(events) {
  destroys_each_once([](task_context ctx, owned o) -> async<void> {
    co_await async_task::emits<aggregate>(ctx)
        .sender([o](emitter<aggregate>& out) -> async<void> {
          co_await out.emit({o, 1, o});
          co_await out.emit(aggregate{o, 2, o});
          co_await out.emit_all(std::vector{aggregate{o, 3, o}, aggregate{o, 4, o}});
          out.emit_error(planned_error());
        })
        .on_error(error_strategy::continue_on_error())
        .receiver(strategy::parallel{2}, [o](aggregate a) { return a; })
        .run();
    co_await async_task::emits<aggregate>(ctx)
        .sender(source::generator([o]() -> generator<aggregate> {
          co_yield aggregate{o, 1, o};
          co_yield aggregate{o, 2, o};
        }))
        .receiver(strategy::batched{2, 1ms},
                  [o](batch<aggregate>& all, collector<aggregate>& out) {
                    for (const auto& each : all)
                      out.collect_item(aggregate{each});
                  })
        .run();
  });
}

// An emitting task awaited as a temporary, by name, and moved from.
BOOST_AUTO_TEST_CASE(emitting_tasks) {
  destroys_each_once([](task_context ctx, owned o) -> async<void> {
    const auto described = async_task::emits<int>(ctx)
                               .sender(std::vector<int>{1, 2, 3})
                               .receiver(strategy::serial{}, [o](int x) { return x; });
    auto named = described.run();
    const auto first = co_await named;
    expect(first.counts.emitted == 3u);
    const auto second = co_await std::move(named);
    expect(second.collected.items.size() == 3u);
    const auto third = co_await described.run();
    expect(third.counts.processed == 3u);
  });
}

BOOST_AUTO_TEST_SUITE_END()
