// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/error_code.hpp>
#include <sweet/messages/task_priority.hpp>
#include <sweet/messages/task_status.hpp>

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>

#include <set>
#include <sstream>

using namespace sweet;

namespace enum_text_test {
namespace {

using all_enums = boost::mpl::list<task_status, task_priority, cancellation_level, error_code>;

template <class Enum>
constexpr Enum first_unknown = static_cast<Enum>(names_of<Enum>().size());

} // namespace
} // namespace enum_text_test

BOOST_AUTO_TEST_SUITE(enum_text_test)

BOOST_AUTO_TEST_CASE_TEMPLATE(every_name_leads_back_to_its_value, Enum, all_enums) {
  std::set<std::string> seen;
  for (std::size_t i = 0; i < names_of<Enum>().size(); ++i) {
    const auto x = static_cast<Enum>(i);
    BOOST_TEST_CONTEXT("value " << i) {
      BOOST_TEST(is_known(x));
      BOOST_TEST(!name_of(x).empty());
      BOOST_TEST(to_string(x) == name_of(x));
      BOOST_TEST(from_string<Enum>(to_string(x)).value() == x);
      BOOST_TEST(seen.insert(to_string(x)).second);
      std::ostringstream out;
      out << x;
      BOOST_TEST(out.str() == to_string(x));
    }
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(other_names_and_values_are_refused, Enum, all_enums) {
  for (const auto* text : {"", "Running", "running ", " none", "invalid", "0"})
    BOOST_TEST(!from_string<Enum>(text).has_value());
  BOOST_TEST(!is_known(first_unknown<Enum>));
  BOOST_TEST(!is_known(static_cast<Enum>(255)));
  BOOST_TEST(to_string(first_unknown<Enum>) == "invalid");
  BOOST_TEST(to_string(static_cast<Enum>(255)) == "invalid");
}

// The numbers travel and are documented, the names are printed and parsed: neither may drift.
BOOST_AUTO_TEST_CASE(numbers_and_names_are_fixed) {
  BOOST_TEST(names_of<task_status>().size() == 6u);
  BOOST_TEST(to_string(task_status::pending) == "pending");
  BOOST_TEST(to_string(task_status::running) == "running");
  BOOST_TEST(to_string(task_status::completed) == "completed");
  BOOST_TEST(to_string(task_status::failed) == "failed");
  BOOST_TEST(to_string(task_status::pending_cancellation) == "pending_cancellation");
  BOOST_TEST(to_string(task_status::cancelled) == "cancelled");
  BOOST_TEST(static_cast<int>(task_status::cancelled) == 5);

  BOOST_TEST(names_of<task_priority>().size() == 5u);
  BOOST_TEST(to_string(task_priority::critical) == "critical");
  BOOST_TEST(to_string(task_priority::high) == "high");
  BOOST_TEST(to_string(task_priority::normal) == "normal");
  BOOST_TEST(to_string(task_priority::low) == "low");
  BOOST_TEST(to_string(task_priority::background) == "background");
  BOOST_TEST(static_cast<int>(task_priority::background) == 4);

  BOOST_TEST(names_of<cancellation_level>().size() == 4u);
  BOOST_TEST(to_string(cancellation_level::none) == "none");
  BOOST_TEST(to_string(cancellation_level::graceful) == "graceful");
  BOOST_TEST(to_string(cancellation_level::kill) == "kill");
  BOOST_TEST(to_string(cancellation_level::kill_hard) == "kill_hard");
  BOOST_TEST((cancellation_level::graceful < cancellation_level::kill));

  BOOST_TEST(names_of<error_code>().size() == 12u);
  BOOST_TEST(to_string(error_code::timeout) == "timeout");
  BOOST_TEST(to_string(error_code::cancelled) == "cancelled");
  BOOST_TEST(to_string(error_code::failure) == "failure");
  BOOST_TEST(to_string(error_code::panic) == "panic");
  BOOST_TEST(to_string(error_code::rejected) == "rejected");
  BOOST_TEST(to_string(error_code::resource_limit) == "resource_limit");
  BOOST_TEST(to_string(error_code::invalid_state) == "invalid_state");
  BOOST_TEST(to_string(error_code::invalid_data) == "invalid_data");
  BOOST_TEST(to_string(error_code::recovery_failed) == "recovery_failed");
  BOOST_TEST(to_string(error_code::io) == "io");
  BOOST_TEST(to_string(error_code::unreachable) == "unreachable");
  BOOST_TEST(to_string(error_code::unknown) == "unknown");
}

// Names are there at compile time.
static_assert(name_of(task_status::running) == "running");
static_assert(from_string<task_priority>("low") == task_priority::low);
static_assert(!from_string<task_priority>("lowest"));

BOOST_AUTO_TEST_SUITE_END()
