// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/caf_error.hpp>

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>
#include <utility>

#include <caf/all.hpp>

using namespace sweet;

namespace caf_error_test {
namespace {

constexpr auto our_category = caf::atom("sweet");

task_error rich() {
  return task_error{error_code::recovery_failed, "no \"luck\"\n"}
      .with_task(task_id{~std::uint64_t{0}}, "näme", 3)
      .with_causes({from_caf_error(caf::make_error(caf::sec::cannot_open_file, "x.csv"))
                        .with_task(task_id{2}, "open")
                        .with_cause(task_error{error_code::timeout}),
                    task_error{error_code::io, "second"}, task_error{error_code::failure}});
}

} // namespace
} // namespace caf_error_test

BOOST_AUTO_TEST_SUITE(caf_error_test)

BOOST_AUTO_TEST_CASE(no_error_is_no_error) {
  BOOST_TEST(!to_caf_error({}));
  BOOST_TEST(!to_exit_reason({}));
  BOOST_TEST(!from_caf_error({}));
  BOOST_TEST(!from_caf_error(caf::exit_reason::normal));
}

BOOST_AUTO_TEST_CASE(our_errors_come_back_as_they_were) {
  for (std::size_t i = 0; i < names_of<error_code>().size(); ++i) {
    const task_error error{static_cast<error_code>(i), "m"};
    const auto foreign = to_caf_error(error);
    BOOST_REQUIRE(bool{foreign});
    BOOST_TEST((foreign.category() == our_category));
    BOOST_TEST(foreign.code() == i + 1);
    BOOST_TEST(from_caf_error(foreign) == error);
  }
  BOOST_TEST(from_caf_error(to_caf_error(rich())) == rich());
}

BOOST_AUTO_TEST_CASE(a_chain_may_be_long) {
  task_error error;
  for (int i = 0; i < 10'000; ++i)
    error = task_error{error_code::failure, std::to_string(i)}.with_cause(error);
  BOOST_TEST((from_caf_error(to_caf_error(error)) == error));
}

BOOST_AUTO_TEST_CASE(reasons_of_exit_mean_this) {
  using caf::exit_reason;
  const std::pair<exit_reason, error_code> table[] = {
      {exit_reason::unhandled_exception, error_code::failure},
      {exit_reason::unknown, error_code::unknown},
      {exit_reason::out_of_workers, error_code::resource_limit},
      {exit_reason::user_shutdown, error_code::cancelled},
      {exit_reason::kill, error_code::cancelled},
      {exit_reason::remote_link_unreachable, error_code::unreachable},
      {exit_reason::unreachable, error_code::unreachable},
  };
  for (const auto& [reason, code] : table) {
    const auto error = from_caf_error(reason);
    BOOST_TEST(error.code() == code, to_string(reason));
    BOOST_TEST(error.message() == to_string(reason));
    BOOST_REQUIRE(error.origin() != nullptr);
    BOOST_TEST(error.origin()->category == "exit");
    BOOST_TEST(error.origin()->code == static_cast<std::uint8_t>(reason));
  }
}

BOOST_AUTO_TEST_CASE(system_errors_mean_this) {
  using caf::sec;
  const std::pair<sec, error_code> table[] = {
      {sec::request_timeout, error_code::timeout},
      {sec::connection_timeout, error_code::timeout},
      {sec::runtime_error, error_code::failure},
      {sec::request_receiver_down, error_code::unreachable},
      {sec::no_route_to_receiving_node, error_code::unreachable},
      {sec::cannot_connect_to_node, error_code::unreachable},
      {sec::unexpected_message, error_code::rejected},
      {sec::unexpected_response, error_code::invalid_data},
      {sec::invalid_argument, error_code::invalid_data},
      {sec::end_of_stream, error_code::invalid_data},
      {sec::cannot_open_file, error_code::io},
      {sec::network_syscall_failed, error_code::io},
      {sec::unavailable_or_would_block, error_code::resource_limit},
      {sec::feature_disabled, error_code::invalid_state},
  };
  for (const auto& [reason, code] : table) {
    const auto error = from_caf_error(reason);
    BOOST_TEST(error.code() == code, to_string(reason));
    BOOST_TEST(error.message() == to_string(reason));
  }
  BOOST_TEST(from_caf_error(caf::pec::unexpected_eof).code() == error_code::invalid_data);
}

BOOST_AUTO_TEST_CASE(every_error_of_caf_has_a_meaning) {
  for (std::uint8_t code = 1; code <= static_cast<std::uint8_t>(caf::sec::connection_timeout);
       ++code)
    BOOST_TEST(from_caf_error(caf::error{code, caf::atom("system")}).code() != error_code::unknown,
               code);
  BOOST_TEST(from_caf_error(caf::error{200, caf::atom("system")}).code() == error_code::unknown);
  BOOST_TEST(from_caf_error(caf::error{200, caf::atom("exit")}).code() == error_code::unknown);
}

BOOST_AUTO_TEST_CASE(the_context_becomes_the_message) {
  const auto one = from_caf_error(caf::make_error(caf::sec::runtime_error, "bad luck"));
  BOOST_TEST(one.message() == "bad luck");
  BOOST_TEST(to_string(one) == "failure: bad luck [caf system 28]");
  const auto more = from_caf_error(caf::make_error(caf::sec::runtime_error, "bad", 7));
  BOOST_TEST(more.message() == "(\"bad\", 7)");
}

BOOST_AUTO_TEST_CASE(a_users_own_category_is_a_failure) {
  const caf::error foreign{3, caf::atom("bank"), caf::make_message("overdrawn")};
  const auto error = from_caf_error(foreign);
  BOOST_TEST(error.code() == error_code::failure);
  BOOST_TEST(error.message() == "overdrawn");
  BOOST_REQUIRE(error.origin() != nullptr);
  BOOST_TEST(error.origin()->category == "bank");
  BOOST_TEST(to_string(error) == "failure: overdrawn [caf bank 3]");
  const auto back = to_caf_error(error);
  BOOST_TEST((back == foreign));
  BOOST_TEST(back.context().get_as<std::string>(0) == "overdrawn");
}

BOOST_AUTO_TEST_CASE(what_merely_wraps_a_caf_error_becomes_it_again) {
  BOOST_TEST((to_caf_error(from_caf_error(caf::exit_reason::kill)) == caf::exit_reason::kill));
  BOOST_TEST(
      (to_caf_error(from_caf_error(caf::sec::request_timeout)) == caf::sec::request_timeout));
  // With anything added, it is an error of ours.
  const auto named = from_caf_error(caf::sec::request_timeout).with_task(task_id{1}, "ask");
  const auto foreign = to_caf_error(named);
  BOOST_TEST((foreign.category() == our_category));
  BOOST_TEST(from_caf_error(foreign) == named);
  // So it is if CAF can have no category of that name.
  const auto strange = task_error{error_code::io, "m"}.with_origin({1, "longer than an atom", "m"});
  BOOST_TEST((to_caf_error(strange).category() == our_category));
  BOOST_TEST(from_caf_error(to_caf_error(strange)) == strange);
}

BOOST_AUTO_TEST_CASE(actors_see_a_cancelled_task_shut_down) {
  BOOST_TEST((to_exit_reason(task_error{error_code::cancelled, "enough"}) ==
              caf::exit_reason::user_shutdown));
  BOOST_TEST(from_caf_error(to_exit_reason(rich())) == rich());
}

BOOST_AUTO_TEST_CASE(malformed_errors_of_ours_are_read_as_far_as_possible) {
  const auto bare = from_caf_error(caf::error{1, our_category});
  BOOST_TEST(bare.code() == error_code::unknown);
  const auto text = from_caf_error(caf::error{1, our_category, caf::make_message("only text")});
  BOOST_TEST(text.code() == error_code::unknown);
  BOOST_TEST(text.message() == "only text");

  auto foreign = to_caf_error(rich());
  const auto whole = foreign.context();
  BOOST_REQUIRE(whole.size() == 50u);
  foreign.context() = whole.take(20);
  BOOST_TEST(from_caf_error(foreign).message() == rich().message());
  BOOST_TEST(!from_caf_error(foreign).cause().cause());
  foreign.context() = caf::make_message(std::uint8_t{77}) + whole.drop(1);
  BOOST_TEST(from_caf_error(foreign).code() == error_code::unknown);
  BOOST_TEST(from_caf_error(foreign).message() == rich().message());
}

BOOST_AUTO_TEST_CASE(results_become_expected_values_and_back) {
  const task_result<int> five = 5;
  BOOST_TEST(*to_expected(five) == 5);
  BOOST_TEST((from_expected(to_expected(five)) == five));
  const task_result<int> none = rich();
  BOOST_TEST((from_expected(to_expected(none)) == none));
  const caf::expected<std::string> text{std::string{"a"}};
  BOOST_TEST(from_expected(text).value() == "a");
  BOOST_TEST(*text == "a");
  BOOST_TEST(from_expected(caf::expected<int>{caf::sec::request_timeout}).error().code() ==
             error_code::timeout);

  BOOST_TEST(bool{to_expected(task_result<void>{})});
  BOOST_TEST(from_expected(caf::expected<void>{}).is_ok());
  BOOST_TEST(from_expected(to_expected(task_result<void>{rich()})).error() == rich());
}

BOOST_AUTO_TEST_CASE(results_that_can_only_be_moved_are_moved) {
  auto moved = to_expected(task_result<std::unique_ptr<int>>{std::make_unique<int>(3)});
  BOOST_TEST(**moved == 3);
  const auto back = from_expected(std::move(moved));
  BOOST_TEST(*back.value() == 3);
}

BOOST_AUTO_TEST_SUITE_END()
