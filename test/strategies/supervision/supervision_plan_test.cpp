// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// The rules of OTP's supervisor, from its manual page supervisor(3), of OTP 27: each test names
// the section that it holds to. https://www.erlang.org/doc/apps/stdlib/supervisor.html

#include "toy_supervisor.hpp"

#include <sweet/strategies/supervision/supervision_plan.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using sweet::auto_shutdown;
using sweet::child_rules;
using sweet::child_state;
using sweet::directive;
using sweet::error_code;
using sweet::restart_type;
using sweet::supervision_plan;
using sweet::supervision_rules;
using sweet::supervision_strategy;
using sweet::task_error;

namespace supervision_plan_test {
namespace {

using steps = std::vector<std::string>;

constexpr supervision_rules one_for_one{};
const supervision_rules one_for_all{.strategy = supervision_strategy::one_for_all};
const supervision_rules rest_for_one{.strategy = supervision_strategy::rest_for_one};

toy_supervisor running(const supervision_rules& rules, const std::string& letters) {
  toy_supervisor toy{rules, letters};
  toy.start();
  toy.take_record();
  return toy;
}

supervision_rules with_delay(supervision_strategy strategy = supervision_strategy::one_for_one) {
  return {.strategy = strategy,
          .max_restarts = 10,
          .period = 60s,
          .delay = sweet::backoff::exponential(100ms).without_jitter()};
}

} // namespace
} // namespace supervision_plan_test

using namespace supervision_plan_test;

BOOST_AUTO_TEST_SUITE(supervision_plan_test)

// -- Start and shutdown ---------------------------------------------------------------------------

// "start_link/2": the child processes are started in the order of the specifications.
BOOST_AUTO_TEST_CASE(children_start_in_order) {
  toy_supervisor toy{one_for_one, "abc"};
  toy.start();
  BOOST_TEST(toy.record == (steps{"start a", "start b", "start c"}));
  BOOST_TEST(toy.plan.has_started());
}

BOOST_AUTO_TEST_CASE(a_child_starts_once_the_one_before_it_has_started) {
  toy_supervisor toy{one_for_one, "abc"};
  toy.slow_to_start = {"a", "b"};
  toy.start();
  BOOST_TEST(toy.record == (steps{"start a"}));
  BOOST_TEST((toy.state("a") == child_state::starting));
  toy.now_started("a");
  BOOST_TEST(toy.record == (steps{"start a", "start b"}));
  BOOST_TEST(!toy.plan.has_started());
  toy.now_started("b");
  BOOST_TEST(toy.plan.has_started());
}

// "start_link/2": if a start fails, the supervisor first terminates all already started children
// and then itself.
BOOST_AUTO_TEST_CASE(a_start_that_fails_stops_what_was_started_in_reverse_with_the_reason) {
  toy_supervisor toy{one_for_one, "abcd"};
  toy.failing_starts["c"] = 1;
  toy.start();
  BOOST_TEST(toy.record == (steps{"start a", "start b", "start c", "stop b", "stop a", "finish"}));
  BOOST_REQUIRE(toy.end.has_value());
  BOOST_TEST(toy.end->message() == "the child \"c\" did not start");
  BOOST_TEST(toy.end->cause().message() == "no start");
  BOOST_TEST(!toy.plan.has_started());
}

BOOST_AUTO_TEST_CASE(a_child_that_completes_before_it_has_started_has_not_started) {
  toy_supervisor toy{one_for_one, "a"};
  toy.slow_to_start = {"a"};
  toy.start();
  toy.complete("a");
  BOOST_REQUIRE(toy.end.has_value());
  BOOST_TEST(toy.end->cause().message() == "it ended before it had started");
}

BOOST_AUTO_TEST_CASE(without_children_it_has_started_and_lives_on) {
  toy_supervisor toy{one_for_one, ""};
  toy.start();
  BOOST_TEST(toy.plan.has_started());
  BOOST_TEST(!toy.plan.is_over());
}

// "Supervision Principles": children are terminated in the reverse order of the start.
BOOST_AUTO_TEST_CASE(stop_is_one_after_the_other_in_reverse) {
  auto toy = running(one_for_one, "abc");
  toy.slow_to_stop = {"c"};
  toy.stop();
  BOOST_TEST(toy.record == (steps{"stop c"}));
  toy.now_stopped("c");
  BOOST_TEST(toy.record == (steps{"stop c", "stop b", "stop a", "finish"}));
  BOOST_TEST(!toy.end.value());
  BOOST_TEST(toy.plan.is_over());
}

BOOST_AUTO_TEST_CASE(stop_during_the_start_stops_the_one_that_is_starting_too) {
  toy_supervisor toy{one_for_one, "abc"};
  toy.slow_to_start = {"b"};
  toy.start();
  toy.stop();
  BOOST_TEST(toy.record == (steps{"start a", "start b", "stop b", "stop a", "finish"}));
}

BOOST_AUTO_TEST_CASE(failures_while_it_stops_change_nothing) {
  auto toy = running(one_for_one, "abc");
  toy.slow_to_stop = {"b", "c"};
  toy.stop();
  toy.fail("a");
  toy.fail("c");
  toy.fail("b");
  BOOST_TEST(toy.record == (steps{"stop c", "stop b", "finish"}));
  BOOST_TEST(!toy.end.value());
}

BOOST_AUTO_TEST_CASE(stop_twice_is_stop_once) {
  auto toy = running(one_for_one, "ab");
  toy.slow_to_stop = {"b"};
  toy.stop();
  toy.stop();
  toy.now_stopped("b");
  toy.stop();
  BOOST_TEST(toy.record == (steps{"stop b", "stop a", "finish"}));
}

// -- Restart strategies ("Restart Strategy")
// --------------------------------------------------------

// "one_for_one": only that process is restarted.
BOOST_AUTO_TEST_CASE(one_for_one_restarts_the_child_that_failed) {
  auto toy = running(one_for_one, "abc");
  toy.fail("b");
  BOOST_TEST(toy.record == (steps{"start b"}));
}

// "one_for_all": all other children are terminated, then all are restarted.
BOOST_AUTO_TEST_CASE(one_for_all_stops_the_others_in_reverse_and_starts_all_in_order) {
  auto toy = running(one_for_all, "abcd");
  toy.fail("b");
  BOOST_TEST(toy.record ==
             (steps{"stop d", "stop c", "stop a", "start a", "start b", "start c", "start d"}));
}

// "rest_for_one": those after it in start order are terminated, then it and they are restarted.
BOOST_AUTO_TEST_CASE(rest_for_one_does_so_with_those_behind) {
  auto toy = running(rest_for_one, "abcd");
  toy.fail("b");
  BOOST_TEST(toy.record == (steps{"stop d", "stop c", "start b", "start c", "start d"}));
}

BOOST_AUTO_TEST_CASE(a_sibling_that_fails_while_all_are_stopped_is_not_stopped_again) {
  auto toy = running(one_for_all, "abc");
  toy.slow_to_stop = {"c"};
  toy.fail("a");
  toy.fail("b");
  toy.fail("c");
  BOOST_TEST(toy.record == (steps{"stop c", "start a", "start b", "start c"}));
}

BOOST_AUTO_TEST_CASE(a_child_that_fails_again_while_the_others_start_is_a_failure_of_its_own) {
  auto toy = running(one_for_all, "ab");
  toy.slow_to_start = {"b"};
  toy.fail("b");
  BOOST_TEST(toy.take_record() == (steps{"stop a", "start a", "start b"}));
  toy.fail("a");
  BOOST_TEST(toy.record.empty());
  toy.slow_to_start.clear();
  toy.now_started("b");
  BOOST_TEST(toy.record == (steps{"stop b", "start a", "start b"}));
}

BOOST_AUTO_TEST_CASE(two_failures_at_once_are_two_restarts) {
  auto toy = running(one_for_one, "ab");
  toy.slow_to_start = {"a"};
  toy.fail("a");
  toy.fail("b");
  BOOST_TEST(toy.take_record() == (steps{"start a"}));
  toy.now_started("a");
  BOOST_TEST(toy.record == (steps{"start b"}));
}

// -- Restart types ("Child Specification", restart)
// -------------------------------------------------

BOOST_AUTO_TEST_CASE(a_permanent_child_is_always_restarted) {
  auto toy = running({.max_restarts = 9}, "a");
  toy.complete("a");
  toy.shut_down("a");
  toy.fail("a");
  BOOST_TEST(toy.record == (steps{"start a", "start a", "start a"}));
}

BOOST_AUTO_TEST_CASE(a_transient_child_is_restarted_if_it_failed) {
  toy_supervisor toy{one_for_one};
  toy.add({.name = "a", .restart = restart_type::transient});
  toy.start();
  toy.fail("a");
  BOOST_TEST(toy.take_record() == (steps{"start a", "start a"}));
  toy.complete("a");
  BOOST_TEST(toy.record.empty());
  BOOST_TEST((toy.state("a") == child_state::stopped));
}

BOOST_AUTO_TEST_CASE(a_transient_child_that_was_shut_down_is_not_restarted) {
  toy_supervisor toy{one_for_one};
  toy.add({.name = "a", .restart = restart_type::transient});
  toy.start();
  toy.take_record();
  toy.shut_down("a");
  BOOST_TEST(toy.record.empty());
}

BOOST_AUTO_TEST_CASE(a_temporary_child_is_never_restarted_and_forgotten) {
  toy_supervisor toy{one_for_one};
  toy.add({.name = "a", .restart = restart_type::temporary});
  toy.start();
  toy.fail("a");
  BOOST_TEST(toy.record == (steps{"start a", "forget a"}));
  BOOST_TEST(toy.plan.children().empty());
}

// "not even when the supervisor's restart strategy is rest_for_one or one_for_all and a sibling's
// death causes the temporary process to be terminated"
BOOST_AUTO_TEST_CASE(a_temporary_child_that_a_sibling_takes_down_is_forgotten) {
  toy_supervisor toy{one_for_all, "a"};
  toy.add({.name = "t", .restart = restart_type::temporary});
  toy.start();
  toy.take_record();
  toy.fail("a");
  BOOST_TEST(toy.record == (steps{"stop t", "forget t", "start a"}));
}

// "terminate_child/2": a child that was terminated "can later be restarted by the supervisor".
BOOST_AUTO_TEST_CASE(a_child_that_a_command_has_stopped_starts_with_its_siblings) {
  auto toy = running(one_for_all, "ab");
  toy.command(&supervision_plan::stop_child, toy.key("b"));
  toy.take_record();
  toy.fail("a");
  BOOST_TEST(toy.record == (steps{"start a", "start b"}));
}

// -- Intensity ("Restart Intensity and Period")
// -----------------------------------------------------

BOOST_AUTO_TEST_CASE(one_restart_too_many_stops_the_others_and_fails_with_the_history) {
  auto toy = running({.max_restarts = 2, .period = 5s}, "ab");
  toy.fail("a", "first");
  toy.wait(1s);
  toy.fail("b", "second");
  toy.wait(2s);
  toy.take_record();
  toy.fail("a", "third");
  BOOST_TEST(toy.record == (steps{"stop b", "finish"}));
  BOOST_REQUIRE(toy.end.has_value());
  BOOST_TEST(toy.end->message() ==
             "more than 2 restarts within 5 s, the last one of \"a\": a 3 s ago (first), "
             "b 2 s ago (second), a 0 s ago (third)");
  BOOST_TEST(toy.end->cause().message() == "third");
}

BOOST_AUTO_TEST_CASE(a_restart_counts_once_however_many_children_it_concerns) {
  supervision_rules rules = one_for_all;
  rules.max_restarts = 1;
  auto toy = running(rules, "abcdef");
  toy.fail("c");
  BOOST_TEST(!toy.plan.is_over());
}

BOOST_AUTO_TEST_CASE(at_the_end_of_the_period_a_restart_still_counts) {
  auto toy = running({.max_restarts = 1, .period = 5s}, "a");
  toy.fail("a");
  toy.wait(5s);
  toy.fail("a");
  BOOST_TEST(toy.plan.is_over());
}

BOOST_AUTO_TEST_CASE(after_the_period_it_does_not) {
  auto toy = running({.max_restarts = 1, .period = 5s}, "a");
  toy.fail("a");
  toy.wait(5s + 1ns);
  toy.fail("a");
  BOOST_TEST(!toy.plan.is_over());
}

BOOST_AUTO_TEST_CASE(by_default_it_is_three_within_five_seconds) {
  auto toy = running(one_for_one, "a");
  for (int i = 0; i < 3; ++i)
    toy.fail("a");
  BOOST_TEST(!toy.plan.is_over());
  toy.fail("a");
  BOOST_TEST(toy.plan.is_over());
}

BOOST_AUTO_TEST_CASE(a_restart_that_fails_counts_and_is_tried_again) {
  auto toy = running(one_for_one, "a");
  toy.failing_starts["a"] = 2;
  toy.fail("a");
  BOOST_TEST(toy.record == (steps{"start a", "start a", "start a"}));
  BOOST_TEST(!toy.plan.is_over());
  toy.fail("a");
  BOOST_TEST(toy.plan.is_over());
}

BOOST_AUTO_TEST_CASE(rest_for_one_goes_on_from_the_child_that_did_not_start) {
  auto toy = running(rest_for_one, "abc");
  toy.failing_starts["b"] = 1;
  toy.fail("a");
  BOOST_TEST(toy.record == (steps{"stop c", "stop b", "start a", "start b", "start b", "start c"}));
}

BOOST_AUTO_TEST_CASE(one_for_all_begins_again_if_a_child_does_not_start) {
  auto toy = running(one_for_all, "abc");
  toy.failing_starts["b"] = 1;
  toy.fail("c");
  BOOST_TEST(toy.record == (steps{"stop b", "stop a", "start a", "start b", "stop a", "start a",
                                  "start b", "start c"}));
}

// -- Delay
// ------------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_restart_waits_longer_with_each_in_a_row) {
  auto toy = running(with_delay(), "ab");
  for (const auto delay : {100ms, 200ms, 400ms}) {
    toy.fail("a");
    BOOST_TEST((toy.state("a") == child_state::restarting));
    toy.wait(delay - 1ns);
    BOOST_TEST(toy.record.empty());
    toy.wait(1ns);
    BOOST_TEST(toy.take_record() == (steps{"start a"}));
  }
}

BOOST_AUTO_TEST_CASE(the_delay_starts_over_once_the_child_has_run_for_long) {
  auto toy = running(with_delay(), "a");
  toy.fail("a");
  toy.wait(100ms);
  toy.fail("a");
  toy.wait(200ms);
  toy.wait(15s);
  toy.take_record();
  toy.fail("a");
  toy.wait(100ms);
  BOOST_TEST(toy.record == (steps{"start a"}));
}

BOOST_AUTO_TEST_CASE(a_child_that_does_not_start_is_not_healthy_however_long_it_has_run_before) {
  auto toy = running(with_delay(), "a");
  toy.wait(20s);
  toy.failing_starts["a"] = 2;
  toy.fail("a");
  toy.wait(100ms);
  BOOST_TEST(toy.take_record() == (steps{"start a"}));
  toy.wait(199ms);
  BOOST_TEST(toy.record.empty());
  toy.wait(1ms);
  BOOST_TEST(toy.take_record() == (steps{"start a"}));
  toy.wait(400ms);
  BOOST_TEST(toy.record == (steps{"start a"}));
}

BOOST_AUTO_TEST_CASE(siblings_are_stopped_at_once_and_start_after_the_delay) {
  auto toy = running(with_delay(supervision_strategy::one_for_all), "abc");
  toy.fail("b");
  BOOST_TEST(toy.take_record() == (steps{"stop c", "stop a"}));
  BOOST_TEST((toy.state("a") == child_state::restarting));
  toy.wait(100ms);
  BOOST_TEST(toy.record == (steps{"start a", "start b", "start c"}));
}

BOOST_AUTO_TEST_CASE(a_sibling_that_fails_while_all_are_stopped_is_part_of_that_restart) {
  auto toy = running(with_delay(supervision_strategy::one_for_all), "abc");
  toy.slow_to_stop = {"c"};
  toy.fail("a");
  toy.fail("b");
  toy.now_stopped("c");
  toy.wait(100ms);
  BOOST_TEST(toy.record == (steps{"stop c", "start a", "start b", "start c"}));
  for (const auto& child : toy.plan.children())
    BOOST_TEST(child.restarts == (child.rules->name == "a" ? 1u : 0u));
}

BOOST_AUTO_TEST_CASE(while_one_waits_the_others_are_supervised) {
  auto toy = running(with_delay(), "ab");
  toy.fail("a");
  toy.wait(50ms);
  toy.fail("b");
  toy.wait(50ms);
  BOOST_TEST(toy.take_record() == (steps{"start a"}));
  toy.wait(50ms);
  BOOST_TEST(toy.record == (steps{"start b"}));
}

BOOST_AUTO_TEST_CASE(two_that_are_due_at_once_do_not_lose_each_other) {
  auto toy = running(with_delay(), "ab");
  toy.fail("a");
  toy.fail("b");
  toy.failing_starts["a"] = 1;
  toy.wait(100ms);
  BOOST_TEST(toy.take_record() == (steps{"start a", "start b"}));
  toy.wait(200ms);
  BOOST_TEST(toy.record == (steps{"start a"}));
}

BOOST_AUTO_TEST_CASE(an_earlier_child_that_fails_takes_over_those_that_wait_behind_it) {
  auto toy = running(with_delay(supervision_strategy::rest_for_one), "abc");
  toy.fail("b");
  toy.take_record();
  toy.wait(50ms);
  toy.fail("a");
  toy.wait(99ms);
  BOOST_TEST(toy.record.empty());
  toy.wait(1ms);
  BOOST_TEST(toy.record == (steps{"start a", "start b", "start c"}));
}

BOOST_AUTO_TEST_CASE(stop_drops_what_waits_for_its_restart) {
  auto toy = running(with_delay(), "ab");
  toy.fail("a");
  toy.stop();
  toy.wait(1h);
  BOOST_TEST(toy.record == (steps{"stop b", "finish"}));
}

// -- Directives
// -------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_directive_may_leave_it_stopped) {
  toy_supervisor toy{one_for_one};
  toy.add({.name = "a", .on_error = [](const task_error&) { return directive::stop; }});
  toy.start();
  toy.take_record();
  toy.fail("a");
  BOOST_TEST(toy.record.empty());
  BOOST_TEST((toy.state("a") == child_state::stopped));
}

BOOST_AUTO_TEST_CASE(a_directive_may_escalate) {
  toy_supervisor toy{one_for_one, "b"};
  toy.add({.name = "a", .on_error = [](const task_error& e) {
             return e.message() == "fatal" ? directive::escalate : directive::restart;
           }});
  toy.start();
  toy.take_record();
  toy.fail("a", "small");
  BOOST_TEST(toy.take_record() == (steps{"start a"}));
  toy.fail("a", "fatal");
  BOOST_TEST(toy.record == (steps{"stop b", "finish"}));
  BOOST_TEST(toy.end->message() == "the child \"a\" failed");
  BOOST_TEST(toy.end->cause().message() == "fatal");
}

BOOST_AUTO_TEST_CASE(a_directive_that_throws_escalates) {
  toy_supervisor toy{one_for_one};
  toy.add({.name = "a", .on_error = [](const task_error&) -> directive {
             throw std::runtime_error{"no idea"};
           }});
  toy.start();
  toy.fail("a");
  BOOST_TEST(toy.end->cause().message() == "on_error threw: no idea");
}

BOOST_AUTO_TEST_CASE(an_end_that_is_no_failure_has_no_directive) {
  toy_supervisor toy{one_for_one};
  toy.add({.name = "a", .on_error = [](const task_error&) { return directive::escalate; }});
  toy.start();
  toy.complete("a");
  BOOST_TEST(!toy.plan.is_over());
}

// -- Significant children ("Automatic Shutdown")
// ----------------------------------------------------

BOOST_AUTO_TEST_CASE(any_significant_ends_with_the_first) {
  toy_supervisor toy{{.auto_shutdown = auto_shutdown::any_significant}, "a"};
  toy.add({.name = "s", .restart = restart_type::transient, .significant = true});
  toy.add({.name = "t", .restart = restart_type::temporary, .significant = true});
  toy.start();
  toy.take_record();
  toy.complete("s");
  BOOST_TEST(toy.record == (steps{"stop t", "forget t", "stop a", "finish"}));
  BOOST_TEST(!toy.end.value());
}

BOOST_AUTO_TEST_CASE(all_significant_ends_with_the_last) {
  toy_supervisor toy{{.auto_shutdown = auto_shutdown::all_significant}, "a"};
  toy.add({.name = "s", .restart = restart_type::transient, .significant = true});
  toy.add({.name = "t", .restart = restart_type::temporary, .significant = true});
  toy.start();
  toy.take_record();
  toy.fail("t");
  BOOST_TEST(toy.take_record() == (steps{"forget t"}));
  toy.fail("s");
  BOOST_TEST(toy.take_record() == (steps{"start s"}));
  toy.complete("s");
  BOOST_TEST(toy.record == (steps{"stop a", "finish"}));
}

// "auto_shutdown ... is not triggered when a significant child is terminated by its supervisor"
BOOST_AUTO_TEST_CASE(a_significant_child_that_is_stopped_ends_nothing) {
  toy_supervisor toy{{.auto_shutdown = auto_shutdown::any_significant}, "a"};
  toy.add({.name = "s", .restart = restart_type::transient, .significant = true});
  toy.start();
  toy.command(&supervision_plan::stop_child, toy.key("s"));
  BOOST_TEST(!toy.plan.is_over());
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

// -- Commands
// ---------------------------------------------------------------------------------------

// "start_child/2"
BOOST_AUTO_TEST_CASE(a_child_that_is_added_starts_behind_the_others) {
  auto toy = running(rest_for_one, "a");
  const auto number = toy.command(&supervision_plan::start_child, toy.add({.name = "b"}));
  BOOST_TEST(!toy.answers.at(number));
  toy.take_record();
  toy.fail("a");
  BOOST_TEST(toy.record == (steps{"stop b", "start a", "start b"}));
}

BOOST_AUTO_TEST_CASE(an_added_child_that_does_not_start_is_forgotten) {
  auto toy = running(one_for_one, "a");
  toy.failing_starts["b"] = 1;
  const auto number = toy.command(&supervision_plan::start_child, toy.add({.name = "b"}));
  BOOST_TEST(toy.answers.at(number).message() == "no start");
  BOOST_TEST(toy.record == (steps{"start b", "forget b"}));
}

// "terminate_child/2", "restart_child/2", "delete_child/2"
BOOST_AUTO_TEST_CASE(a_stopped_child_is_known_until_it_is_deleted) {
  auto toy = running(one_for_one, "ab");
  const auto b = toy.key("b");
  BOOST_TEST(!toy.answers.at(toy.command(&supervision_plan::stop_child, b)));
  BOOST_TEST((toy.state("b") == child_state::stopped));
  BOOST_TEST(!toy.answers.at(toy.command(&supervision_plan::stop_child, b)));
  BOOST_TEST(!toy.answers.at(toy.command(&supervision_plan::restart_child, b)));
  BOOST_TEST(!toy.answers.at(toy.command(&supervision_plan::stop_child, b)));
  BOOST_TEST(!toy.answers.at(toy.command(&supervision_plan::delete_child, b)));
  BOOST_TEST(toy.record == (steps{"stop b", "start b", "stop b", "forget b"}));
  BOOST_TEST((toy.answers.at(toy.command(&supervision_plan::restart_child, b)).code() ==
              error_code::invalid_state));
}

BOOST_AUTO_TEST_CASE(a_running_child_is_neither_restarted_nor_deleted) {
  auto toy = running(one_for_one, "a");
  for (const auto what : {&supervision_plan::restart_child, &supervision_plan::delete_child})
    BOOST_TEST(
        (toy.answers.at(toy.command(what, toy.key("a"))).code() == error_code::invalid_state));
  BOOST_TEST(toy.record.empty());
}

BOOST_AUTO_TEST_CASE(a_child_that_waits_for_its_restart_can_be_stopped_and_nothing_else) {
  auto toy = running(with_delay(), "a");
  toy.fail("a");
  for (const auto what : {&supervision_plan::restart_child, &supervision_plan::delete_child})
    BOOST_TEST(
        (toy.answers.at(toy.command(what, toy.key("a"))).code() == error_code::invalid_state));
  BOOST_TEST(!toy.answers.at(toy.command(&supervision_plan::stop_child, toy.key("a"))));
  toy.wait(1h);
  BOOST_TEST(toy.record.empty());
}

BOOST_AUTO_TEST_CASE(a_temporary_child_that_is_stopped_is_forgotten) {
  toy_supervisor toy{one_for_one};
  const auto key = toy.add({.name = "t", .restart = restart_type::temporary});
  toy.start();
  toy.command(&supervision_plan::stop_child, key);
  BOOST_TEST(toy.record == (steps{"start t", "stop t", "forget t"}));
}

BOOST_AUTO_TEST_CASE(the_name_of_a_forgotten_child_is_free) {
  toy_supervisor toy{one_for_one};
  const auto first = toy.add({.name = "t", .restart = restart_type::temporary});
  toy.start();
  toy.complete("t");
  BOOST_TEST(toy.add({.name = "t"}) != first);
}

BOOST_AUTO_TEST_CASE(commands_wait_for_what_is_under_way) {
  auto toy = running(one_for_all, "ab");
  toy.slow_to_stop = {"b"};
  toy.fail("a");
  const auto number = toy.command(&supervision_plan::stop_child, toy.key("a"));
  BOOST_TEST(!toy.answers.contains(number));
  toy.now_stopped("b");
  BOOST_TEST(toy.record == (steps{"stop b", "start a", "start b", "stop a"}));
  BOOST_TEST(!toy.answers.at(number));
}

BOOST_AUTO_TEST_CASE(an_added_child_is_started_by_its_command_and_not_by_a_sibling) {
  auto toy = running(one_for_all, "ab");
  toy.slow_to_stop = {"b"};
  toy.fail("a");
  const auto number = toy.command(&supervision_plan::start_child,
                                  toy.add({.name = "c", .restart = restart_type::temporary}));
  toy.now_stopped("b");
  BOOST_TEST(toy.record == (steps{"stop b", "start a", "start b", "start c"}));
  BOOST_TEST(!toy.answers.at(number));
}

BOOST_AUTO_TEST_CASE(commands_that_wait_are_refused_when_it_ends) {
  auto toy = running(one_for_one, "ab");
  toy.slow_to_stop = {"a"};
  const auto first = toy.command(&supervision_plan::stop_child, toy.key("a"));
  const auto second = toy.command(&supervision_plan::stop_child, toy.key("b"));
  toy.stop();
  BOOST_TEST((toy.answers.at(first).code() == error_code::invalid_state));
  BOOST_TEST((toy.answers.at(second).code() == error_code::invalid_state));
  const auto third = toy.command(&supervision_plan::stop_child, toy.key("b"));
  BOOST_TEST((toy.answers.at(third).code() == error_code::invalid_state));
}

// -- Everything at once
// -----------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(whatever_happens_its_promises_hold) {
  for (std::uint32_t seed = 1; seed <= 2000; ++seed) {
    std::minstd_rand random{seed};
    const auto pick = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
    supervision_rules rules;
    rules.strategy = static_cast<supervision_strategy>(pick(3));
    rules.max_restarts = pick(12);
    if (pick(2) == 0)
      rules.delay = sweet::backoff::fixed(100ms);
    rules.auto_shutdown = static_cast<auto_shutdown>(pick(3));
    supervision_plan plan{rules, seed};
    std::map<std::uint32_t, child_state> world; // what has been started and has not ended
    std::set<std::uint32_t> known;
    std::set<std::uint64_t> open;
    std::uint64_t next_command = 1;
    bool over = false;
    supervision_plan::time_point now{1h};
    const auto add = [&] {
      child_rules c{.name = "c" + std::to_string(next_command) + "-" + std::to_string(known.size()),
                    .restart = static_cast<restart_type>(pick(3))};
      c.significant = rules.auto_shutdown != auto_shutdown::never &&
                      c.restart != restart_type::permanent && pick(4) == 0;
      if (plan.find(c.name))
        return std::uint32_t{0};
      const auto key = plan.add(c);
      known.insert(key);
      return key;
    };
    const auto check = [&](const supervision_plan::actions& actions) {
      for (const auto& action : actions) {
        using kind = sweet::supervision_action::kind;
        BOOST_REQUIRE(!over);
        switch (action.what) {
          case kind::start:
            BOOST_REQUIRE(known.contains(action.child));
            BOOST_REQUIRE(world.emplace(action.child, child_state::starting).second);
            break;
          case kind::stop:
            BOOST_REQUIRE(world.contains(action.child));
            BOOST_REQUIRE((world[action.child] != child_state::stopping));
            world[action.child] = child_state::stopping;
            break;
          case kind::forget:
            BOOST_REQUIRE(!world.contains(action.child));
            BOOST_REQUIRE(known.erase(action.child) == 1u);
            break;
          case kind::answer: BOOST_REQUIRE(open.erase(action.command) == 1u); break;
          case kind::finish:
            BOOST_REQUIRE(world.empty());
            over = true;
            break;
        }
      }
      const auto transitions = std::count_if(world.begin(), world.end(), [](const auto& c) {
        return c.second == child_state::starting || c.second == child_state::stopping;
      });
      BOOST_REQUIRE(transitions <= (over ? 0 : 2));
    };
    for (auto n = pick(5); n != 0; --n)
      add();
    check(plan.start(now));
    for (int i = 0; i < 60; ++i) {
      now += std::chrono::milliseconds{pick(50)};
      const auto which =
          world.empty() ? world.end()
                        : std::next(world.begin(), pick(static_cast<std::uint32_t>(world.size())));
      switch (pick(8)) {
        case 0:
        case 1:
          if (which != world.end() && which->second == child_state::starting) {
            which->second = child_state::running;
            check(plan.started(which->first, now));
          }
          break;
        case 2:
        case 3:
          if (which != world.end()) {
            const auto key = which->first;
            world.erase(which);
            check(plan.exited(key,
                              {static_cast<sweet::child_exit::kind>(pick(3)),
                               task_error{error_code::failure, "x"}},
                              now));
          }
          break;
        case 4: check(plan.tick(now)); break;
        case 5:
        case 6: {
          if (known.empty() || over)
            break;
          const auto number = next_command++;
          open.insert(number);
          constexpr std::array commands{&supervision_plan::stop_child,
                                        &supervision_plan::restart_child,
                                        &supervision_plan::delete_child};
          if (pick(4) == 0) {
            const auto key = add();
            check(plan.start_child(number, key, now));
          } else {
            check((plan.*commands[pick(3)])(number, *known.begin() + pick(4), now));
          }
          break;
        }
        default:
          if (pick(20) == 0)
            check(plan.stop(now));
      }
    }
    // In the end all that was started ends, and every command has its answer.
    check(plan.stop(now));
    while (!world.empty()) {
      const auto stopping = std::find_if(world.begin(), world.end(), [](const auto& c) {
        return c.second == child_state::stopping;
      });
      BOOST_REQUIRE((stopping != world.end()));
      const auto key = stopping->first;
      world.erase(stopping);
      check(plan.exited(key, {}, now));
    }
    BOOST_REQUIRE(over);
    BOOST_REQUIRE(open.empty());
    BOOST_REQUIRE(plan.tick(now).empty());
  }
}

BOOST_AUTO_TEST_SUITE_END()
