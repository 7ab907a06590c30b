// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// The rules of OTP's supervisor, from its manual page supervisor(3), of OTP 27: the tests say which
// section they hold to. https://www.erlang.org/doc/apps/stdlib/supervisor.html

#include "toy_supervisor.hpp"

#include <sweet/strategies/supervision/supervision_plan.hpp>

#include <boost/test/unit_test.hpp>

#include <stdexcept>

using sweet::auto_shutdown;
using sweet::child_command;
using sweet::child_state;
using sweet::restart_type;
using sweet::supervision_plan;

namespace supervision_plan_test {
namespace {

using toy::one_for_all;
using toy::one_for_one;
using toy::rest_for_one;
using toy::running;
using toy::steps;
using toy::supervisor;

/// "a", and two significant ones: "s" is transient, "t" temporary.
supervisor with_significant(auto_shutdown when) {
  supervisor made{{.auto_shutdown = when}, "a"};
  made.add({.name = "s", .restart = restart_type::transient, .significant = true});
  made.add({.name = "t", .restart = restart_type::temporary, .significant = true});
  made.start();
  made.take_record();
  return made;
}

} // namespace
} // namespace supervision_plan_test

BOOST_AUTO_TEST_SUITE(supervision_plan_test)

// -- Start and shutdown ---------------------------------------------------------------------------

// "start_link/2": the child processes are started in the order of the specifications.
BOOST_AUTO_TEST_CASE(children_start_in_order) {
  supervisor box{one_for_one, "abc"};
  box.start();
  BOOST_TEST(box.record == (steps{"start a", "start b", "start c"}));
  BOOST_TEST(box.plan.has_started());
}

BOOST_AUTO_TEST_CASE(a_child_starts_once_the_one_before_it_has_started) {
  supervisor box{one_for_one, "abc"};
  box.slow_to_start = {"a", "b"};
  box.start();
  BOOST_TEST(box.record == (steps{"start a"}));
  BOOST_TEST((box.state("a") == child_state::starting));
  box.now_started("a");
  BOOST_TEST(box.record == (steps{"start a", "start b"}));
  BOOST_TEST(!box.plan.has_started());
  box.now_started("b");
  BOOST_TEST(box.plan.has_started());
}

// "start_link/2": if a start fails, the supervisor first terminates all already started children
// and then itself.
BOOST_AUTO_TEST_CASE(a_start_that_fails_stops_what_was_started_in_reverse_with_the_reason) {
  supervisor box{one_for_one, "abcd"};
  box.failing_starts["c"] = 1;
  box.start();
  BOOST_TEST(box.record == (steps{"start a", "start b", "start c", "stop b", "stop a", "finish"}));
  BOOST_REQUIRE(box.end.has_value());
  BOOST_TEST(box.end->message() == "the child \"c\" did not start");
  BOOST_TEST(box.end->cause().message() == "no start");
  BOOST_TEST(!box.plan.has_started());
}

BOOST_AUTO_TEST_CASE(a_child_that_completes_before_it_has_started_has_not_started) {
  supervisor box{one_for_one, "a"};
  box.slow_to_start = {"a"};
  box.start();
  box.complete("a");
  BOOST_REQUIRE(box.end.has_value());
  BOOST_TEST(box.end->cause().message() == "it ended before it had started");
}

BOOST_AUTO_TEST_CASE(without_children_it_has_started_and_lives_on) {
  supervisor box{one_for_one, ""};
  box.start();
  BOOST_TEST(box.plan.has_started());
  BOOST_TEST(!box.plan.is_over());
}

// "Supervision Principles": children are terminated in the reverse order of the start.
BOOST_AUTO_TEST_CASE(stop_is_one_after_the_other_in_reverse) {
  auto box = running(one_for_one, "abc");
  box.slow_to_stop = {"c"};
  box.stop();
  BOOST_TEST(box.record == (steps{"stop c"}));
  box.now_stopped("c");
  BOOST_TEST(box.record == (steps{"stop c", "stop b", "stop a", "finish"}));
  BOOST_TEST(!box.end.value());
  BOOST_TEST(box.plan.is_over());
}

BOOST_AUTO_TEST_CASE(stop_during_the_start_stops_the_one_that_is_starting_too) {
  supervisor box{one_for_one, "abc"};
  box.slow_to_start = {"b"};
  box.start();
  box.stop();
  BOOST_TEST(box.record == (steps{"start a", "start b", "stop b", "stop a", "finish"}));
}

BOOST_AUTO_TEST_CASE(failures_while_it_stops_change_nothing) {
  auto box = running(one_for_one, "abc");
  box.slow_to_stop = {"b", "c"};
  box.stop();
  box.fail("a");
  box.fail("c");
  box.fail("b");
  BOOST_TEST(box.record == (steps{"stop c", "stop b", "finish"}));
  BOOST_TEST(!box.end.value());
}

BOOST_AUTO_TEST_CASE(stop_twice_is_stop_once) {
  auto box = running(one_for_one, "ab");
  box.slow_to_stop = {"b"};
  box.stop();
  box.stop();
  box.now_stopped("b");
  box.stop();
  BOOST_TEST(box.record == (steps{"stop b", "stop a", "finish"}));
}

// -- Restart strategies ("Restart Strategy")

// "one_for_one": only that process is restarted.
BOOST_AUTO_TEST_CASE(one_for_one_restarts_the_child_that_failed) {
  auto box = running(one_for_one, "abc");
  box.fail("b");
  BOOST_TEST(box.record == (steps{"start b"}));
}

// "one_for_all": all other children are terminated, then all are restarted.
BOOST_AUTO_TEST_CASE(one_for_all_stops_the_others_in_reverse_and_starts_all_in_order) {
  auto box = running(one_for_all, "abcd");
  box.fail("b");
  BOOST_TEST(box.record ==
             (steps{"stop d", "stop c", "stop a", "start a", "start b", "start c", "start d"}));
}

// "rest_for_one": those after it in start order are terminated, then it and they are restarted.
BOOST_AUTO_TEST_CASE(rest_for_one_does_so_with_those_behind) {
  auto box = running(rest_for_one, "abcd");
  box.fail("b");
  BOOST_TEST(box.record == (steps{"stop d", "stop c", "start b", "start c", "start d"}));
}

BOOST_AUTO_TEST_CASE(a_sibling_that_fails_while_all_are_stopped_is_not_stopped_again) {
  auto box = running(one_for_all, "abc");
  box.slow_to_stop = {"c"};
  box.fail("a");
  box.fail("b");
  box.fail("c");
  BOOST_TEST(box.record == (steps{"stop c", "start a", "start b", "start c"}));
}

BOOST_AUTO_TEST_CASE(a_child_that_fails_again_while_the_others_start_is_a_failure_of_its_own) {
  auto box = running(one_for_all, "ab");
  box.slow_to_start = {"b"};
  box.fail("b");
  BOOST_TEST(box.take_record() == (steps{"stop a", "start a", "start b"}));
  box.fail("a");
  BOOST_TEST(box.record.empty());
  box.slow_to_start.clear();
  box.now_started("b");
  BOOST_TEST(box.record == (steps{"stop b", "start a", "start b"}));
}

BOOST_AUTO_TEST_CASE(two_failures_at_once_are_two_restarts) {
  auto box = running(one_for_one, "ab");
  box.slow_to_start = {"a"};
  box.fail("a");
  box.fail("b");
  BOOST_TEST(box.take_record() == (steps{"start a"}));
  box.now_started("a");
  BOOST_TEST(box.record == (steps{"start b"}));
}

// -- Restart types ("Child Specification", restart)

BOOST_AUTO_TEST_CASE(a_permanent_child_is_always_restarted) {
  auto box = running({.max_restarts = 9}, "a");
  box.complete("a");
  box.shut_down("a");
  box.fail("a");
  BOOST_TEST(box.record == (steps{"start a", "start a", "start a"}));
}

BOOST_AUTO_TEST_CASE(a_transient_child_is_restarted_if_it_failed) {
  supervisor box{one_for_one};
  box.add({.name = "a", .restart = restart_type::transient});
  box.start();
  box.fail("a");
  BOOST_TEST(box.take_record() == (steps{"start a", "start a"}));
  box.complete("a");
  BOOST_TEST(box.record.empty());
  BOOST_TEST((box.state("a") == child_state::stopped));
}

BOOST_AUTO_TEST_CASE(a_transient_child_that_was_shut_down_is_not_restarted) {
  supervisor box{one_for_one};
  box.add({.name = "a", .restart = restart_type::transient});
  box.start();
  box.take_record();
  box.shut_down("a");
  BOOST_TEST(box.record.empty());
}

BOOST_AUTO_TEST_CASE(a_temporary_child_is_never_restarted_and_forgotten) {
  supervisor box{one_for_one};
  box.add({.name = "a", .restart = restart_type::temporary});
  box.start();
  box.fail("a");
  BOOST_TEST(box.record == (steps{"start a", "forget a"}));
  BOOST_TEST(box.plan.children().empty());
}

// "not even when the supervisor's restart strategy is rest_for_one or one_for_all and a sibling's
// death causes the temporary process to be terminated"
BOOST_AUTO_TEST_CASE(a_temporary_child_that_a_sibling_takes_down_is_forgotten) {
  supervisor box{one_for_all, "a"};
  box.add({.name = "t", .restart = restart_type::temporary});
  box.start();
  box.take_record();
  box.fail("a");
  BOOST_TEST(box.record == (steps{"stop t", "forget t", "start a"}));
}

// "terminate_child/2": a child that was terminated "can later be restarted by the supervisor".
BOOST_AUTO_TEST_CASE(a_child_that_a_command_has_stopped_starts_with_its_siblings) {
  auto box = running(one_for_all, "ab");
  box.command(child_command::stop, box.key("b"));
  box.take_record();
  box.fail("a");
  BOOST_TEST(box.record == (steps{"start a", "start b"}));
}

// -- Significant children ("Automatic Shutdown")

BOOST_AUTO_TEST_CASE(any_significant_ends_with_the_first) {
  auto box = with_significant(auto_shutdown::any_significant);
  box.complete("s");
  BOOST_TEST(box.record == (steps{"stop t", "forget t", "stop a", "finish"}));
  BOOST_TEST(!box.end.value());
}

BOOST_AUTO_TEST_CASE(all_significant_ends_with_the_last) {
  auto box = with_significant(auto_shutdown::all_significant);
  box.fail("t");
  BOOST_TEST(box.take_record() == (steps{"forget t"}));
  box.fail("s");
  BOOST_TEST(box.take_record() == (steps{"start s"}));
  box.complete("s");
  BOOST_TEST(box.record == (steps{"stop a", "finish"}));
}

// "auto_shutdown ... is not triggered when a significant child is terminated by its supervisor"
BOOST_AUTO_TEST_CASE(a_significant_child_that_is_stopped_ends_nothing) {
  supervisor box{{.auto_shutdown = auto_shutdown::any_significant}, "a"};
  box.add({.name = "s", .restart = restart_type::transient, .significant = true});
  box.start();
  box.command(child_command::stop, box.key("s"));
  BOOST_TEST(!box.plan.is_over());
}

BOOST_AUTO_TEST_CASE(forbidden_combinations_are_refused) {
  supervision_plan never{one_for_one};
  BOOST_CHECK_THROW(
      never.add({.name = "a", .restart = restart_type::transient, .significant = true}),
      std::invalid_argument);
  supervision_plan any{{.auto_shutdown = auto_shutdown::any_significant}};
  BOOST_CHECK_THROW(any.add({.name = "a", .significant = true}), std::invalid_argument);
  any.add({.name = "a"});
  BOOST_CHECK_THROW(any.add({.name = "a"}), std::invalid_argument);
  BOOST_CHECK_THROW(any.add({.name = ""}), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
