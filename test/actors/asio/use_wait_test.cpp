// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/asio/use_wait.hpp>

#include <sweet/asio/io.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/at_end.hpp>
#include <sweet/testing/checks.hpp>
#include <sweet/testing/expect.hpp>
#include <sweet/testing/wait_until_idle.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <exception>
#include <filesystem>
#include <functional>
#include <future>
#include <iterator>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace asio = boost::asio;
using namespace sweet;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace use_wait_test {
namespace {

using stream = asio::local::stream_protocol::socket;

struct two_ends {
  explicit two_ends(asio::io_context& io) : a(io), b(io) { asio::local::connect_pair(a, b); }
  stream a;
  stream b;
};

/// An operation that calls its handler with values at once, on the thread that initiates it.
template <class Signature, class... Values>
auto gives(Values... values) {
  return asio::async_initiate<const use_wait_t, Signature>(
      [](auto handler, Values... got) { std::move(handler)(std::move(got)...); }, use_wait,
      std::move(values)...);
}

/// An operation that ends when the test says so, with whatever the test says.
class manual {
public:
  auto operator()() {
    return asio::async_initiate<const use_wait_t, void(boost::system::error_code, int)>(
        [this](auto handler) {
          asio::get_associated_cancellation_slot(handler).assign(
              [this](asio::cancellation_type type) {
                type_ = type;
                told_.set_value();
              });
          end_ = [kept = std::make_shared<decltype(handler)>(std::move(handler))](
                     boost::system::error_code e, int value) { std::move (*kept)(e, value); };
          begun_.set_value();
        },
        use_wait);
  }
  void wait_until_begun() { begun_.get_future().wait(); }
  asio::cancellation_type wait_until_cancelled() {
    told_.get_future().wait();
    return type_;
  }
  void end(boost::system::error_code e, int value) { end_(e, value); }
  void drop() { end_ = nullptr; }

private:
  std::function<void(boost::system::error_code, int)> end_;
  asio::cancellation_type type_{};
  std::promise<void> begun_;
  std::promise<void> told_;
};

async<void> cancels_all(task_context ctx) {
  ctx.runtime().cancel();
  co_return;
}

const boost::system::error_code aborted = asio::error::operation_aborted;

std::size_t threads() {
  const std::filesystem::directory_iterator all{"/proc/self/task"};
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

struct fixture {
  runtime rt{runtime_options{.workers = 2}};
};

} // namespace
} // namespace use_wait_test

BOOST_FIXTURE_TEST_SUITE(use_wait_test, fixture)

// -- what co_await gives --------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_read_gives_what_a_handler_would_get) {
  auto task = spawn(rt, [](task_context ctx) -> async<std::string> {
    two_ends ends{io(ctx)};
    const auto written = co_await asio::async_write(ends.a, asio::buffer("hello", 5), use_wait);
    std::array<char, 16> text{};
    const std::size_t n = co_await ends.b.async_read_some(asio::buffer(text), use_wait);
    co_return std::string{text.data(), n} + " " + std::to_string(written);
  });
  BOOST_TEST(task.await().value() == "hello 5");
}

BOOST_AUTO_TEST_CASE(nothing_one_value_or_a_tuple) {
  auto task = spawn(rt, []() -> async<void> {
    using error = boost::system::error_code;
    static_assert(std::is_void_v<decltype(gives<void()>())::value_type>);
    static_assert(std::is_void_v<decltype(gives<void(error)>(error{}))::value_type>);
    co_await gives<void()>();
    co_await gives<void(error)>(error{});
    sweet::testing::expect((co_await gives<void(int)>(1)) == 1);
    sweet::testing::expect((co_await gives<void(error, int)>(error{}, 2)) == 2);
    const std::tuple<int, std::string> two = co_await gives<void(int, std::string)>(3, "three"s);
    sweet::testing::expect(two == std::tuple{3, "three"s});
    const std::tuple<int, std::string> other =
        co_await gives<void(error, int, std::string)>(error{}, 4, "four"s);
    sweet::testing::expect(other == std::tuple{4, "four"s});
    sweet::testing::expect((co_await gives<void(std::error_code, int)>(std::error_code{}, 5)) == 5);
    sweet::testing::expect(
        (co_await gives<void(std::exception_ptr, int)>(std::exception_ptr{}, 6)) == 6);
  });
  BOOST_TEST(task.await().is_ok());
}

BOOST_AUTO_TEST_CASE(a_value_that_can_only_be_moved) {
  auto task = spawn(rt, []() -> async<int> {
    const std::unique_ptr<int> got =
        co_await gives<void(boost::system::error_code, std::unique_ptr<int>)>(
            boost::system::error_code{}, std::make_unique<int>(7));
    co_return *got;
  });
  BOOST_TEST(task.await().value() == 7);
}

BOOST_AUTO_TEST_CASE(an_error_that_comes_first_is_thrown) {
  auto task = spawn(rt, []() -> async<void> {
    const boost::system::error_code refused = asio::error::connection_refused;
    try {
      static_cast<void>(co_await gives<void(boost::system::error_code, int)>(refused, 1));
      sweet::testing::expect(false);
    } catch (const boost::system::system_error& e) {
      sweet::testing::expect(e.code() == refused);
    }
    const auto busy = std::make_error_code(std::errc::device_or_resource_busy);
    try {
      co_await gives<void(std::error_code)>(busy);
      sweet::testing::expect(false);
    } catch (const std::system_error& e) {
      sweet::testing::expect(e.code() == busy);
    }
    try {
      co_await gives<void(std::exception_ptr)>(std::make_exception_ptr(std::out_of_range{"far"}));
      sweet::testing::expect(false);
    } catch (const std::out_of_range&) {
    }
  });
  BOOST_TEST(task.await().is_ok());
}

BOOST_AUTO_TEST_CASE(an_error_that_is_not_caught_fails_the_task) {
  auto task = spawn(rt, [](task_context ctx) -> async<void> {
    stream socket{io(ctx)};
    co_await socket.async_connect("/nowhere/at/all", use_wait);
  });
  const auto outcome = task.await();
  BOOST_REQUIRE(outcome.is_err());
  BOOST_TEST(outcome.error().code() == error_code::failure);
  BOOST_TEST(outcome.error().message().find("No such file") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(as_tuple_gives_the_error_as_a_value) {
  auto task = spawn(rt, [](task_context ctx) -> async<void> {
    two_ends ends{io(ctx)};
    ends.a.close();
    std::array<char, 8> text{};
    const auto [error, n] =
        co_await ends.b.async_read_some(asio::buffer(text), asio::as_tuple(use_wait));
    sweet::testing::expect(error == asio::error::eof);
    sweet::testing::expect(n == 0);
  });
  BOOST_TEST(task.await().is_ok());
}

BOOST_AUTO_TEST_CASE(sockets_can_have_it_as_their_default) {
  auto task = spawn(rt, [](task_context ctx) -> async<std::size_t> {
    two_ends ends{io(ctx)};
    auto a = use_wait_t::as_default_on(std::move(ends.a));
    use_wait_t::as_default_on_t<asio::steady_timer> timer{io(ctx), 1ms};
    co_await timer.async_wait();
    co_return co_await a.async_write_some(asio::buffer("abc", 3));
  });
  BOOST_TEST(task.await().value() == 3u);
}

// -- how an operation is initiated ----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(what_the_initiating_function_throws_is_thrown) {
  auto task = spawn(rt, []() -> async<void> {
    co_await asio::async_initiate<const use_wait_t, void()>(
        [](auto) { throw std::out_of_range{"far"}; }, use_wait);
  });
  BOOST_TEST(task.await().error().message() == "far");
}

BOOST_AUTO_TEST_CASE(what_a_move_of_the_result_throws_is_thrown) {
  struct throws_when_moved {
    throws_when_moved() = default;
    throws_when_moved(throws_when_moved&&) { throw std::out_of_range{"moved"}; }
  };
  auto task = spawn(rt, []() -> async<void> {
    static_cast<void>(co_await asio::async_initiate<const use_wait_t, void(throws_when_moved)>(
        [](auto handler) { std::move(handler)(throws_when_moved{}); }, use_wait));
  });
  BOOST_TEST(task.await().error().message() == "moved");
}

BOOST_AUTO_TEST_CASE(a_handler_that_is_destroyed_ends_the_wait) {
  manual operation;
  auto task = spawn(rt, [&]() -> async<void> { static_cast<void>(co_await operation()); });
  operation.wait_until_begun();
  operation.drop();
  const auto outcome = task.await();
  BOOST_TEST(outcome.error().code() == error_code::failure);
  BOOST_TEST(outcome.error().message().find("not called") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_handler_may_be_called_on_any_thread) {
  manual operation;
  auto task = spawn(rt, [&]() -> async<int> { co_return co_await operation(); });
  operation.wait_until_begun();
  operation.end({}, 8);
  BOOST_TEST(task.await().value() == 8);
}

BOOST_AUTO_TEST_CASE(objects_of_another_context_and_strands) {
  asio::thread_pool pool{2};
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    asio::steady_timer timer{pool, 1ms};
    co_await timer.async_wait(use_wait);
    auto strand = asio::make_strand(pool);
    co_await asio::post(strand, use_wait);
    asio::steady_timer other{asio::make_strand(io(ctx)), 1ms};
    co_await other.async_wait(use_wait);
  });
  BOOST_TEST(task.await().is_ok());
  pool.join();
}

BOOST_AUTO_TEST_CASE(an_operation_begins_and_ends_on_the_thread_for_io) {
  auto task = spawn(rt, [](task_context ctx) -> async<bool> {
    auto& here = io(ctx);
    co_return co_await asio::async_initiate<const use_wait_t, void(bool)>(
        [&here](auto handler) {
          const bool inside = here.get_executor().running_in_this_thread();
          const bool bound = asio::get_associated_executor(handler) == here.get_executor();
          std::move(handler)(inside && bound);
        },
        use_wait);
  });
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_CASE(a_coroutine_of_asio_is_an_operation) {
  auto task = spawn(rt, [](task_context ctx) -> async<int> {
    co_return co_await asio::co_spawn(
        io(ctx),
        []() -> asio::awaitable<int> {
          asio::steady_timer timer{co_await asio::this_coro::executor, 1ms};
          co_await timer.async_wait(asio::use_awaitable);
          co_return 9;
        },
        use_wait);
  });
  BOOST_TEST(task.await().value() == 9);
}

// -- the stop -------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_stop_cancels_the_operation_and_waits_for_its_end) {
  for (auto level :
       {cancellation_level::graceful, cancellation_level::kill, cancellation_level::kill_hard}) {
    manual operation;
    std::atomic<bool> frame_is_gone{false};
    auto task = spawn(rt, [&]() -> async<void> {
      const testing::at_end leaves{[&] { frame_is_gone = true; }};
      static_cast<void>(co_await operation());
      sweet::testing::expect(false);
    });
    operation.wait_until_begun();
    task.cancel(level);
    BOOST_TEST((operation.wait_until_cancelled() == asio::cancellation_type::all));
    testing::wait_until_idle(rt);
    BOOST_TEST(!frame_is_gone);
    BOOST_TEST(task.is_done() == (level == cancellation_level::kill_hard));
    operation.end(aborted, 0);
    BOOST_TEST(task.await().error().code() == error_code::cancelled);
    rt.join();
    BOOST_TEST(frame_is_gone);
  }
}

BOOST_AUTO_TEST_CASE(an_operation_that_has_come_to_its_end_wins) {
  manual operation;
  auto task = spawn(rt, [&]() -> async<int> { co_return co_await operation(); });
  operation.wait_until_begun();
  task.cancel();
  operation.wait_until_cancelled();
  operation.end({}, 10);
  BOOST_TEST(task.await().value() == 10);
}

BOOST_AUTO_TEST_CASE(an_operation_that_fails_wins) {
  manual operation;
  auto task = spawn(rt, [&]() -> async<int> { co_return co_await operation(); });
  operation.wait_until_begun();
  task.cancel();
  operation.wait_until_cancelled();
  operation.end(asio::error::connection_reset, 0);
  BOOST_TEST(task.await().error().code() == error_code::failure);
}

BOOST_AUTO_TEST_CASE(a_handler_that_is_destroyed_after_a_stop_is_a_stop) {
  manual operation;
  auto task = spawn(rt, [&]() -> async<void> { static_cast<void>(co_await operation()); });
  operation.wait_until_begun();
  task.cancel();
  operation.wait_until_cancelled();
  operation.drop();
  BOOST_TEST(task.await().error().code() == error_code::cancelled);
}

BOOST_AUTO_TEST_CASE(a_stop_before_the_wait_begins_nothing) {
  bool begun = false;
  bool went_on = false;
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    ctx.runtime().cancel();
    co_await asio::async_initiate<const use_wait_t, void()>(
        [&](auto handler) {
          begun = true;
          std::move(handler)();
        },
        use_wait);
    went_on = true;
  });
  BOOST_TEST(task.await().error().code() == error_code::cancelled);
  BOOST_TEST(!begun);
  BOOST_TEST(!went_on);
}

BOOST_AUTO_TEST_CASE(an_operation_that_others_cancel_is_no_stop) {
  manual operation;
  auto task = spawn(rt, [&]() -> async<bool> {
    try {
      co_return co_await operation() != 0;
    } catch (const boost::system::system_error& e) {
      co_return e.code() == aborted;
    }
  });
  operation.wait_until_begun();
  operation.end(aborted, 0);
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_CASE(a_stop_is_a_stop_with_as_tuple) {
  bool went_on = false;
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    two_ends ends{io(ctx)};
    std::array<char, 8> text{};
    static_cast<void>(ctx.spawn(cancels_all));
    static_cast<void>(
        co_await ends.b.async_read_some(asio::buffer(text), asio::as_tuple(use_wait)));
    went_on = true;
  });
  BOOST_TEST(task.await().error().code() == error_code::cancelled);
  BOOST_TEST(!went_on);
}

BOOST_AUTO_TEST_CASE(a_stop_ends_a_coroutine_of_asio) {
  bool went_on = false;
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    static_cast<void>(ctx.spawn(cancels_all));
    co_await asio::co_spawn(
        io(ctx),
        []() -> asio::awaitable<void> {
          asio::steady_timer timer{co_await asio::this_coro::executor, 1h};
          co_await timer.async_wait(asio::use_awaitable);
        },
        use_wait);
    went_on = true;
  });
  BOOST_TEST(task.await().error().code() == error_code::cancelled);
  BOOST_TEST(!went_on);
}

BOOST_AUTO_TEST_CASE(what_a_stop_means_can_be_chosen) {
  auto task = spawn(rt, [](task_context ctx) -> async<std::string> {
    two_ends ends{io(ctx)};
    std::array<char, 8> text{};
    static_cast<void>(ctx.spawn(cancels_all));
    const auto n =
        co_await stopped_as_optional(ends.b.async_read_some(asio::buffer(text), use_wait));
    // The stop is spent, and the socket can be used.
    co_await ends.a.async_write_some(asio::buffer("x", 1), use_wait);
    const auto more = co_await unstoppable(ends.b.async_read_some(asio::buffer(text), use_wait));
    co_return (n ? "read " : "stopped ") + std::to_string(more);
  });
  BOOST_TEST(task.await().value() == "stopped 1");
}

BOOST_AUTO_TEST_CASE(unstoppable_leaves_the_operation_alone) {
  manual operation;
  auto task = spawn(rt, [&]() -> async<int> { co_return co_await unstoppable(operation()); });
  operation.wait_until_begun();
  task.cancel(cancellation_level::kill);
  testing::wait_until_idle(rt);
  operation.end({}, 11);
  BOOST_TEST(task.await().value() == 11);
}

BOOST_AUTO_TEST_CASE(a_shield_holds_a_graceful_level_off) {
  manual operation;
  auto task = spawn(rt, [&](task_context ctx) -> async<int> {
    co_return co_await ctx.shield(1h, [&]() -> async<int> { co_return co_await operation(); });
  });
  operation.wait_until_begun();
  task.cancel();
  testing::wait_until_idle(rt);
  operation.end({}, 12);
  BOOST_TEST(task.await().value() == 12);
}

BOOST_AUTO_TEST_CASE(a_time_limit_ends_any_operation) {
  auto task = spawn(rt, [](task_context ctx) -> async<bool> {
    two_ends ends{io(ctx)};
    std::array<char, 8> text{};
    const auto n =
        co_await ctx
            .with_timeout(10ms,
                          [&]() -> async<std::size_t> {
                            co_return co_await ends.b.async_read_some(asio::buffer(text), use_wait);
                          })
            .result();
    co_return n.is_err() && n.error().code() == error_code::timeout;
  });
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_CASE(a_destructor_closes_the_socket_afterwards) {
  auto peer = std::make_shared<std::optional<stream>>();
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    two_ends ends{io(ctx)};
    peer->emplace(std::move(ends.a));
    std::array<char, 8> text{};
    co_await ends.b.async_read_some(asio::buffer(text), use_wait);
  });
  testing::wait_until_idle(rt);
  task.cancel();
  BOOST_TEST(task.await().is_err());
  char byte = 0;
  boost::system::error_code error;
  (*peer)->read_some(asio::buffer(&byte, 1), error);
  BOOST_TEST((error == asio::error::eof));
  peer->reset();
}

// -- the thread -----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(there_is_no_thread_before_it_is_used) {
  const auto before = threads();
  auto& first = io(rt);
  BOOST_TEST(threads() == before + 1);
  BOOST_TEST(&io(rt) == &first);
  auto task = spawn(rt, [](task_context ctx) { return &io(ctx); });
  BOOST_TEST(task.await().value() == &first);
  BOOST_TEST(threads() == before + 1);
}

BOOST_AUTO_TEST_CASE(what_handlers_of_the_program_throw_is_logged) {
  std::string text;
  runtime logs{runtime_options{.workers = 1, .log = [&](const log_record& r) { text = r.text; }}};
  asio::post(io(logs), [] { throw std::out_of_range{"far"}; });
  auto task =
      spawn(logs, [](task_context ctx) -> async<void> { co_await asio::post(io(ctx), use_wait); });
  BOOST_TEST(task.await().is_ok());
  BOOST_TEST(text == "a handler on the thread for I/O threw an exception: far");
}

BOOST_AUTO_TEST_CASE(the_thread_goes_on_when_the_program_stops_the_context) {
  io(rt).stop();
  auto task =
      spawn(rt, [](task_context ctx) -> async<void> { co_await asio::post(io(ctx), use_wait); });
  BOOST_TEST(task.await().is_ok());
}

BOOST_AUTO_TEST_CASE(the_end_of_the_runtime_cancels_what_is_in_flight) {
  auto ended = std::make_shared<std::atomic<int>>(0);
  {
    runtime ends{runtime_options{.workers = 2}};
    for (int i = 0; i < 10; ++i)
      static_cast<void>(spawn(ends, [ended](task_context ctx) -> async<void> {
        const testing::at_end leaves{[&] { ++*ended; }};
        asio::steady_timer timer{io(ctx), 1h};
        co_await timer.async_wait(use_wait);
      }));
    testing::wait_until_idle(ends);
    // And one of the program's own, whose handler is destroyed.
    auto timer = std::make_shared<asio::steady_timer>(io(ends), 1h);
    timer->async_wait([timer](boost::system::error_code) {});
  }
  BOOST_TEST(*ended == 10);
}

BOOST_AUTO_TEST_CASE(ten_thousand_timers) {
  auto task = spawn(rt, [](task_context ctx) -> async<int> {
    task_group<int> group{ctx};
    for (int i = 0; i < 10'000; ++i)
      group.spawn([i](task_context mine) -> async<int> {
        asio::steady_timer timer{io(mine), std::chrono::microseconds{i % 100}};
        co_await timer.async_wait(use_wait);
        co_return 1;
      });
    int sum = 0;
    while (auto next = co_await group.next())
      sum += next->unwrap();
    co_return sum;
  });
  BOOST_TEST(task.await().value() == 10'000);
}

BOOST_AUTO_TEST_CASE(two_tasks_use_one_socket) {
  auto task = spawn(rt, [](task_context ctx) -> async<std::size_t> {
    two_ends ends{io(ctx)};
    auto echo = ctx.spawn([&]() -> async<void> {
      std::array<char, 64> text{};
      for (std::size_t left = 1000; left != 0;) {
        const auto n = co_await ends.b.async_read_some(asio::buffer(text), use_wait);
        co_await asio::async_write(ends.b, asio::buffer(text.data(), n), use_wait);
        left -= n;
      }
    });
    auto writes = ctx.spawn([&]() -> async<void> {
      for (int i = 0; i < 1000; ++i)
        co_await ends.a.async_write_some(asio::buffer("x", 1), use_wait);
    });
    std::array<char, 1000> all{};
    const auto n = co_await asio::async_read(ends.a, asio::buffer(all), use_wait);
    co_await writes;
    co_await echo;
    co_return n;
  });
  BOOST_TEST(task.await().value() == 1000u);
}

BOOST_AUTO_TEST_CASE(a_snapshot_says_so) {
  auto task = async_task::to<void>(rt).name("reads").run([](task_context ctx) -> async<void> {
    asio::steady_timer timer{io(ctx), 1h};
    co_await timer.async_wait(use_wait);
  });
  testing::wait_until_idle(rt);
  BOOST_TEST(rt.dump().find("waits for io") != std::string::npos);
  task.cancel();
}

BOOST_AUTO_TEST_SUITE_END()
