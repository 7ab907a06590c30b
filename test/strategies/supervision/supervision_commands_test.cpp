// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// What can be asked of a supervisor, see supervision_plan_test.cpp for the source of the rules.

#include "toy_supervisor.hpp"

#include <sweet/strategies/supervision/supervision_plan.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>

using namespace std::chrono_literals;
using sweet::child_command;
using sweet::child_state;
using sweet::error_code;
using sweet::restart_type;

namespace supervision_commands_test {
namespace {

using toy::one_for_all;
using toy::one_for_one;
using toy::rest_for_one;
using toy::running;
using toy::steps;
using toy::supervisor;
using toy::with_delay;

} // namespace
} // namespace supervision_commands_test

BOOST_AUTO_TEST_SUITE(supervision_commands_test)

// -- Commands

// "start_child/2"
BOOST_AUTO_TEST_CASE(a_child_that_is_added_starts_behind_the_others) {
  auto box = running(rest_for_one, "a");
  const auto number = box.command(child_command::start, box.add({.name = "b"}));
  BOOST_TEST(!box.answers.at(number));
  box.take_record();
  box.fail("a");
  BOOST_TEST(box.record == (steps{"stop b", "start a", "start b"}));
}

BOOST_AUTO_TEST_CASE(an_added_child_that_does_not_start_is_forgotten) {
  auto box = running(one_for_one, "a");
  box.failing_starts["b"] = 1;
  const auto number = box.command(child_command::start, box.add({.name = "b"}));
  BOOST_TEST(box.answers.at(number).message() == "no start");
  BOOST_TEST(box.record == (steps{"start b", "forget b"}));
}

// "terminate_child/2", "restart_child/2", "delete_child/2"
BOOST_AUTO_TEST_CASE(a_stopped_child_is_known_until_it_is_deleted) {
  auto box = running(one_for_one, "ab");
  const auto b = box.key("b");
  BOOST_TEST(!box.answers.at(box.command(child_command::stop, b)));
  BOOST_TEST((box.state("b") == child_state::stopped));
  BOOST_TEST(!box.answers.at(box.command(child_command::stop, b)));
  BOOST_TEST(!box.answers.at(box.command(child_command::restart, b)));
  BOOST_TEST(!box.answers.at(box.command(child_command::stop, b)));
  BOOST_TEST(!box.answers.at(box.command(child_command::remove, b)));
  BOOST_TEST(box.record == (steps{"stop b", "start b", "stop b", "forget b"}));
  BOOST_TEST(
      (box.answers.at(box.command(child_command::restart, b)).code() == error_code::invalid_state));
}

BOOST_AUTO_TEST_CASE(a_running_child_is_neither_restarted_nor_deleted) {
  auto box = running(one_for_one, "a");
  for (const auto what : {child_command::restart, child_command::remove})
    BOOST_TEST(
        (box.answers.at(box.command(what, box.key("a"))).code() == error_code::invalid_state));
  BOOST_TEST(box.record.empty());
}

BOOST_AUTO_TEST_CASE(a_child_that_waits_for_its_restart_can_be_stopped_and_nothing_else) {
  auto box = running(with_delay(), "a");
  box.fail("a");
  for (const auto what : {child_command::restart, child_command::remove})
    BOOST_TEST(
        (box.answers.at(box.command(what, box.key("a"))).code() == error_code::invalid_state));
  BOOST_TEST(!box.answers.at(box.command(child_command::stop, box.key("a"))));
  box.wait(1h);
  BOOST_TEST(box.record.empty());
}

BOOST_AUTO_TEST_CASE(a_temporary_child_that_is_stopped_is_forgotten) {
  supervisor box{one_for_one};
  const auto key = box.add({.name = "t", .restart = restart_type::temporary});
  box.start();
  box.command(child_command::stop, key);
  BOOST_TEST(box.record == (steps{"start t", "stop t", "forget t"}));
}

BOOST_AUTO_TEST_CASE(the_name_of_a_forgotten_child_is_free) {
  supervisor box{one_for_one};
  const auto first = box.add({.name = "t", .restart = restart_type::temporary});
  box.start();
  box.complete("t");
  BOOST_TEST(box.add({.name = "t"}) != first);
}

BOOST_AUTO_TEST_CASE(commands_wait_for_what_is_under_way) {
  auto box = running(one_for_all, "ab");
  box.slow_to_stop = {"b"};
  box.fail("a");
  const auto number = box.command(child_command::stop, box.key("a"));
  BOOST_TEST(!box.answers.contains(number));
  box.now_stopped("b");
  BOOST_TEST(box.record == (steps{"stop b", "start a", "start b", "stop a"}));
  BOOST_TEST(!box.answers.at(number));
}

BOOST_AUTO_TEST_CASE(an_added_child_is_started_by_its_command_and_not_by_a_sibling) {
  auto box = running(one_for_all, "ab");
  box.slow_to_stop = {"b"};
  box.fail("a");
  const auto number =
      box.command(child_command::start, box.add({.name = "c", .restart = restart_type::temporary}));
  box.now_stopped("b");
  BOOST_TEST(box.record == (steps{"stop b", "start a", "start b", "start c"}));
  BOOST_TEST(!box.answers.at(number));
}

BOOST_AUTO_TEST_CASE(commands_that_wait_are_refused_when_it_ends) {
  auto box = running(one_for_one, "ab");
  box.slow_to_stop = {"a"};
  const auto first = box.command(child_command::stop, box.key("a"));
  const auto second = box.command(child_command::stop, box.key("b"));
  box.stop();
  BOOST_TEST((box.answers.at(first).code() == error_code::invalid_state));
  BOOST_TEST((box.answers.at(second).code() == error_code::invalid_state));
  const auto third = box.command(child_command::stop, box.key("b"));
  BOOST_TEST((box.answers.at(third).code() == error_code::invalid_state));
}

// -- Commands while a restart goes on failing

BOOST_AUTO_TEST_CASE(a_child_whose_restarts_go_on_failing_can_be_stopped) {
  auto box = running({.max_restarts = 100}, "ab");
  box.slow_to_start = {"a"};
  box.fail("a");
  BOOST_TEST(box.take_record() == (steps{"start a"}));
  const auto stop = box.command(child_command::stop, box.key("a"));
  BOOST_TEST(!box.answers.contains(stop));
  box.fail("a"); // it did not start
  BOOST_REQUIRE(box.answers.contains(stop));
  BOOST_TEST(!box.answers.at(stop));
  BOOST_TEST((box.state("a") == child_state::stopped));
  BOOST_TEST(box.record.empty());
  BOOST_TEST(!box.plan.next_tick());
}

BOOST_AUTO_TEST_CASE(another_child_is_started_and_stopped_between_two_starts_that_fail) {
  auto box = running({.max_restarts = 100}, "ab");
  box.slow_to_start = {"a"};
  box.fail("a");
  box.take_record();
  const auto stop = box.command(child_command::stop, box.key("b"));
  const auto start = box.command(child_command::start, box.add({.name = "c"}));
  box.fail("a");
  BOOST_REQUIRE(box.answers.contains(stop));
  BOOST_REQUIRE(box.answers.contains(start));
  BOOST_TEST(!box.answers.at(stop));
  BOOST_TEST(!box.answers.at(start));
  BOOST_TEST(box.take_record() == (steps{"stop b", "start c", "start a"}));
  box.now_started("a");
  BOOST_TEST((box.state("a") == child_state::running));
}

BOOST_AUTO_TEST_CASE(siblings_wait_with_a_restart_that_fails_while_commands_are_obeyed) {
  for (const auto& rules : {one_for_all, rest_for_one}) {
    auto box = running(rules, "abc");
    box.slow_to_start = {"b"};
    box.fail("b");
    box.take_record();
    const auto stop = box.command(child_command::stop, box.key("c"));
    box.fail("b");
    BOOST_REQUIRE(box.answers.contains(stop));
    const bool all = rules.strategy == sweet::supervision_strategy::one_for_all;
    BOOST_TEST(box.take_record() ==
               (all ? steps{"stop a", "start a", "start b"} : steps{"start b"}));
    box.now_started("b");
    BOOST_TEST(box.record.empty());
    BOOST_TEST((box.state("c") == child_state::stopped));
  }
}

// A tick that finds something under way is made up for once, however many there are.
BOOST_AUTO_TEST_CASE(a_restart_that_is_due_while_a_child_starts_comes_after_it) {
  auto box = running(with_delay(), "ab");
  box.slow_to_start = {"c"};
  box.fail("a");
  const auto start = box.command(child_command::start, box.add({.name = "c"}));
  box.take_record();
  box.wait(100ms);
  box.wait(1s);
  BOOST_TEST(box.record.empty());
  BOOST_TEST(!box.plan.next_tick());
  box.now_started("c");
  BOOST_TEST(!box.answers.at(start));
  BOOST_TEST(box.record == (steps{"start a"}));
}

BOOST_AUTO_TEST_SUITE_END()
