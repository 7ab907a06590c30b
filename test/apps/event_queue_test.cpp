// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <thread>
#include <variant>

#include <boost/test/unit_test.hpp>
#include <poll.h>

#include "event_queue.hpp"

using namespace sweet::command;

namespace event_queue_test {
namespace {

bool is_readable(const event_queue& queue, int milliseconds = 0) {
  pollfd fd{queue.fd(), POLLIN, 0};
  return ::poll(&fd, 1, milliseconds) == 1;
}

} // namespace
} // namespace event_queue_test

BOOST_AUTO_TEST_SUITE(event_queue_test)

BOOST_AUTO_TEST_CASE(events_are_taken_in_order_and_once) {
  event_queue queue;
  BOOST_TEST(!is_readable(queue));
  queue.push(job_started{1});
  queue.push(job_started{2});
  BOOST_TEST(is_readable(queue));
  const auto [events, last] = queue.take();
  BOOST_TEST(!last);
  BOOST_REQUIRE(events.size() == 2U);
  BOOST_TEST(std::get<job_started>(events[0].event).job == 1U);
  BOOST_TEST(std::get<job_started>(events[1].event).job == 2U);
  BOOST_TEST((events[0].at <= events[1].at));
  BOOST_TEST(!is_readable(queue));
  BOOST_TEST(queue.take().events.empty());
}

BOOST_AUTO_TEST_CASE(the_end_is_told_with_what_came_before_it) {
  event_queue queue;
  queue.push(job_started{1});
  queue.close();
  const auto [events, last] = queue.take();
  BOOST_TEST(events.size() == 1U);
  BOOST_TEST(last);
}

BOOST_AUTO_TEST_CASE(the_end_alone_is_told) {
  event_queue queue;
  queue.close();
  BOOST_TEST(is_readable(queue));
  BOOST_TEST(queue.take().last);
}

// Taking does not stop until the event is there, so that often the queue is closed in its midst;
// who has not seen the end by then finds the queue readable again.
BOOST_AUTO_TEST_CASE(an_end_that_comes_while_something_is_taken_is_not_missed) {
  for (int round = 0; round < 2'000; ++round) {
    event_queue queue;
    std::jthread pushing{[&] {
      queue.push(job_started{0});
      queue.close();
    }};
    auto some = queue.take();
    while (some.events.empty())
      some = queue.take();
    if (!some.last) {
      BOOST_REQUIRE(is_readable(queue, 10'000));
      BOOST_REQUIRE(queue.take().last);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
