// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_snapshot.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

using namespace sweet;
using enum task_status;

namespace task_snapshot_test {
namespace {

task_snapshot task(std::uint64_t id, std::uint64_t parent, std::string name,
                   task_status status = running) {
  task_snapshot result;
  result.id = task_id{id};
  result.parent = task_id{parent};
  result.name = std::move(name);
  result.status = status;
  return result;
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> result;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);)
    result.push_back(line);
  return result;
}

// Lines of tasks, plus what the others count.
std::size_t accounted_for(const std::string& text) {
  const std::string intro = "... and ";
  std::size_t result = 0;
  for (auto line : lines(text)) {
    const auto at = line.find(intro);
    if (at == std::string::npos) {
      ++result;
      continue;
    }
    std::erase(line, ',');
    result += std::stoul(line.substr(at + intro.size()));
  }
  return result;
}

} // namespace
} // namespace task_snapshot_test

BOOST_AUTO_TEST_SUITE(task_snapshot_test)

BOOST_AUTO_TEST_CASE(a_task_is_one_line) {
  auto x = task(12, 1, "fetch");
  BOOST_TEST(to_string(x) == "fetch #12 running");
  x.detail = "backing off";
  BOOST_TEST(to_string(x) == "fetch #12 running: backing off");
  x.priority = task_priority::high;
  x.attempt = 2;
  x.attempts = 4;
  BOOST_TEST(to_string(x) == "fetch #12 running, high priority, attempt 2 of 4: backing off");
  x.status = pending_cancellation;
  x.level = cancellation_level::graceful;
  BOOST_TEST(
      to_string(x) ==
      "fetch #12 pending_cancellation (graceful), high priority, attempt 2 of 4: backing off");
  BOOST_TEST(to_string(task(3, 1, "", pending)) == "task #3 pending");
  auto y = task(4, 1, "pack");
  y.progress = {40, 100, "compressing"};
  BOOST_TEST(to_string(y) == "pack #4 running, 40 of 100: compressing");
  y.detail = "waiting";
  BOOST_TEST(to_string(y) == "pack #4 running, 40 of 100: compressing (waiting)");
  y.wait.on = wait_reason::timer;
  y.wait.left = std::chrono::seconds{3};
  BOOST_TEST(to_string(y) == "pack #4 running, 40 of 100: compressing (waiting, until +3 s)");
  y.detail.clear();
  BOOST_TEST(to_string(y) ==
             "pack #4 running, 40 of 100: compressing (waits for timer, until +3 s)");
  auto z = task(5, 1, "");
  z.body = "(lambda at main.cpp:3:4)";
  BOOST_TEST(to_string(z) == "task #5 [(lambda at main.cpp:3:4)] running");
  z.wait.on = wait_reason::children; // its detail says more
  BOOST_TEST(to_string(z) == "task #5 [(lambda at main.cpp:3:4)] running");
  z.name = "named";
  BOOST_TEST(to_string(z) == "named #5 running");
  std::ostringstream out;
  out << task(3, 1, "a");
  BOOST_TEST(out.str() == "a #3 running");
}

BOOST_AUTO_TEST_CASE(names_cannot_fake_lines) {
  auto x = task(1, 0, "evil\n#2 completed\x1b[2J");
  x.detail = "a\rb\x7f";
  BOOST_TEST(to_string(x) == "evil?#2 completed?[2J #1 running: a?b?");
  BOOST_TEST(to_string(task(1, 0, "Größe")) == "Größe #1 running");
}

BOOST_AUTO_TEST_CASE(nothing_prints_nothing) {
  BOOST_TEST(to_text({}) == "");
}

BOOST_AUTO_TEST_CASE(children_are_indented_under_their_parent) {
  // In any order, as tasks are looked at.
  const tree_snapshot tree{{
      task(5, 2, "fetch"),
      task(3, 1, "store", pending),
      task(2, 1, "crawl"),
      task(1, 0, "runtime"),
      task(6, 2, "fetch", failed),
  }};
  BOOST_TEST(to_text(tree) == "runtime #1 running\n"
                              "  store #3 pending\n"
                              "  crawl #2 running\n"
                              "    fetch #5 running\n"
                              "    fetch #6 failed\n");
}

BOOST_AUTO_TEST_CASE(a_missing_parent_hides_nothing) {
  const tree_snapshot tree{{task(5, 4, "orphan"), task(6, 5, "child"), task(1, 0, "runtime")}};
  BOOST_TEST(to_text(tree) == "orphan #5 running [child of #4]\n"
                              "  child #6 running\n"
                              "runtime #1 running\n");
}

BOOST_AUTO_TEST_CASE(loops_of_parents_hide_nothing) {
  BOOST_TEST(to_text({{task(7, 7, "own")}}) == "own #7 running [child of #7]\n");
  const auto text = to_text({{task(1, 3, "a"), task(2, 1, "b"), task(3, 2, "c"), task(4, 2, "d")}});
  BOOST_TEST(accounted_for(text) == 4u);
  BOOST_TEST(text == "b #2 running [child of #1]\n"
                     "  c #3 running\n"
                     "    a #1 running\n"
                     "  d #4 running\n");
}

BOOST_AUTO_TEST_CASE(tasks_seen_twice_are_shown_twice) {
  const auto text = to_text({{task(1, 0, "a"), task(2, 1, "b"), task(2, 1, "b"), task(3, 2, "c")}});
  BOOST_TEST(accounted_for(text) == 4u);
}

BOOST_AUTO_TEST_CASE(as_many_siblings_as_fit_are_all_shown) {
  tree_snapshot tree{{task(1, 0, "runtime")}};
  for (std::uint64_t i = 0; i < 20; ++i)
    tree.tasks.push_back(task(2 + i, 1, "leaf"));
  BOOST_TEST(lines(to_text(tree)).size() == 21u);
  tree.tasks.push_back(task(99, 1, "leaf", pending));
  const auto text = lines(to_text(tree));
  BOOST_TEST(text.size() == 22u);
  BOOST_TEST(text.back() == "  ... and 1 more (pending 1)");
}

BOOST_AUTO_TEST_CASE(what_stands_out_among_siblings_is_kept) {
  tree_snapshot tree{{task(1, 0, "runtime")}};
  for (std::uint64_t i = 0; i < 100; ++i)
    tree.tasks.push_back(task(1000 + i, 1, "leaf", pending));
  tree.tasks.push_back(task(2, 1, "busy"));
  tree.tasks.push_back(task(3, 1, "broken", failed));
  tree.tasks.push_back(task(4, 1, "group", pending));
  tree.tasks.push_back(task(5, 4, "inner", pending));
  BOOST_TEST(to_text(tree, {.siblings = 4}) == "runtime #1 running\n"
                                               "  leaf #1000 pending\n"
                                               "  busy #2 running\n"
                                               "  broken #3 failed\n"
                                               "  group #4 pending\n"
                                               "    inner #5 pending\n"
                                               "  ... and 99 more (pending 99)\n");
  BOOST_TEST(to_text(tree, {.siblings = 1}) == "runtime #1 running\n"
                                               "  broken #3 failed\n"
                                               "  ... and 103 more (running 1, pending 102)\n");
}

BOOST_AUTO_TEST_CASE(what_is_left_out_is_counted_by_status) {
  tree_snapshot tree;
  std::uint64_t id = 0;
  std::uint64_t count = 1;
  for (const auto status :
       {completed, task_status::cancelled, failed, pending_cancellation, pending, running}) {
    for (std::uint64_t i = 0; i < count; ++i)
      tree.tasks.push_back(task(++id, 0, "x", status));
    ++count;
  }
  tree.tasks.push_back(task(++id, 0, "strange", static_cast<task_status>(17)));
  BOOST_TEST(
      to_text(tree, {.siblings = 0}) ==
      "... and 22 more (running 6, pending 5, pending_cancellation 4, failed 3, cancelled 2, "
      "completed 1, invalid 1)\n");
}

BOOST_AUTO_TEST_CASE(a_quarter_of_a_million_tasks_can_be_read) {
  tree_snapshot flat{{task(1, 0, "runtime")}};
  for (std::uint64_t i = 2; i <= 250'001; ++i)
    flat.tasks.push_back(task(i, 1, "leaf", i < 12 ? running : pending));
  const auto flat_text = to_text(flat);
  BOOST_TEST(lines(flat_text).size() == 22u);
  BOOST_TEST(lines(flat_text).back() == "  ... and 249,980 more (pending 249,980)");

  tree_snapshot tree;
  for (std::uint64_t i = 1; i <= 250'000; ++i)
    tree.tasks.push_back(task(i, (i + 8) / 10, "node"));
  const auto tree_text = to_text(tree);
  BOOST_TEST(lines(tree_text).size() < 3000u);
  BOOST_TEST(lines(tree_text).size() > 1000u);
  BOOST_TEST(accounted_for(tree_text) == 250'000u);

  tree_snapshot chain;
  for (std::uint64_t i = 1; i <= 250'000; ++i)
    chain.tasks.push_back(task(i, i - 1, "link"));
  const auto chain_text = to_text(chain);
  BOOST_TEST(lines(chain_text).size() < 1100u);
  BOOST_TEST(accounted_for(chain_text) == 250'000u);

  tree_snapshot orphans;
  for (std::uint64_t i = 1; i <= 250'000; ++i)
    orphans.tasks.push_back(task(i + 250'000, i, "orphan"));
  BOOST_TEST(lines(to_text(orphans)).size() == 21u);
  BOOST_TEST(accounted_for(to_text(orphans)) == 250'000u);
}

BOOST_AUTO_TEST_SUITE_END()
