// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// When a supervisor restarts a child, when later, and when not any more.

#include "toy_supervisor.hpp"

#include <sweet/strategies/supervision/supervision_plan.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <stdexcept>

using namespace std::chrono_literals;
using sweet::child_state;
using sweet::directive;
using sweet::supervision_rules;
using sweet::supervision_strategy;
using sweet::task_error;

namespace supervision_restarts_test {
namespace {

using toy::one_for_all;
using toy::one_for_one;
using toy::rest_for_one;
using toy::running;
using toy::steps;
using toy::supervisor;
using toy::with_delay;

} // namespace
} // namespace supervision_restarts_test

BOOST_AUTO_TEST_SUITE(supervision_restarts_test)

// -- Intensity ("Restart Intensity and Period")

BOOST_AUTO_TEST_CASE(one_restart_too_many_stops_the_others_and_fails_with_the_history) {
  auto box = running({.max_restarts = 2, .period = 5s}, "ab");
  box.fail("a", "first");
  box.wait(1s);
  box.fail("b", "second");
  box.wait(2s);
  box.take_record();
  box.fail("a", "third");
  BOOST_TEST(box.record == (steps{"stop b", "finish"}));
  BOOST_REQUIRE(box.end.has_value());
  BOOST_TEST(box.end->message() ==
             "more than 2 restarts within 5 s, the last one of \"a\": a 3 s ago (first), "
             "b 2 s ago (second), a 0 s ago (third)");
  BOOST_TEST(box.end->cause().message() == "third");
}

BOOST_AUTO_TEST_CASE(a_restart_counts_once_however_many_children_it_concerns) {
  supervision_rules rules = one_for_all;
  rules.max_restarts = 1;
  auto box = running(rules, "abcdef");
  box.fail("c");
  BOOST_TEST(!box.plan.is_over());
}

BOOST_AUTO_TEST_CASE(at_the_end_of_the_period_a_restart_still_counts) {
  auto box = running({.max_restarts = 1, .period = 5s}, "a");
  box.fail("a");
  box.wait(5s);
  box.fail("a");
  BOOST_TEST(box.plan.is_over());
}

BOOST_AUTO_TEST_CASE(after_the_period_it_does_not) {
  auto box = running({.max_restarts = 1, .period = 5s}, "a");
  box.fail("a");
  box.wait(5s + 1ns);
  box.fail("a");
  BOOST_TEST(!box.plan.is_over());
}

BOOST_AUTO_TEST_CASE(by_default_it_is_three_within_five_seconds) {
  auto box = running(one_for_one, "a");
  for (int i = 0; i < 3; ++i)
    box.fail("a");
  BOOST_TEST(!box.plan.is_over());
  box.fail("a");
  BOOST_TEST(box.plan.is_over());
}

BOOST_AUTO_TEST_CASE(a_restart_that_fails_counts_and_is_tried_again) {
  auto box = running(one_for_one, "a");
  box.failing_starts["a"] = 2;
  box.fail("a");
  BOOST_TEST(box.record == (steps{"start a", "start a", "start a"}));
  BOOST_TEST(!box.plan.is_over());
  box.fail("a");
  BOOST_TEST(box.plan.is_over());
}

BOOST_AUTO_TEST_CASE(rest_for_one_goes_on_from_the_child_that_did_not_start) {
  auto box = running(rest_for_one, "abc");
  box.failing_starts["b"] = 1;
  box.fail("a");
  BOOST_TEST(box.record == (steps{"stop c", "stop b", "start a", "start b", "start b", "start c"}));
}

BOOST_AUTO_TEST_CASE(one_for_all_begins_again_if_a_child_does_not_start) {
  auto box = running(one_for_all, "abc");
  box.failing_starts["b"] = 1;
  box.fail("c");
  BOOST_TEST(box.record == (steps{"stop b", "stop a", "start a", "start b", "stop a", "start a",
                                  "start b", "start c"}));
}

// -- Delay

BOOST_AUTO_TEST_CASE(a_restart_waits_longer_with_each_in_a_row) {
  auto box = running(with_delay(), "ab");
  for (const auto delay : {100ms, 200ms, 400ms}) {
    box.fail("a");
    BOOST_TEST((box.state("a") == child_state::restarting));
    box.wait(delay - 1ns);
    BOOST_TEST(box.record.empty());
    box.wait(1ns);
    BOOST_TEST(box.take_record() == (steps{"start a"}));
  }
}

BOOST_AUTO_TEST_CASE(the_delay_starts_over_once_the_child_has_run_for_long) {
  auto box = running(with_delay(), "a");
  box.fail("a");
  box.wait(100ms);
  box.fail("a");
  box.wait(200ms);
  box.wait(15s);
  box.take_record();
  box.fail("a");
  box.wait(100ms);
  BOOST_TEST(box.record == (steps{"start a"}));
}

BOOST_AUTO_TEST_CASE(a_child_that_does_not_start_is_not_healthy_however_long_it_has_run_before) {
  auto box = running(with_delay(), "a");
  box.wait(20s);
  box.failing_starts["a"] = 2;
  box.fail("a");
  box.wait(100ms);
  BOOST_TEST(box.take_record() == (steps{"start a"}));
  box.wait(199ms);
  BOOST_TEST(box.record.empty());
  box.wait(1ms);
  BOOST_TEST(box.take_record() == (steps{"start a"}));
  box.wait(400ms);
  BOOST_TEST(box.record == (steps{"start a"}));
}

BOOST_AUTO_TEST_CASE(siblings_are_stopped_at_once_and_start_after_the_delay) {
  auto box = running(with_delay(supervision_strategy::one_for_all), "abc");
  box.fail("b");
  BOOST_TEST(box.take_record() == (steps{"stop c", "stop a"}));
  BOOST_TEST((box.state("a") == child_state::restarting));
  box.wait(100ms);
  BOOST_TEST(box.record == (steps{"start a", "start b", "start c"}));
}

BOOST_AUTO_TEST_CASE(a_sibling_that_fails_while_all_are_stopped_is_part_of_that_restart) {
  auto box = running(with_delay(supervision_strategy::one_for_all), "abc");
  box.slow_to_stop = {"c"};
  box.fail("a");
  box.fail("b");
  box.now_stopped("c");
  box.wait(100ms);
  BOOST_TEST(box.record == (steps{"stop c", "start a", "start b", "start c"}));
  for (const auto& child : box.plan.children())
    BOOST_TEST(child.restarts == (child.rules->name == "a" ? 1u : 0u));
}

BOOST_AUTO_TEST_CASE(while_one_waits_the_others_are_supervised) {
  auto box = running(with_delay(), "ab");
  box.fail("a");
  box.wait(50ms);
  box.fail("b");
  box.wait(50ms);
  BOOST_TEST(box.take_record() == (steps{"start a"}));
  box.wait(50ms);
  BOOST_TEST(box.record == (steps{"start b"}));
}

BOOST_AUTO_TEST_CASE(two_that_are_due_at_once_do_not_lose_each_other) {
  auto box = running(with_delay(), "ab");
  box.fail("a");
  box.fail("b");
  box.failing_starts["a"] = 1;
  box.wait(100ms);
  BOOST_TEST(box.take_record() == (steps{"start a", "start b"}));
  box.wait(200ms);
  BOOST_TEST(box.record == (steps{"start a"}));
}

BOOST_AUTO_TEST_CASE(an_earlier_child_that_fails_takes_over_those_that_wait_behind_it) {
  auto box = running(with_delay(supervision_strategy::rest_for_one), "abc");
  box.fail("b");
  box.take_record();
  box.wait(50ms);
  box.fail("a");
  box.wait(99ms);
  BOOST_TEST(box.record.empty());
  box.wait(1ms);
  BOOST_TEST(box.record == (steps{"start a", "start b", "start c"}));
}

BOOST_AUTO_TEST_CASE(stop_drops_what_waits_for_its_restart) {
  auto box = running(with_delay(), "ab");
  box.fail("a");
  box.stop();
  box.wait(1h);
  BOOST_TEST(box.record == (steps{"stop b", "finish"}));
}

// -- Directives

BOOST_AUTO_TEST_CASE(a_directive_may_leave_it_stopped) {
  supervisor box{one_for_one};
  box.add({.name = "a", .on_error = [](const task_error&) { return directive::stop; }});
  box.start();
  box.take_record();
  box.fail("a");
  BOOST_TEST(box.record.empty());
  BOOST_TEST((box.state("a") == child_state::stopped));
}

BOOST_AUTO_TEST_CASE(a_directive_may_escalate) {
  supervisor box{one_for_one, "b"};
  box.add({.name = "a", .on_error = [](const task_error& e) {
             return e.message() == "fatal" ? directive::escalate : directive::restart;
           }});
  box.start();
  box.take_record();
  box.fail("a", "small");
  BOOST_TEST(box.take_record() == (steps{"start a"}));
  box.fail("a", "fatal");
  BOOST_TEST(box.record == (steps{"stop b", "finish"}));
  BOOST_TEST(box.end->message() == "the child \"a\" failed");
  BOOST_TEST(box.end->cause().message() == "fatal");
}

BOOST_AUTO_TEST_CASE(a_directive_that_throws_escalates) {
  supervisor box{one_for_one};
  box.add({.name = "a", .on_error = [](const task_error&) -> directive {
             throw std::runtime_error{"no idea"};
           }});
  box.start();
  box.fail("a");
  BOOST_TEST(box.end->cause().message() == "on_error threw: no idea");
}

BOOST_AUTO_TEST_CASE(an_end_that_is_no_failure_has_no_directive) {
  supervisor box{one_for_one};
  box.add({.name = "a", .on_error = [](const task_error&) { return directive::escalate; }});
  box.start();
  box.complete("a");
  BOOST_TEST(!box.plan.is_over());
}

BOOST_AUTO_TEST_SUITE_END()
