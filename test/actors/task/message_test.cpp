// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/expect.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/throws.hpp>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::expect;
using sweet::testing::runtime_fixture;
using sweet::testing::throws;
using sweet::testing::wait_until_idle;

namespace message_test {
namespace {

struct job {
  int number = 0;
};

struct done {
  int number = 0;
};

/// Boost.Test's own are for one thread at a time.
void require(bool what) {
  if (!what)
    throw std::logic_error{"not as it should be"};
}

/// Answers jobs until one is zero.
async<int> works(task_context ctx) {
  for (int sum = 0;;) {
    const auto next = co_await ctx.receive<job>();
    if (next.payload.number == 0)
      co_return sum;
    sum += next.payload.number;
    require(ctx.reply(next, done{next.payload.number}).is_ok());
  }
}

async<int> waits_for_a_job(task_context ctx) {
  co_return (co_await ctx.receive<job>()).payload.number;
}

} // namespace
} // namespace message_test

BOOST_FIXTURE_TEST_SUITE(message_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(parent_and_child_talk) {
  auto parent = rt.spawn([](task_context ctx) -> async<int> {
    auto child = ctx.spawn(works);
    int answered = 0;
    for (int i = 1; i <= 10; ++i) {
      const auto correlation = child.send(job{i}).value();
      const auto answer = co_await ctx.receive<done>();
      require(answer.sender == child.id());
      require(answer.correlation == correlation);
      answered += answer.payload.number;
    }
    require(ctx.send(child, job{0}).is_ok());
    co_return answered * 1000 + co_await child;
  });
  BOOST_TEST(parent.await().value() == 55055);
  BOOST_TEST(rt.lost_messages() == 0u);
}

BOOST_AUTO_TEST_CASE(an_envelope_says_who_and_when) {
  const auto begin = time.now();
  auto parent = rt.spawn([&](task_context ctx) -> async<bool> {
    auto child = ctx.spawn([](task_context own) -> async<void> {
      co_await own.sleep_for(2s);
      require(own.send_to_parent("a literal").is_ok());
      require(own.send_to_parent(std::string{"again"}).is_ok());
    });
    const auto first = co_await ctx.receive<std::string>();
    const auto second = co_await ctx.receive<std::string>();
    require(first.payload == "a literal");
    require(first.sender == child.id());
    require(first.correlation != 0u);
    require(first.correlation != second.correlation);
    co_return first.time == begin + 2s;
  });
  advance(2s);
  BOOST_TEST(parent.await().value());
}

BOOST_AUTO_TEST_CASE(messages_come_in_order_and_by_type) {
  auto task = rt.spawn([](task_context ctx) -> async<std::string> {
    std::string got;
    co_await ctx.receive<done>(); // behind all others
    got += (co_await ctx.receive<std::string>()).payload;
    for (int i = 0; i < 3; ++i)
      got += std::to_string((co_await ctx.receive<job>()).payload.number);
    co_return got + (co_await ctx.receive<std::string>()).payload;
  });
  for (int i = 1; i <= 3; ++i)
    BOOST_TEST(task.send(job{i}).is_ok());
  BOOST_TEST(task.send("a").is_ok());
  BOOST_TEST(task.send("b").is_ok());
  BOOST_TEST(task.send(done{}).is_ok());
  BOOST_TEST(task.await().value() == "a123b");
}

BOOST_AUTO_TEST_CASE(a_payload_need_not_be_copyable) {
  auto task = rt.spawn([](task_context ctx) -> async<int> {
    auto got = co_await ctx.receive<std::unique_ptr<int>>();
    co_return *got.payload;
  });
  BOOST_TEST(task.send(std::make_unique<int>(7)).is_ok());
  BOOST_TEST(task.await().value() == 7);
}

BOOST_AUTO_TEST_CASE(a_callable_blocks) {
  const auto body = [](task_context ctx) {
    return ctx.receive<job>().await().value().payload.number;
  };
  auto on_worker = rt.spawn(body);
  auto on_thread = async_task::to<int>(rt).blocking().run(body);
  wait_until_idle(rt);
  BOOST_TEST(on_worker.send(job{1}).is_ok());
  BOOST_TEST(on_thread.send(job{2}).is_ok());
  BOOST_TEST(on_worker.await().value() == 1);
  BOOST_TEST(on_thread.await().value() == 2);
}

BOOST_AUTO_TEST_CASE(a_wait_with_a_timeout) {
  auto task = rt.spawn([](task_context ctx) -> async<int> {
    const auto none = co_await ctx.receive<job>(1s).result();
    expect(none.error().code() == error_code::timeout);
    expect(none.error().message() == "no message within 1 s");
    try {
      co_await ctx.receive<job>(1s);
      expect(false);
    } catch (const task_failure& e) {
      expect(e.error().code() == error_code::timeout);
    }
    co_return (co_await ctx.receive<job>(1s)).payload.number;
  });
  advance(1s);
  advance(1s);
  BOOST_TEST(task.send(job{3}).is_ok());
  BOOST_TEST(task.await().value() == 3);
}

BOOST_AUTO_TEST_CASE(cancellation_interrupts_a_receive) {
  auto task = rt.spawn(waits_for_a_job);
  auto blocked = async_task::to<int>(rt).blocking().run(
      [](task_context ctx) { return ctx.receive<job>().await().value().payload.number; });
  wait_until_idle(rt);
  task.cancel();
  blocked.cancel();
  BOOST_TEST(task.await().error().code() == error_code::cancelled);
  BOOST_TEST(blocked.await().error().code() == error_code::cancelled);
}

BOOST_AUTO_TEST_CASE(clean_up_can_receive_after_graceful_cancellation) {
  auto task = rt.spawn([](task_context ctx) -> async<int> {
    try {
      co_await stopped_as_error(ctx.receive<job>());
    } catch (const cancelled&) {
    }
    co_return (co_await ctx.receive<job>()).payload.number;
  });
  wait_until_idle(rt);
  task.cancel();
  wait_until_idle(rt);
  BOOST_TEST(task.send(job{4}).is_ok());
  BOOST_TEST(task.await().value() == 4);
}

BOOST_AUTO_TEST_CASE(a_full_mailbox_refuses) {
  async_event go;
  auto task = async_task::to<int>(rt).mailbox(2).run([&](task_context ctx) -> async<int> {
    co_await go;
    const int first = (co_await ctx.receive<job>()).payload.number;
    co_return first * 10 + (co_await ctx.receive<job>()).payload.number;
  });
  BOOST_TEST(task.send(job{1}).is_ok());
  BOOST_TEST(task.send(job{2}).is_ok());
  const auto refused = task.send(job{3});
  BOOST_TEST(refused.error().code() == error_code::resource_limit);
  BOOST_TEST(refused.error().message() == "the mailbox is full: 2 messages wait to be received");
  go.set();
  BOOST_TEST(task.await().value() == 12);
  BOOST_CHECK_THROW(async_task::to<int>(rt).mailbox(0), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(by_default_a_thousand_wait) {
  async_event go;
  auto task = rt.spawn([&](task_context) -> async<void> { co_await go; });
  for (int i = 0; i < 1000; ++i)
    BOOST_TEST(task.send(i).is_ok());
  BOOST_TEST(task.send(1000).error().code() == error_code::resource_limit);
  go.set();
  BOOST_TEST(task.await().is_ok());
  BOOST_TEST(rt.lost_messages() == 1000u);
}

BOOST_AUTO_TEST_CASE(who_has_ended_receives_nothing) {
  auto task = rt.spawn([] {});
  BOOST_TEST(task.await().is_ok());
  BOOST_TEST(task.send(1).error().code() == error_code::unreachable);
  spawning_task<int> left;
  {
    runtime other;
    left = other.spawn([] { return 1; });
    BOOST_TEST(left.await().is_ok());
  }
  BOOST_TEST(left.send(1).error().code() == error_code::unreachable);
  BOOST_TEST(rt.lost_messages() == 0u);
}

BOOST_AUTO_TEST_CASE(unread_messages_are_counted) {
  auto task = rt.spawn([](task_context ctx) -> async<int> {
    async_event go;
    auto child = ctx.spawn([&go](task_context own) -> async<int> {
      co_await go;
      co_return (co_await own.receive<job>()).payload.number;
    });
    for (int i = 1; i <= 3; ++i)
      require(child.send(job{i}).is_ok());
    require(child.send("not for it").is_ok());
    go.set();
    co_return co_await child;
  });
  BOOST_TEST(task.await().value() == 1);
  BOOST_TEST(rt.lost_messages() == 3u);
}

BOOST_AUTO_TEST_CASE(what_nobody_awaits_stays) {
  auto task = rt.spawn([](task_context ctx) -> async<int> {
    static_cast<void>(ctx.send_to_parent(1)); // the root takes nothing
    auto self = ctx.spawn([](task_context own) { require(own.send_to_parent(job{5}).is_ok()); });
    co_await self;
    {
      auto unawaited = ctx.receive<job>();
    }
    co_return (co_await ctx.receive<job>()).payload.number;
  });
  BOOST_TEST(task.await().value() == 5);
}

BOOST_AUTO_TEST_CASE(there_is_one_wait_at_a_time) {
  auto task = rt.spawn([](task_context ctx) {
    auto first = ctx.receive<job>();
    expect(throws<std::logic_error>([&] { return ctx.receive<done>(); }));
  });
  BOOST_TEST(task.await().is_ok());
}

BOOST_AUTO_TEST_CASE(the_root_takes_no_messages) {
  auto task = rt.spawn([](task_context ctx) { return ctx.send_to_parent(1).error().code(); });
  BOOST_TEST((task.await().value() == error_code::unreachable));
}

BOOST_AUTO_TEST_CASE(a_thread_of_its_own_is_no_sender) {
  auto task = rt.spawn([](task_context ctx) -> async<error_code> {
    const auto got = co_await ctx.receive<int>();
    require(!got.sender);
    co_return ctx.reply(got, 1).error().code();
  });
  BOOST_TEST(task.send(1).is_ok());
  BOOST_TEST((task.await().value() == error_code::unreachable));
}

BOOST_AUTO_TEST_CASE(many_threads_send_while_the_task_receives_and_ends) {
  for (int round = 0; round < 20; ++round) {
    const auto lost_before = rt.lost_messages();
    constexpr int wanted = 500;
    auto task = async_task::to<int>(rt).mailbox(50).run([](task_context ctx) -> async<int> {
      int n = 0;
      while (n < wanted) {
        co_await ctx.receive<int>();
        ++n;
      }
      co_return n;
    });
    std::atomic<std::uint64_t> accepted{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t)
      threads.emplace_back([&, task] {
        for (;;) {
          auto sent = task.send(1);
          if (sent.is_ok())
            ++accepted;
          else if (sent.error().code() == error_code::unreachable)
            return;
          else
            std::this_thread::yield();
        }
      });
    for (auto& t : threads)
      t.join();
    BOOST_TEST(task.await().value() == wanted);
    BOOST_TEST(accepted == wanted + (rt.lost_messages() - lost_before));
  }
}

BOOST_AUTO_TEST_CASE(many_children_talk_to_one_parent) {
  auto parent = rt.spawn([](task_context ctx) -> async<int> {
    constexpr int children = 100;
    constexpr int each = 5;
    task_group<void> group{ctx};
    for (int c = 0; c < children; ++c)
      group.spawn([c](task_context own) -> async<void> {
        for (int i = 0; i < each; ++i) {
          require(own.send_to_parent(job{c * each + i}).is_ok());
          const auto answer = co_await own.receive<done>();
          require(answer.payload.number == c * each + i);
        }
      });
    int sum = 0;
    for (int i = 0; i < children * each; ++i) {
      const auto next = co_await ctx.receive<job>();
      sum += next.payload.number;
      require(ctx.reply(next, done{next.payload.number}).is_ok());
    }
    while (co_await group.next())
      ;
    co_return sum;
  });
  BOOST_TEST(parent.await().value() == 500 * 499 / 2);
}

BOOST_AUTO_TEST_SUITE_END()
