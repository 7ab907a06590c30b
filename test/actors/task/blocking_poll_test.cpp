// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Bodies that wait for descriptors, and are cancelled meanwhile.

#include <sweet/actors/task/blocking_poll.hpp>

#include <sweet/actors/runtime/system/unique_fd.hpp>
#include <sweet/messages/cancelled.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/expect.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <array>
#include <atomic>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

using namespace sweet;
using sweet::detail::blocking_poll;
using sweet::detail::unique_fd;
using sweet::testing::expect;
using sweet::testing::runtime_fixture;

namespace blocking_poll_test {
namespace {

struct pipe {
  pipe() {
    std::array<int, 2> ends{};
    BOOST_REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    out = unique_fd{ends[0]};
    in = unique_fd{ends[1]};
  }
  void write() const { expect(::write(in.get(), "x", 1) == 1); }

  unique_fd out;
  unique_fd in;
};

/// Waits until one of two pipes can be read. @returns which
int wait_for_either(const pipe& first, const pipe& second) {
  std::array<pollfd, 2> both{{{first.out.get(), POLLIN, 0}, {second.out.get(), POLLIN, 0}}};
  blocking_poll(both);
  return both[0].revents != 0 ? 1 : 2;
}

struct two_pipes : runtime_fixture {
  /// A task that waits for one of them.
  auto waiting() {
    return async_task::to<int>(rt).blocking().run([this](task_context) {
      started.store(true, std::memory_order_release);
      started.notify_one();
      return wait_for_either(first, second);
    });
  }

  pipe first;
  pipe second;
  std::atomic<bool> started{false};
};

} // namespace
} // namespace blocking_poll_test

BOOST_FIXTURE_TEST_SUITE(blocking_poll_test, two_pipes)

BOOST_AUTO_TEST_CASE(outside_of_a_task_it_waits_like_poll) {
  second.write();
  BOOST_TEST(wait_for_either(first, second) == 2);
}

BOOST_AUTO_TEST_CASE(it_ends_when_one_is_ready) {
  const auto task = waiting();
  started.wait(false);
  first.write();
  BOOST_TEST(task.await().value() == 1);
}

BOOST_AUTO_TEST_CASE(cancellation_ends_it) {
  for (const auto level : {cancellation_level::graceful, cancellation_level::kill}) {
    started.store(false);
    const auto task = waiting();
    started.wait(false);
    task.cancel(level);
    BOOST_TEST(task.await().error().code() == error_code::cancelled);
  }
}

BOOST_AUTO_TEST_CASE(what_is_ready_comes_before_a_cancellation) {
  const auto task = async_task::to<int>(rt).blocking().run([this](task_context ctx) {
    started.store(true, std::memory_order_release);
    started.notify_one();
    while (ctx.level() == cancellation_level::none)
      std::this_thread::yield();
    second.write();
    return wait_for_either(first, second);
  });
  started.wait(false);
  task.cancel();
  BOOST_TEST(task.await().value() == 2);
}

BOOST_AUTO_TEST_CASE(cancelled_before_it_does_not_wait) {
  const auto task = async_task::to<int>(rt).blocking().run([this](task_context ctx) {
    started.store(true, std::memory_order_release);
    started.notify_one();
    while (ctx.level() == cancellation_level::none)
      std::this_thread::yield();
    return wait_for_either(first, second);
  });
  started.wait(false);
  task.cancel();
  BOOST_TEST(task.await().error().code() == error_code::cancelled);
}

BOOST_AUTO_TEST_SUITE_END()
