// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_error.hpp>
#include <sweet/messages/task_failure.hpp>

#include <boost/test/unit_test.hpp>

#include <pthread.h>

#include <atomic>
#include <latch>
#include <sstream>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

using namespace sweet;

static_assert(sizeof(task_error) == sizeof(void*));
static_assert(std::is_nothrow_default_constructible_v<task_error>);
static_assert(std::is_nothrow_copy_constructible_v<task_error>);
static_assert(std::is_nothrow_move_constructible_v<task_error>);
static_assert(std::is_nothrow_copy_assignable_v<task_error>);
static_assert(std::is_nothrow_move_assignable_v<task_error>);

namespace task_error_test {
namespace {

task_error chain_of(int length) {
  task_error result;
  for (int i = length; i > 0; --i)
    result = task_error{error_code::failure, "level " + std::to_string(i)}.with_cause(result);
  return result;
}

/// Calls it where there is room for some thousand frames at most. @returns what it returns
bool on_a_small_stack(bool (*call)()) {
  struct call_and_answer {
    bool (*call)();
    bool answer;
  } both{call, false};
  const auto start = [](void* argument) -> void* {
    auto& to_do = *static_cast<call_and_answer*>(argument);
    to_do.answer = to_do.call();
    return nullptr;
  };
  pthread_attr_t small;
  pthread_t thread;
  BOOST_REQUIRE(pthread_attr_init(&small) == 0);
  BOOST_REQUIRE(pthread_attr_setstacksize(&small, 256 * 1024) == 0);
  BOOST_REQUIRE(pthread_create(&thread, &small, start, &both) == 0);
  BOOST_REQUIRE(pthread_join(thread, nullptr) == 0);
  pthread_attr_destroy(&small);
  return both.answer;
}

bool use_a_very_long_chain() {
  const auto error = chain_of(20'000);
  auto levels = detail::flatten(error);
  const bool all = levels.size() == 20'000;
  const auto again = detail::assemble(std::move(levels));
  return all && again == error && again != error.cause() &&
         error.root_cause().message() == "level 20000" && error == error.with_cause(error.cause());
}

bool nest_causes_beside_others_deeply() {
  auto error = chain_of(1);
  for (int i = 0; i < 20'000; ++i)
    error = task_error{error_code::failure}.with_causes({task_error{error_code::io}, error});
  return detail::assemble(detail::flatten(error)) == error;
}

} // namespace
} // namespace task_error_test

BOOST_AUTO_TEST_SUITE(task_error_test)

BOOST_AUTO_TEST_CASE(default_is_no_error) {
  const task_error none;
  BOOST_TEST(!none);
  BOOST_TEST(none.code() == error_code::unknown);
  BOOST_TEST(none.message() == "");
  BOOST_TEST(none.id() == task_id::none);
  BOOST_TEST(none.name() == "");
  BOOST_TEST(none.attempt() == 0u);
  BOOST_TEST(!none.cause());
  BOOST_TEST(&none.root_cause() == &none);
  BOOST_TEST(none.origin() == nullptr);
  BOOST_TEST(to_string(none) == "no error");
  BOOST_TEST(std::string{none.what()} == "");
  BOOST_TEST(none == task_error{});
}

BOOST_AUTO_TEST_CASE(says_what_it_was_given) {
  const auto cause = task_error{error_code::io, "no such file"};
  const auto error = task_error{error_code::failure, "cannot start"}
                         .with_task(task_id{7}, "start", 3)
                         .with_cause(cause)
                         .with_origin({4, "bank", "text"});
  BOOST_TEST(bool{error});
  BOOST_TEST(error.code() == error_code::failure);
  BOOST_TEST(error.message() == "cannot start");
  BOOST_TEST(error.id() == task_id{7});
  BOOST_TEST(error.name() == "start");
  BOOST_TEST(error.attempt() == 3u);
  BOOST_TEST(error.cause() == cause);
  BOOST_TEST(error.root_cause() == cause);
  BOOST_REQUIRE(error.origin() != nullptr);
  BOOST_TEST(error.origin()->code == 4);
  BOOST_TEST(error.origin()->category == "bank");
  BOOST_TEST(error.origin()->text == "text");
}

BOOST_AUTO_TEST_CASE(an_addition_makes_another_error) {
  const task_error plain{error_code::timeout, "late"};
  const auto named = plain.with_task(task_id{1}, "a");
  const auto caused = named.with_cause(task_error{error_code::io});
  const auto from_caf = caused.with_origin({1, {}, ""});
  BOOST_TEST(!plain.id());
  BOOST_TEST(named.id() == task_id{1});
  BOOST_TEST(named.attempt() == 1u);
  BOOST_TEST(!named.cause());
  BOOST_TEST(caused.cause().code() == error_code::io);
  BOOST_TEST(caused.origin() == nullptr);
  BOOST_TEST(from_caf.origin() != nullptr);
}

BOOST_AUTO_TEST_CASE(a_temporary_with_copies_does_not_change_them) {
  task_error error{error_code::timeout, "late"};
  const auto copy = error;
  const auto changed = std::move(error).with_task(task_id{5}, "x");
  BOOST_TEST(changed.id() == task_id{5});
  BOOST_TEST(!copy.id());
}

BOOST_AUTO_TEST_CASE(additions_to_no_error) {
  BOOST_TEST(!task_error{}.with_task(task_id{1}, "a"));
  BOOST_TEST(!task_error{}.with_origin({1, {}, ""}));
  const task_error cause{error_code::io, "disk"};
  BOOST_TEST(task_error{}.with_cause(cause) == cause);
  BOOST_TEST(!task_error{}.with_cause({}));
}

BOOST_AUTO_TEST_CASE(may_ask_to_be_tried_again_later) {
  using namespace std::chrono_literals;
  const task_error busy{error_code::resource_limit, "busy"};
  BOOST_TEST(!busy.retry_after().has_value());
  const auto later = busy.with_retry_after(2s);
  BOOST_TEST((later.retry_after() == 2s));
  BOOST_TEST(!busy.retry_after().has_value());
  BOOST_TEST((later != busy));
  BOOST_TEST((later == busy.with_retry_after(2'000ms)));
  BOOST_TEST((later.with_retry_after(-1s).retry_after() == 0s));
  BOOST_TEST((later.with_task(task_id{1}, "a").with_cause(busy).retry_after() == 2s));
  BOOST_TEST(!task_error{}.with_retry_after(1s));
  BOOST_TEST(!task_error{}.retry_after().has_value());
}

BOOST_AUTO_TEST_CASE(a_chain_keeps_what_it_asks_for) {
  using namespace std::chrono_literals;
  const auto chain =
      task_error{error_code::failure}.with_cause(task_error{error_code::io}.with_retry_after(0s));
  const auto again = detail::assemble(detail::flatten(chain));
  BOOST_TEST((again == chain));
  BOOST_TEST(!again.retry_after().has_value());
  BOOST_TEST((again.cause().retry_after() == 0s));
}

BOOST_AUTO_TEST_CASE(a_cause_can_be_replaced_and_removed) {
  const auto error = task_error{error_code::failure}.with_cause(task_error{error_code::io});
  BOOST_TEST(error.with_cause(task_error{error_code::timeout}).cause().code() ==
             error_code::timeout);
  BOOST_TEST(!error.with_cause({}).cause());
}

BOOST_AUTO_TEST_CASE(an_error_as_its_own_cause_is_no_cycle) {
  task_error error{error_code::failure, "again"};
  error = std::move(error).with_cause(error);
  BOOST_TEST(error.cause().message() == "again");
  BOOST_TEST(!error.cause().cause());
}

BOOST_AUTO_TEST_CASE(is_equal_by_content) {
  const auto make = [] {
    return task_error{error_code::failure, "m"}
        .with_task(task_id{1}, "n", 2)
        .with_cause(task_error{error_code::io, "c"})
        .with_origin({1, "a", "t"});
  };
  const auto x = make();
  BOOST_TEST(x == x);
  BOOST_TEST(x == make());
  BOOST_TEST(x != task_error{});
  BOOST_TEST(task_error{} != x);
  BOOST_TEST(x != x.with_cause({}));
  BOOST_TEST(x != x.with_cause(task_error{error_code::io, "d"}));
  BOOST_TEST(x != x.with_task(task_id{2}, "n", 2));
  BOOST_TEST(x != x.with_task(task_id{1}, "o", 2));
  BOOST_TEST(x != x.with_task(task_id{1}, "n", 3));
  BOOST_TEST(x != x.with_origin({2, "a", "t"}));
  BOOST_TEST(x != x.with_origin({1, "b", "t"}));
  BOOST_TEST(x != x.with_origin({1, "a", "u"}));
  BOOST_TEST((task_error{error_code::io, "m"} != task_error{error_code::failure, "m"}));
  BOOST_TEST((task_error{error_code::io, "m"} != task_error{error_code::io, "n"}));
}

BOOST_AUTO_TEST_CASE(moves_leave_nothing_behind) {
  task_error a{error_code::io, "a"};
  task_error b{std::move(a)};
  BOOST_TEST(!a); // NOLINT: what is left behind is specified
  BOOST_TEST(b.message() == "a");
  a = std::move(b);
  BOOST_TEST(!b); // NOLINT
  BOOST_TEST(a.message() == "a");
}

BOOST_AUTO_TEST_CASE(assignment_to_itself_keeps_it) {
  task_error error{error_code::io, "same"};
  auto& alias = error;
  error = alias;
  BOOST_TEST(error.message() == "same");
  error = std::move(alias);
  BOOST_TEST(error.message() == "same");
  task_error none;
  auto& alias_of_none = none;
  none = alias_of_none;
  BOOST_TEST(!none);
}

BOOST_AUTO_TEST_CASE(assignment_of_a_cause_of_its_own) {
  auto error = chain_of(3);
  error = error.cause();
  BOOST_TEST(error.message() == "level 2");
  error = error.cause();
  BOOST_TEST(error.message() == "level 3");
}

BOOST_AUTO_TEST_CASE(release_and_adopt_hand_the_ownership_over) {
  task_error error{error_code::io, "kept"};
  const auto copy = error;
  void* raw = error.release();
  BOOST_TEST(!error);
  BOOST_REQUIRE(raw != nullptr);
  const auto back = task_error::adopt(raw);
  BOOST_TEST(back == copy);
  BOOST_TEST(back.message() == "kept");
  BOOST_TEST(task_error{}.release() == nullptr);
  BOOST_TEST(!task_error::adopt(nullptr));
}

BOOST_AUTO_TEST_CASE(prints_what_is_known_and_nothing_else) {
  BOOST_TEST(to_string(task_error{error_code::timeout}) == "timeout");
  BOOST_TEST(to_string(task_error{error_code::io, "disk full"}) == "io: disk full");
  const task_error error{error_code::failure, "broken"};
  BOOST_TEST(to_string(error.with_task(task_id{7}, "")) == "failure: broken (task #7)");
  BOOST_TEST(to_string(error.with_task(task_id::none, "load")) ==
             "failure: broken (task \"load\")");
  BOOST_TEST(to_string(error.with_task(task_id{7}, "load", 2)) ==
             "failure: broken (task #7 \"load\", attempt 2)");
}

BOOST_AUTO_TEST_CASE(prints_the_chain_a_line_per_cause) {
  const auto error = task_error{error_code::failure, "cannot load the model"}
                         .with_task(task_id{7}, "train", 2)
                         .with_cause(task_error{error_code::io, "connection reset\nby peer"}
                                         .with_task(task_id{9}, "fetch")
                                         .with_cause(task_error{error_code::timeout}));
  const std::string expected = "failure: cannot load the model (task #7 \"train\", attempt 2)\n"
                               "  caused by io: connection reset\n"
                               "    by peer (task #9 \"fetch\")\n"
                               "  caused by timeout";
  BOOST_TEST(to_string(error) == expected);
  BOOST_TEST(error.what() == expected);
  BOOST_TEST(error.what() == error.what());
  std::ostringstream out;
  out << error;
  BOOST_TEST(out.str() == expected);
  // What was printed before is not what a changed error prints.
  BOOST_TEST(std::string{task_error{error}.with_cause({}).what()} ==
             "failure: cannot load the model (task #7 \"train\", attempt 2)");
  auto unshared = task_error{error_code::io, "x"};
  BOOST_TEST(std::string{unshared.what()} == "io: x");
  unshared = std::move(unshared).with_task(task_id{1}, "");
  BOOST_TEST(std::string{unshared.what()} == "io: x (task #1)");
}

BOOST_AUTO_TEST_CASE(leaves_out_the_middle_of_a_long_chain) {
  const auto lines_of = [](int length) {
    std::vector<std::string> result;
    std::istringstream in{to_string(chain_of(length))};
    for (std::string line; std::getline(in, line);)
      result.push_back(line);
    return result;
  };
  BOOST_TEST(lines_of(32).size() == 32u);
  BOOST_TEST(lines_of(32).at(16) == "  caused by failure: level 17");
  const auto lines = lines_of(1000);
  BOOST_TEST(lines.size() == 33u);
  BOOST_TEST(lines.at(0) == "failure: level 1");
  BOOST_TEST(lines.at(15) == "  caused by failure: level 16");
  BOOST_TEST(lines.at(16) == "  ... and 968 more causes, then");
  BOOST_TEST(lines.at(17) == "  caused by failure: level 985");
  BOOST_TEST(lines.at(32) == "  caused by failure: level 1000");
}

// As long as a task tree can be deep: nothing may recurse along the chain.
BOOST_AUTO_TEST_CASE(a_chain_may_be_very_long) {
  using namespace task_error_test;
  BOOST_TEST(on_a_small_stack(use_a_very_long_chain));
}

BOOST_AUTO_TEST_CASE(several_errors_may_lead_to_one) {
  const auto deep = task_error{error_code::timeout, "b"}.with_cause(task_error{error_code::io});
  const auto error = task_error{error_code::failure, "all failed"}.with_causes(
      {task_error{error_code::io, "a"}, {}, deep, task_error{error_code::failure, "c"}});
  BOOST_TEST(error.cause().message() == "a");
  BOOST_REQUIRE(error.other_causes().size() == 2u);
  BOOST_TEST(error.other_causes()[0] == deep);
  BOOST_TEST(error.other_causes()[1].message() == "c");
  BOOST_TEST(to_string(error) == "failure: all failed\n"
                                 "  caused by io: a\n"
                                 "  and by timeout: b\n"
                                 "  caused by io\n"
                                 "  and by failure: c");
  BOOST_TEST(detail::assemble(detail::flatten(error)) == error);
  BOOST_TEST(error.with_causes({}) == (task_error{error_code::failure, "all failed"}));
  BOOST_TEST(error.with_cause(deep).other_causes().empty());
  BOOST_TEST(error != error.with_cause(error.cause()));
  BOOST_TEST(error != error.with_causes({error.cause(), deep, deep}));
  BOOST_TEST(task_error{}.with_causes({{}, deep}) == deep);
}

BOOST_AUTO_TEST_CASE(what_a_peer_says_of_causes_is_not_trusted) {
  auto levels = detail::flatten(chain_of(3));
  levels[1].of = 1;
  levels[2].of = 77;
  BOOST_TEST(detail::assemble(std::move(levels)) == chain_of(3));
}

// Nothing may recurse along causes of causes either.
BOOST_AUTO_TEST_CASE(causes_beside_others_may_nest_deeply) {
  using namespace task_error_test;
  BOOST_TEST(on_a_small_stack(nest_causes_beside_others_deeply));
}

BOOST_AUTO_TEST_CASE(task_failure_carries_it) {
  const auto error = task_error{error_code::io, "disk"}.with_cause(task_error{error_code::timeout});
  try {
    throw task_failure{error};
  } catch (const std::exception& e) {
    BOOST_TEST(std::string{e.what()} == "io: disk\n  caused by timeout");
    BOOST_TEST(dynamic_cast<const task_failure&>(e).error() == error);
  }
  static_assert(std::is_nothrow_copy_constructible_v<task_failure>);
}

BOOST_AUTO_TEST_CASE(copies_may_be_used_and_dropped_by_several_threads) {
  constexpr unsigned threads = 4;
  for (int round = 0; round < 100; ++round) {
    auto shared =
        task_error{error_code::failure, "shared"}.with_cause(task_error{error_code::io, "root"});
    std::latch start{threads};
    std::atomic<int> wrong{0};
    std::vector<std::thread> pool;
    for (unsigned i = 1; i <= threads; ++i) {
      pool.emplace_back([&start, &wrong, mine = shared, i]() mutable {
        start.arrive_and_wait();
        if (std::string{mine.what()} != "failure: shared\n  caused by io: root")
          wrong.fetch_add(1);
        // Whoever comes last is the only owner left, and writes in place.
        const auto changed = std::move(mine).with_task(task_id{i}, "t");
        if (changed.id() != task_id{i} || changed.cause().message() != "root")
          wrong.fetch_add(1);
      });
    }
    shared = {};
    for (auto& thread : pool)
      thread.join();
    BOOST_REQUIRE(wrong.load() == 0);
  }
}

BOOST_AUTO_TEST_SUITE_END()
