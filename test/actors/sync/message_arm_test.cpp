// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Messages of several types at once, as arms of select(), and of every kind of type.

#include <sweet/sweet.hpp>
#include <sweet/testing/expect.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/throws.hpp>

#include <caf/all.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::expect;
using sweet::testing::runtime_fixture;
using sweet::testing::throws;
using sweet::testing::wait_until_idle;

namespace message_arm_test {
namespace {

struct job {
  int number = 0;
};

struct note {
  std::string text;
};

/// One of both as a text.
std::string told(const std::variant<job, note>& what) {
  return what.index() == 0 ? std::to_string(std::get<0>(what).number) : std::get<1>(what).text;
}

/// As many as are told, of both types.
async<std::string> takes_both(task_context ctx, int count) {
  std::string all;
  for (int i = 0; i < count; ++i)
    all += told((co_await ctx.receive<job, note>()).payload);
  co_return all;
}

/// Counts its objects. Its move throws when it is told to.
struct delicate {
  explicit delicate(std::atomic<int>& alive, bool throws = false) : count(&alive), fails(throws) {
    ++*count;
  }
  delicate(delicate&& other) : count(other.count), fails(other.fails) {
    if (fails)
      throw std::runtime_error{"cannot be moved"};
    ++*count;
  }
  ~delicate() { --*count; }
  std::atomic<int>* count;
  bool fails;
};

/// Made where it stays: from what it is sent as.
struct refuses_to_move {
  refuses_to_move(int n) : number(n) {}
  refuses_to_move(refuses_to_move&&) { throw std::runtime_error{"cannot be moved"}; }
  int number;
};

/// Counts how often it is moved.
struct moved {
  explicit moved(int& n) : count(&n) {}
  moved(moved&& other) noexcept : count(other.count) { ++*count; }
  int* count;
};

struct alignas(256) aligned {
  int number = 0;
};

struct large {
  std::array<int, 5000> numbers{};
};

/// Sends to a channel once it is waited for: another thread may do so at that moment.
class meddler final : public detail::wait_arm {
public:
  using value_type = void;
  explicit meddler(channel_sender<int> to) : to_(std::move(to)) {}
  bool enter() override {
    to_.try_send(1);
    return true;
  }
  bool leave() noexcept override { return true; }
  void describe(detail::wait_view& view) const noexcept override { view.on = wait_reason::channel; }
  void take() noexcept {}
  void nothing() noexcept {}

private:
  channel_sender<int> to_;
};

} // namespace
} // namespace message_arm_test

BOOST_FIXTURE_TEST_SUITE(message_arm_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(of_several_types_the_first_that_came_is_given) {
  auto task = rt.spawn([](task_context ctx) -> async<std::string> {
    co_await ctx.receive<int>(); // all have come
    std::string all;
    for (int i = 0; i < 3; ++i)
      all += told((co_await ctx.receive<job, note>()).payload);
    // What was not asked for has kept its place.
    all += (co_await ctx.receive<std::string>()).payload;
    all += (co_await ctx.receive<note, std::string>()).payload.index() == 1 ? "s" : "n";
    co_return all;
  });
  expect(task.send(job{1}).is_ok());
  expect(task.send("x").is_ok());
  expect(task.send(note{"a"}).is_ok());
  expect(task.send(job{2}).is_ok());
  expect(task.send("y").is_ok());
  expect(task.send(note{"b"}).is_ok());
  expect(task.send(0).is_ok());
  BOOST_TEST(task.await().value() == "1a2xs");
  BOOST_TEST(rt.lost_messages() == 1u);
}

BOOST_AUTO_TEST_CASE(several_types_are_waited_for) {
  auto task = rt.spawn(takes_both, 2);
  wait_until_idle(rt);
  expect(task.send(7).is_ok()); // not for this wait
  wait_until_idle(rt);
  BOOST_TEST(!task.is_done());
  expect(task.send(note{"n"}).is_ok());
  wait_until_idle(rt);
  expect(task.send(job{4}).is_ok());
  BOOST_TEST(task.await().value() == "n4");
}

BOOST_AUTO_TEST_CASE(several_types_with_a_timeout_and_in_a_callable) {
  auto waits = rt.spawn([](task_context ctx) -> async<std::string> {
    const auto none = co_await ctx.receive<job, note>(1s).result();
    expect(none.error().code() == error_code::timeout);
    expect(none.error().message() == "no message within 1 s");
    co_return told((co_await ctx.receive<job, note>(1s)).payload);
  });
  auto blocks = rt.spawn([](task_context ctx) {
    expect(ctx.receive<job, note>(1s).await().error().code() == error_code::timeout);
    return told(ctx.receive<job, note>().await().value().payload);
  });
  advance(1s);
  wait_until_idle(rt);
  expect(waits.send(note{"w"}).is_ok());
  expect(blocks.send(job{5}).is_ok());
  BOOST_TEST(waits.await().value() == "w");
  BOOST_TEST(blocks.await().value() == "5");
}

BOOST_AUTO_TEST_CASE(a_message_that_is_there_comes_before_the_timeout) {
  auto task = rt.spawn([](task_context ctx) -> async<int> {
    auto late = ctx.receive<job>(1s);
    co_await ctx.sleep_for(2s);
    co_return (co_await late).payload.number;
  });
  wait_until_idle(rt);
  expect(task.send(job{6}).is_ok());
  advance(2s);
  BOOST_TEST(task.await().value() == 6);
}

BOOST_AUTO_TEST_CASE(a_time_that_has_passed_ends_the_wait_at_once) {
  auto task = rt.spawn([](task_context ctx) -> async<error_code> {
    auto late = ctx.receive<job>(1s);
    co_await ctx.sleep_for(2s);
    co_return (co_await late.result()).error().code();
  });
  advance(2s);
  BOOST_TEST((task.await().value() == error_code::timeout));
  auto none = rt.spawn([](task_context ctx) -> async<error_code> {
    co_return (co_await ctx.receive<job>(0s).result()).error().code();
  });
  BOOST_TEST((none.await().value() == error_code::timeout));
}

BOOST_AUTO_TEST_CASE(several_types_also_from_an_actor_in_its_order) {
  auto task = rt.spawn([](task_context ctx) -> async<std::string> {
    co_await ctx.receive<bool>(); // all have come
    std::string all;
    for (int i = 0; i < 4; ++i) {
      const auto next = co_await ctx.receive<int, std::string>();
      all += next.payload.index() == 0 ? std::to_string(std::get<0>(next.payload))
                                       : std::get<1>(next.payload);
    }
    co_return all;
  });
  caf::scoped_actor self{rt.system()};
  expect(task.send(1).is_ok());
  self->send(task.actor(), "a");
  expect(task.send("b").is_ok());
  self->send(task.actor(), 2);
  expect(task.send(true).is_ok());
  BOOST_TEST(task.await().value() == "1ab2");
}

BOOST_AUTO_TEST_CASE(a_reply_finds_the_actor_that_has_sent_one_of_several_types) {
  auto task = rt.spawn([](task_context ctx) -> async<bool> {
    const auto next = co_await ctx.receive<int, std::string>();
    expect(ctx.reply(next, std::make_unique<int>(1)).error().code() == error_code::invalid_data);
    co_return ctx.reply(next, std::get<0>(next.payload) + 1).is_ok();
  });
  caf::scoped_actor self{rt.system()};
  self->send(task.actor(), 41);
  self->receive([](int x) { BOOST_TEST(x == 42); });
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_CASE(a_reply_to_a_task_that_has_ended_is_unreachable) {
  auto task = rt.spawn([](task_context ctx) -> async<error_code> {
    auto child = ctx.spawn([](task_context own) { expect(own.send_to_parent(job{1}).is_ok()); });
    co_await std::move(child);
    const auto last = co_await ctx.receive<job>();
    expect(last.sender != task_id::none);
    co_return ctx.reply(last, 1).error().code();
  });
  BOOST_TEST((task.await().value() == error_code::unreachable));
}

// -- select() -------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_message_is_an_arm_of_select) {
  auto [tx, rx] = channel<int>{1};
  auto task = rt.spawn([rx](task_context ctx) mutable -> async<std::string> {
    std::string all;
    for (int i = 0; i < 3; ++i) {
      auto what = co_await select(ctx.receive<job, note>(), rx.receive(), ctx.sleep_for(1s));
      switch (what.index()) {
        case 0: all += told(std::get<0>(what).value().payload); break;
        case 1: all += "c" + std::to_string(std::get<1>(what).value()); break;
        default: all += "t";
      }
    }
    co_return all;
  });
  wait_until_idle(rt);
  expect(task.send(note{"n"}).is_ok());
  wait_until_idle(rt);
  expect(tx.try_send(1) == send_status::sent);
  wait_until_idle(rt);
  advance(1s);
  BOOST_TEST(task.await().value() == "nc1t");
}

BOOST_AUTO_TEST_CASE(a_callable_selects_a_message) {
  auto [tx, rx] = channel<int>{1};
  auto task = rt.spawn([rx](task_context ctx) mutable {
    int sum = 0;
    for (int i = 0; i < 2; ++i) {
      auto what = select(ctx.receive<job>(), rx.receive()).await();
      sum += what.index() == 0 ? std::get<0>(what).value().payload.number
                               : std::get<1>(what).value() * 100;
    }
    return sum;
  });
  wait_until_idle(rt);
  expect(task.send(job{4}).is_ok());
  wait_until_idle(rt);
  expect(tx.try_send(1) == send_status::sent);
  BOOST_TEST(task.await().value() == 104);
}

BOOST_AUTO_TEST_CASE(a_message_that_loses_stays_where_it_is) {
  auto [tx, rx] = channel<int>{1};
  auto task = rt.spawn([rx](task_context ctx) mutable -> async<std::string> {
    co_await ctx.receive<bool>(); // all have come
    auto what = co_await select(rx.receive(), ctx.receive<job, note>());
    expect(what.index() == 0);
    std::string all;
    for (int i = 0; i < 3; ++i)
      all += told((co_await ctx.receive<job, note>()).payload);
    co_return all;
  });
  expect(tx.try_send(1) == send_status::sent);
  expect(task.send(job{1}).is_ok());
  expect(task.send(note{"a"}).is_ok());
  expect(task.send(job{2}).is_ok());
  expect(task.send(true).is_ok());
  BOOST_TEST(task.await().value() == "1a2");
}

BOOST_AUTO_TEST_CASE(a_message_that_is_found_after_another_arm_has_won_stays) {
  auto [tx, rx] = channel<int>{1};
  auto task = rt.spawn([tx, rx](task_context ctx) mutable -> async<int> {
    co_await ctx.receive<bool>(); // the job has come
    operation<meddler> wins{std::in_place, tx};
    auto what = co_await select(rx.receive(), wins, ctx.receive<job>());
    expect(what.index() == 0);
    co_return (co_await ctx.receive<job>(0s)).payload.number;
  });
  expect(task.send(job{5}).is_ok());
  expect(task.send(true).is_ok());
  BOOST_TEST(task.await().value() == 5);
}

BOOST_AUTO_TEST_CASE(one_select_asks_for_messages_once) {
  auto task = rt.spawn([](task_context ctx) -> async<void> {
    auto first = ctx.receive<job>();
    expect(throws<std::logic_error>([&] { return ctx.receive<note>(); }));
    co_return;
  });
  BOOST_TEST(task.await().is_ok());
}

BOOST_AUTO_TEST_CASE(the_context_of_another_task_receives_nothing) {
  auto task = rt.spawn([](task_context ctx) -> async<void> {
    co_await ctx.spawn([outer = ctx](task_context) {
      expect(throws<std::logic_error>([&] { return outer.receive<job>(); }));
    });
  });
  BOOST_TEST(task.await().is_ok());
}

// -- stops ----------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_stop_is_heard_although_messages_are_there) {
  async_event go;
  std::atomic<int> got = 0;
  auto task = rt.spawn([&](task_context ctx) -> async<void> {
    co_await unstoppable(go);
    for (;;) {
      co_await ctx.receive<job>();
      ++got;
    }
  });
  for (int i = 0; i < 3; ++i)
    expect(task.send(job{i}).is_ok());
  wait_until_idle(rt);
  task.cancel();
  go.set();
  BOOST_TEST(task.await().error().code() == error_code::cancelled);
  BOOST_TEST(got == 0);
  BOOST_TEST(rt.lost_messages() == 3u);
}

BOOST_AUTO_TEST_CASE(a_kill_ends_the_wait) {
  auto waits = rt.spawn(takes_both, 1);
  auto selects = rt.spawn([](task_context ctx) -> async<void> {
    co_await select(ctx.receive<job>(), ctx.sleep_for(1h));
  });
  auto blocks = rt.spawn(
      [](task_context ctx) { static_cast<void>(ctx.receive<job, note>(1h).await().is_ok()); });
  wait_until_idle(rt);
  waits.cancel(cancellation_level::kill);
  selects.cancel(cancellation_level::kill);
  blocks.cancel(cancellation_level::kill);
  BOOST_TEST(waits.await().error().code() == error_code::cancelled);
  BOOST_TEST(selects.await().error().code() == error_code::cancelled);
  BOOST_TEST(blocks.await().error().code() == error_code::cancelled);
}

BOOST_AUTO_TEST_CASE(a_wait_that_was_stopped_has_taken_nothing) {
  auto task = rt.spawn([](task_context ctx) -> async<std::string> {
    expect(!(co_await stopped_as_optional(ctx.receive<job, note>())).has_value());
    co_return co_await ctx.sleep_for(1s), told((co_await ctx.receive<job, note>()).payload);
  });
  wait_until_idle(rt);
  task.cancel();
  wait_until_idle(rt);
  expect(task.send(job{8}).is_ok());
  advance(1s);
  BOOST_TEST(task.await().value() == "8");
}

BOOST_AUTO_TEST_CASE(in_a_destructor_that_runs_because_of_a_stop_what_is_there_is_given) {
  struct takes_one {
    task_context ctx;
    std::string& got;
    ~takes_one() {
      for (int i = 0; i < 2; ++i) {
        auto what = ctx.receive<job, note>().await();
        got += what.is_ok() ? told(what.value().payload) : std::string{"none"};
      }
      if (select(ctx.receive<job>(), ctx.sleep_for(1h)).await().index() == 0)
        got += "!";
    }
  };
  std::string got;
  auto task = rt.spawn([&got](task_context ctx) -> async<void> {
    const takes_one last{ctx, got};
    co_await ctx.sleep_for(1h);
  });
  wait_until_idle(rt);
  expect(task.send(job{3}).is_ok());
  task.cancel();
  BOOST_TEST(task.await().error().code() == error_code::cancelled);
  BOOST_TEST(got == "3none!");
}

// -- types ----------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(large_and_aligned_messages) {
  auto task = rt.spawn([](task_context ctx) {
    const auto a = ctx.receive<aligned>().await().unwrap();
    expect(reinterpret_cast<std::uintptr_t>(&a.payload) % alignof(aligned) == 0);
    const auto l = ctx.receive<large>().await().unwrap();
    return a.payload.number + l.payload.numbers.back();
  });
  large big;
  big.numbers.back() = 2;
  expect(task.send(big).is_ok());
  expect(task.send(aligned{1}).is_ok());
  BOOST_TEST(task.await().value() == 3);
}

BOOST_AUTO_TEST_CASE(a_message_that_cannot_be_moved_out_fails_the_body_that_receives_it) {
  std::atomic<int> alive = 0;
  auto task = rt.spawn([](task_context ctx) -> async<int> {
    try {
      co_await ctx.receive<refuses_to_move>();
      expect(false);
    } catch (const std::runtime_error& e) {
      expect(e.what() == std::string{"cannot be moved"});
    }
    co_return (co_await ctx.receive<job>()).payload.number;
  });
  expect(throws<std::runtime_error>([&] { return task.send(refuses_to_move{1}); }));
  expect(throws<std::runtime_error>([&] { return task.send(delicate{alive, true}); }));
  BOOST_TEST(alive == 0);
  expect(task.send(job{9}).is_ok());
  wait_until_idle(rt);
  BOOST_TEST(!task.is_done());
  task.cancel();
  BOOST_TEST(task.await().is_err());
}

BOOST_AUTO_TEST_CASE(a_message_is_moved_in_and_out_and_no_more) {
  int moves = 0;
  auto task = rt.spawn([&moves](task_context ctx) -> async<void> {
    auto child = ctx.spawn([](task_context own) -> async<int> {
      const auto one = co_await own.receive<moved>();
      const auto either = co_await own.receive<job, moved>();
      co_return *one.payload.count;
    });
    child.send(moved{moves}).unwrap();
    child.send(moved{moves}).unwrap();
    co_await std::move(child);
  });
  BOOST_TEST(task.await().is_ok());
  BOOST_TEST(moves == 4);
}

BOOST_AUTO_TEST_CASE(each_message_is_destroyed_once) {
  std::atomic<int> alive = 0;
  {
    auto task = rt.spawn([](task_context ctx) -> async<void> {
      co_await ctx.receive<delicate, job>();
      co_await ctx.sleep_for(1h);
    });
    wait_until_idle(rt);
    for (int i = 0; i < 3; ++i)
      expect(task.send(delicate{alive}).is_ok());
    wait_until_idle(rt);
    task.cancel();
    BOOST_TEST(task.await().is_err());
    BOOST_TEST(rt.lost_messages() == 2u);
    expect(task.send(delicate{alive}).is_err());
  }
  BOOST_TEST(alive == 0);
}

// -- threads --------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(threads_send_while_bodies_select_and_are_stopped) {
  for (int round = 0; round < 10; ++round) {
    const auto lost_before = rt.lost_messages();
    auto [tx, rx] = channel<int>{4};
    std::atomic<std::uint64_t> got = 0;
    auto task = async_task::to<void>(rt).mailbox(20).run(
        [&got, rx](task_context ctx) mutable -> async<void> {
          for (;;) {
            auto what = co_await select(rx.receive(), ctx.receive<job, note>(), ctx.sleep_for(1ms));
            if (what.index() == 1)
              ++got;
            if (auto more = co_await ctx.receive<note>(0s).result(); more.is_ok())
              ++got;
          }
        });
    std::atomic<std::uint64_t> accepted = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t)
      threads.emplace_back([&, task, tx, t]() mutable {
        for (int i = 0;; ++i) {
          if (t == 0)
            static_cast<void>(tx.try_send(i));
          auto sent = i % 2 == 0 ? task.send(job{i}) : task.send(note{"n"});
          if (sent.is_ok())
            ++accepted;
          else if (sent.error().code() == error_code::unreachable)
            return;
          else
            std::this_thread::yield();
          if (i == 200 && t == 1)
            task.cancel();
        }
      });
    for (auto& t : threads)
      t.join();
    BOOST_TEST(task.await().is_err());
    BOOST_TEST(accepted == got + (rt.lost_messages() - lost_before));
  }
}

BOOST_AUTO_TEST_SUITE_END()
