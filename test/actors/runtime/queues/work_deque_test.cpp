// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// What it promises to a single thread. test/race and test/model look at owner against thieves.

#include <sweet/actors/runtime/queues/work_deque.hpp>

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

using sweet::detail::job;
using sweet::detail::work_deque;

namespace work_deque_test {
namespace {

// Jobs that are never run: numbers in the place of pointers.
job make_job(std::uintptr_t i) {
  return job{reinterpret_cast<caf::resumable*>((i + 1) * 8)};
}

std::size_t number_of(job j) {
  return reinterpret_cast<std::uintptr_t>(j.resumable()) / 8 - 1;
}

void push(work_deque& d, std::size_t from, std::size_t to) {
  for (auto i = from; i < to; ++i)
    d.push(make_job(i));
}

std::vector<std::size_t> steal(work_deque& d, std::size_t max) {
  std::vector<job> out(max);
  out.resize(d.steal(out.data(), max));
  std::vector<std::size_t> result;
  for (job j : out)
    result.push_back(number_of(j));
  return result;
}

std::vector<std::size_t> numbers(std::size_t from, std::size_t to) {
  std::vector<std::size_t> result;
  for (auto i = from; i < to; ++i)
    result.push_back(i);
  return result;
}

} // namespace
} // namespace work_deque_test

BOOST_AUTO_TEST_SUITE(work_deque_test)

BOOST_AUTO_TEST_CASE(an_empty_one_gives_nothing) {
  work_deque d;
  BOOST_TEST(d.empty());
  BOOST_TEST(!d.pop());
  BOOST_TEST(!d.pop_oldest());
  BOOST_TEST(steal(d, 8).empty());
  BOOST_TEST(d.bottom() == 0);
}

BOOST_AUTO_TEST_CASE(the_owner_gets_the_youngest) {
  work_deque d;
  push(d, 0, 3);
  BOOST_TEST(!d.empty());
  BOOST_TEST(number_of(d.pop()) == 2u);
  push(d, 3, 4);
  BOOST_TEST(number_of(d.pop()) == 3u);
  BOOST_TEST(number_of(d.pop()) == 1u);
  BOOST_TEST(number_of(d.pop()) == 0u);
  BOOST_TEST(!d.pop());
  BOOST_TEST(d.empty());
}

BOOST_AUTO_TEST_CASE(or_the_oldest) {
  work_deque d;
  push(d, 0, 3);
  BOOST_TEST(number_of(d.pop_oldest()) == 0u);
  BOOST_TEST(number_of(d.pop()) == 2u);
  BOOST_TEST(number_of(d.pop_oldest()) == 1u);
  BOOST_TEST(!d.pop_oldest());
}

BOOST_AUTO_TEST_CASE(a_thief_gets_half_oldest_first) {
  work_deque d;
  push(d, 0, 10);
  BOOST_TEST(steal(d, 256) == numbers(0, 5));
  BOOST_TEST(steal(d, 256) == numbers(5, 8));
  BOOST_TEST(steal(d, 256) == numbers(8, 9));
  BOOST_TEST(steal(d, 256) == numbers(9, 10));
  BOOST_TEST(d.empty());
  BOOST_TEST(!d.pop());
}

BOOST_AUTO_TEST_CASE(a_thief_gets_no_more_than_it_has_room_for) {
  work_deque d;
  push(d, 0, 100);
  BOOST_TEST(steal(d, 3) == numbers(0, 3));
  BOOST_TEST(number_of(d.pop()) == 99u);
}

BOOST_AUTO_TEST_CASE(a_catch_is_a_batch_at_most) {
  work_deque d;
  push(d, 0, 4 * work_deque::max_batch);
  BOOST_TEST(steal(d, 4 * work_deque::max_batch) == numbers(0, work_deque::max_batch));
}

BOOST_AUTO_TEST_CASE(bottom_is_where_the_next_one_goes) {
  work_deque d;
  push(d, 0, 5);
  const auto mark = d.bottom();
  BOOST_TEST(mark == 5);
  push(d, 5, 7);
  BOOST_TEST(d.bottom() == mark + 2);
  static_cast<void>(d.pop());
  static_cast<void>(steal(d, 2));
  BOOST_TEST(d.bottom() == mark + 1);
}

BOOST_AUTO_TEST_CASE(it_grows) {
  constexpr std::size_t n = 100'000;
  work_deque d;
  push(d, 0, n);
  std::size_t oldest = 0;
  std::size_t youngest = n;
  while (!d.empty()) {
    BOOST_REQUIRE_EQUAL(number_of(d.pop()), --youngest);
    if (const job j = d.pop_oldest())
      BOOST_REQUIRE_EQUAL(number_of(j), oldest++);
  }
  BOOST_TEST(oldest == youngest);
}

// Few at a time, but many in all: the places of the ring are used again and again.
BOOST_AUTO_TEST_CASE(it_goes_round) {
  work_deque d;
  std::size_t pushed = 0;
  std::size_t taken = 0;
  for (int round = 0; round < 20'000; ++round) {
    push(d, pushed, pushed + 3);
    pushed += 3;
    while (const job j = d.pop_oldest())
      BOOST_REQUIRE_EQUAL(number_of(j), taken++);
    BOOST_REQUIRE(!d.pop());
  }
  BOOST_TEST(taken == pushed);
}

BOOST_AUTO_TEST_CASE(the_oldest_job_is_told_apart_if_it_was_woken) {
  work_deque d;
  BOOST_TEST(!d.oldest_if_kept());
  d.push(make_job(0));
  BOOST_TEST(!d.oldest_if_kept());
  d.push(make_job(1).as_woken());
  BOOST_TEST(!d.oldest_if_kept());
  BOOST_TEST(number_of(d.pop_oldest()) == 0u);
  const auto first = d.oldest_if_kept();
  BOOST_REQUIRE(first.has_value());
  d.push(make_job(2).as_woken());
  BOOST_TEST((d.oldest_if_kept() == first));
  BOOST_TEST(number_of(d.pop()) == 2u);
  BOOST_TEST((d.oldest_if_kept() == first));
  const job popped = d.pop();
  BOOST_TEST(!popped.is_woken());
  BOOST_TEST(number_of(popped) == 1u);
  BOOST_TEST(!d.oldest_if_kept());
  // At the same index, but another one.
  d.push(make_job(1).as_woken());
  BOOST_REQUIRE(d.oldest_if_kept().has_value());
  BOOST_TEST((d.oldest_if_kept() != first));
}

BOOST_AUTO_TEST_CASE(a_woken_job_in_front_of_many_is_like_any_other) {
  work_deque d;
  d.push(make_job(0).as_woken());
  push(d, 1, 8);
  BOOST_TEST(d.oldest_if_kept().has_value());
  push(d, 8, 9);
  BOOST_TEST(!d.oldest_if_kept());
}

BOOST_AUTO_TEST_CASE(thieves_see_what_was_woken_and_the_owner_does_not) {
  work_deque d;
  for (std::uintptr_t i = 0; i < 4; ++i)
    d.push(make_job(i).as_woken());
  std::vector<job> out(4);
  BOOST_REQUIRE(d.steal(out.data(), 2) == 2u);
  BOOST_TEST(out[0].is_woken());
  BOOST_TEST(number_of(out[0]) == 0u);
  BOOST_TEST(!d.pop_oldest().is_woken());
  BOOST_TEST(!d.pop().is_woken());
}

BOOST_AUTO_TEST_CASE(a_started_job_is_kept_as_long_as_it_is_alone) {
  work_deque d;
  d.push(make_job(0).as_started());
  const auto first = d.oldest_if_kept();
  BOOST_REQUIRE(first.has_value());
  BOOST_TEST(d.has_one());
  d.push(make_job(1).as_started());
  BOOST_TEST(!d.oldest_if_kept());
  BOOST_TEST(!d.has_one());
  BOOST_TEST(number_of(d.pop()) == 1u);
  BOOST_TEST((d.oldest_if_kept() == first));
  const job popped = d.pop();
  BOOST_TEST((popped == make_job(0)));
  BOOST_TEST(!d.has_one());
  // At the same index, but another one.
  d.push(make_job(0).as_started());
  BOOST_REQUIRE(d.oldest_if_kept().has_value());
  BOOST_TEST((d.oldest_if_kept() != first));
}

BOOST_AUTO_TEST_SUITE_END()
