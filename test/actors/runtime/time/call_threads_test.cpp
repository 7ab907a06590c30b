// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/time/call_threads.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <latch>

using namespace std::chrono_literals;
using sweet::detail::call_threads;
using sweet::detail::deferred_call;

namespace call_threads_test {
namespace {

/// A call that waits until it is let go.
struct held_call : deferred_call {
  held_call() {
    call = [](deferred_call& x) noexcept {
      auto& self = static_cast<held_call&>(x);
      self.begun.count_down();
      self.let_go.wait();
    };
  }
  std::latch begun{1};
  std::latch let_go{1};
};

/// Looks for a time that is many times as long as a call waits for a thread.
void look_for_long(call_threads& x) {
  for (const auto end = std::chrono::steady_clock::now() + 20ms;
       std::chrono::steady_clock::now() < end;)
    x.look();
}

} // namespace
} // namespace call_threads_test

using namespace call_threads_test;

BOOST_AUTO_TEST_SUITE(call_threads_test)

BOOST_AUTO_TEST_CASE(a_call_that_takes_long_holds_up_no_other_one) {
  held_call first;
  held_call second;
  call_threads threads; // ends before what it calls is gone
  threads.start({}, {});
  threads.submit(first);
  first.begun.wait();
  threads.submit(second);
  while (threads.look()) {
  }
  second.begun.wait();
  first.let_go.count_down();
  second.let_go.count_down();
}

BOOST_AUTO_TEST_CASE(a_thread_that_is_slow_to_come_gets_no_second_one) {
  held_call only;
  std::latch may_begin{1};
  std::atomic<int> begun{0}; // relaxed: the end of the threads orders it
  call_threads threads;
  threads.start(
      [&] {
        begun.fetch_add(1, std::memory_order_relaxed);
        may_begin.wait();
      },
      {});
  threads.submit(only);
  look_for_long(threads);
  may_begin.count_down();
  only.let_go.count_down();
  threads.stop();
  BOOST_TEST(begun.load(std::memory_order_relaxed) == 1);
}

BOOST_AUTO_TEST_SUITE_END()
