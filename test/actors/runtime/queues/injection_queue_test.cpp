// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/queues/injection_queue.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <deque>
#include <thread>
#include <vector>

using namespace sweet;
using sweet::detail::cell;
using sweet::detail::injection_queue;
using sweet::detail::job;

namespace injection_queue_test {
namespace {

using enum task_priority;

// Tasks that are never run, known by their number.
class some_tasks {
public:
  cell& add(task_priority p) {
    auto& c = cells_.emplace_back();
    c.state.set_priority(p);
    c.result.bits = cells_.size() - 1;
    return c;
  }

  void push(injection_queue& q, std::size_t n, task_priority p = normal) {
    for (; n != 0; --n)
      q.push(job{add(p)}, static_cast<unsigned>(p));
  }

private:
  std::deque<cell> cells_;
};

std::vector<std::size_t> take(injection_queue& q, std::size_t processors) {
  std::vector<std::size_t> result;
  const bool any =
      q.take_share(processors, [&](job j, unsigned) { result.push_back(j.task().result.bits); });
  BOOST_TEST(any == !result.empty());
  return result;
}

using places = std::vector<std::size_t>;

} // namespace
} // namespace injection_queue_test

BOOST_AUTO_TEST_SUITE(injection_queue_test)

BOOST_AUTO_TEST_CASE(an_empty_one_gives_nothing) {
  injection_queue q;
  BOOST_TEST(q.empty());
  BOOST_TEST(take(q, 1).empty());
}

BOOST_AUTO_TEST_CASE(a_share_comes_youngest_first) {
  injection_queue q;
  some_tasks tasks;
  tasks.push(q, 3);
  BOOST_TEST(!q.empty());
  BOOST_TEST((take(q, 1) == places{2, 1, 0}));
  BOOST_TEST(q.empty());
}

BOOST_AUTO_TEST_CASE(a_share_is_fair_and_first_in_first_out) {
  injection_queue q;
  some_tasks tasks;
  tasks.push(q, 8);
  BOOST_TEST((take(q, 4) == places{2, 1, 0}));
  BOOST_TEST((take(q, 4) == places{4, 3}));
  BOOST_TEST((take(q, 4) == places{5}));
  BOOST_TEST((take(q, 4) == places{6}));
  BOOST_TEST((take(q, 4) == places{7}));
  BOOST_TEST(q.empty());
}

BOOST_AUTO_TEST_CASE(a_share_is_a_batch_at_most) {
  injection_queue q;
  some_tasks tasks;
  tasks.push(q, 10 * injection_queue::max_batch);
  const auto share = take(q, 1);
  BOOST_TEST(share.size() == injection_queue::max_batch);
  BOOST_TEST(share.back() == 0u);
}

BOOST_AUTO_TEST_CASE(each_lane_gives_a_share) {
  injection_queue q;
  some_tasks tasks;
  tasks.push(q, 2, background); // 0 1
  tasks.push(q, 4, normal);     // 2 3 4 5
  tasks.push(q, 1, critical);   // 6
  BOOST_TEST((take(q, 4) == places{6, 3, 2, 0}));
  BOOST_TEST((take(q, 4) == places{4, 1}));
  BOOST_TEST((take(q, 4) == places{5}));
  BOOST_TEST(q.empty());
}

BOOST_AUTO_TEST_CASE(any_thread_pushes_and_takes) {
  constexpr std::size_t each = 5'000;
  injection_queue q;
  std::atomic<std::size_t> taken{0};
  std::vector<std::vector<std::size_t>> seen(2);
  some_tasks tasks;
  std::vector<cell*> cells;
  for (std::size_t i = 0; i < 2 * each; ++i)
    cells.push_back(&tasks.add(i % 2 == 0 ? normal : high));
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 2; ++t)
    threads.emplace_back([&, t] {
      for (std::size_t i = t * each; i < (t + 1) * each; ++i)
        q.push(job{*cells[i]}, cells[i]->lane());
    });
  for (auto& mine : seen)
    threads.emplace_back([&] {
      while (taken != 2 * each)
        q.take_share(2, [&](job j, unsigned) {
          mine.push_back(j.task().result.bits);
          ++taken;
        });
    });
  for (auto& t : threads)
    t.join();
  seen[0].insert(seen[0].end(), seen[1].begin(), seen[1].end());
  std::sort(seen[0].begin(), seen[0].end());
  for (std::size_t i = 0; i < 2 * each; ++i)
    BOOST_REQUIRE_EQUAL(seen[0][i], i);
  BOOST_TEST(q.empty());
}

BOOST_AUTO_TEST_SUITE_END()
