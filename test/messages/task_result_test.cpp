// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_result.hpp>

#include <boost/test/unit_test.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

using namespace sweet;

namespace task_result_test {
namespace {

using text = std::string;

const task_error broken{error_code::failure, "broken"};

/// Counts its objects, and throws when told to.
struct tracked {
  explicit tracked(int x) : value(x) { ++alive; }

  tracked(const tracked& other) : value(other.value) {
    if (throw_on_copy)
      throw std::runtime_error{"copy"};
    ++alive;
  }

  tracked& operator=(const tracked& other) {
    if (throw_on_copy)
      throw std::runtime_error{"copy"};
    value = other.value;
    return *this;
  }

  ~tracked() { --alive; }

  friend bool operator==(const tracked& a, const tracked& b) { return a.value == b.value; }

  int value;
  static inline int alive = 0;
  static inline bool throw_on_copy = false;
};

} // namespace
} // namespace task_result_test

BOOST_AUTO_TEST_SUITE(task_result_test)

// What is promised at compile time.
static_assert(sizeof(task_result<void>) == sizeof(void*));
static_assert(sizeof(task_result<int>) == 2 * sizeof(void*));
static_assert(std::is_convertible_v<int, task_result<int>>);
static_assert(std::is_convertible_v<const char*, task_result<text>>);
static_assert(std::is_convertible_v<task_error, task_result<int>>);
static_assert(std::is_convertible_v<task_error, task_result<void>>);
static_assert(!std::is_convertible_v<int, task_result<std::vector<int>>>);
static_assert(std::is_constructible_v<task_result<std::vector<int>>, int>);
static_assert(!std::is_constructible_v<task_result<bool>, task_result<int>>);
static_assert(!std::is_convertible_v<task_result<int>, bool>);
static_assert(std::is_copy_constructible_v<task_result<int>>);
static_assert(!std::is_copy_constructible_v<task_result<std::unique_ptr<int>>>);
static_assert(std::is_nothrow_move_constructible_v<task_result<std::unique_ptr<int>>>);
static_assert(std::is_nothrow_move_assignable_v<task_result<std::unique_ptr<int>>>);
static_assert(std::is_nothrow_move_constructible_v<task_result<void>>);
static_assert(!std::is_nothrow_move_constructible_v<task_result<tracked>>);

BOOST_AUTO_TEST_CASE(holds_a_value) {
  const task_result<int> x = 5;
  BOOST_TEST(x.is_ok());
  BOOST_TEST(!x.is_err());
  BOOST_TEST(bool{x});
  BOOST_TEST(x.value() == 5);
  BOOST_TEST(x.unwrap() == 5);
  BOOST_TEST(x.unwrap_or(7) == 5);
  BOOST_TEST(!x.error());
}

BOOST_AUTO_TEST_CASE(holds_an_error) {
  const task_result<int> x = broken;
  BOOST_TEST(!x.is_ok());
  BOOST_TEST(x.is_err());
  BOOST_TEST(!bool{x});
  BOOST_TEST(x.error() == broken);
  BOOST_TEST(x.unwrap_or(7) == 7);
  const auto is_broken = [](const task_failure& e) { return e.error() == broken; };
  BOOST_CHECK_EXCEPTION((void)x.value(), task_failure, is_broken);
  BOOST_CHECK_EXCEPTION((void)x.unwrap(), task_failure, is_broken);
  auto y = x;
  BOOST_CHECK_EXCEPTION((void)y.value(), task_failure, is_broken);
  BOOST_CHECK_EXCEPTION((void)y.unwrap(), task_failure, is_broken);
  BOOST_CHECK_EXCEPTION((void)std::move(y).value(), task_failure, is_broken);
  BOOST_CHECK_EXCEPTION((void)std::move(y).unwrap(), task_failure, is_broken);
}

BOOST_AUTO_TEST_CASE(nothing_is_no_reason_to_succeed) {
  BOOST_TEST(task_result<int>{task_error{}}.is_err());
  BOOST_TEST(task_result<void>{task_error{}}.is_err());
  BOOST_TEST(task_result<int>{task_error{}}.error().code() == error_code::unknown);
  BOOST_TEST(!task_result<void>{task_error{}}.error().message().empty());
}

BOOST_AUTO_TEST_CASE(makes_its_value_in_place) {
  const task_result<text> x{std::in_place, 3u, 'a'};
  BOOST_TEST(x.value() == "aaa");
  const task_result<std::vector<int>> y{3};
  BOOST_TEST(y.value().size() == 3u);
  const task_result<bool> yes{true};
  BOOST_TEST(yes.value());
  // A result as the value is possible, if of little use.
  const task_result<task_result<int>> nested{task_result<int>{broken}};
  BOOST_TEST(nested.is_ok());
  BOOST_TEST(nested.value().is_err());
}

BOOST_AUTO_TEST_CASE(value_can_be_changed_and_taken) {
  task_result<text> x{"a"};
  x.value() += 'b';
  x.unwrap() += 'c';
  BOOST_TEST(x.value() == "abc");
  const text taken = std::move(x).unwrap();
  BOOST_TEST(taken == "abc");
  BOOST_TEST(x.is_ok()); // NOLINT: what is left behind is specified
}

BOOST_AUTO_TEST_CASE(holds_what_can_only_be_moved) {
  task_result<std::unique_ptr<int>> x{std::make_unique<int>(4)};
  auto y = std::move(x);
  BOOST_TEST(x.is_ok());            // NOLINT
  BOOST_TEST(x.value() == nullptr); // NOLINT
  BOOST_TEST(*y.value() == 4);
  const auto z = std::move(y).map([](std::unique_ptr<int> p) { return *p + 1; });
  BOOST_TEST(z.value() == 5);
  const auto pointer =
      task_result<std::unique_ptr<int>>{broken}.unwrap_or(std::make_unique<int>(6));
  BOOST_TEST(*pointer == 6);
  const auto kept = task_result<std::unique_ptr<int>>{std::make_unique<int>(8)}.or_else(
      [](const task_error&) -> task_result<std::unique_ptr<int>> { return broken; });
  BOOST_TEST(*kept.value() == 8);
}

BOOST_AUTO_TEST_CASE(a_moved_from_error_stays_an_error) {
  task_result<int> x{broken};
  const auto y = std::move(x);
  BOOST_TEST(y.is_err());
  BOOST_TEST(x.is_err()); // NOLINT
  BOOST_TEST((x == y));   // NOLINT
  task_result<void> v{broken};
  const auto w = std::move(v);
  BOOST_TEST(w.is_err());
  BOOST_TEST(v.is_err()); // NOLINT
  task_result<void> u;
  u = std::move(v);
  BOOST_TEST(u.is_err());
  BOOST_TEST(v.is_err()); // NOLINT
}

BOOST_AUTO_TEST_CASE(assigns_from_any_state_to_any_state) {
  for (const bool from_value : {true, false}) {
    for (const bool to_value : {true, false}) {
      BOOST_TEST_CONTEXT("from value " << from_value << " to value " << to_value) {
        const task_result<text> source =
            from_value ? task_result<text>{"new"} : task_result<text>{broken};
        task_result<text> target =
            to_value ? task_result<text>{"old"} : task_result<text>{task_error{error_code::io}};
        target = source;
        BOOST_TEST((target == source));
        task_result<text> other =
            to_value ? task_result<text>{"old"} : task_result<text>{task_error{error_code::io}};
        auto expendable = source;
        other = std::move(expendable);
        BOOST_TEST((other == source));
        auto& alias = other;
        other = alias;
        BOOST_TEST((other == source));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(destroys_what_it_made) {
  BOOST_REQUIRE(tracked::alive == 0);
  {
    task_result<tracked> x{std::in_place, 1};
    auto y = x;
    BOOST_TEST(tracked::alive == 2);
    y = task_result<tracked>{broken};
    BOOST_TEST(tracked::alive == 1);
    y = x;
    BOOST_TEST(tracked::alive == 2);
    x = y;
    BOOST_TEST(tracked::alive == 2);
    const auto z = std::move(x);
    BOOST_TEST(tracked::alive == 3);
  }
  BOOST_TEST(tracked::alive == 0);
}

BOOST_AUTO_TEST_CASE(a_throwing_copy_leaves_the_target_as_it_was) {
  {
    const task_result<tracked> value{std::in_place, 1};
    task_result<tracked> error{broken};
    task_result<tracked> other_value{std::in_place, 2};
    tracked::throw_on_copy = true;
    BOOST_CHECK_THROW(error = value, std::runtime_error);
    BOOST_CHECK_THROW(other_value = value, std::runtime_error);
    BOOST_CHECK_THROW(auto copy = value, std::runtime_error);
    tracked::throw_on_copy = false;
    BOOST_TEST(error.error() == broken);
    BOOST_TEST(other_value.value().value == 2);
    BOOST_TEST(tracked::alive == 2);
  }
  BOOST_TEST(tracked::alive == 0);
}

BOOST_AUTO_TEST_CASE(map_changes_the_value_only) {
  const task_result<int> five = 5;
  const task_result<int> none = broken;
  BOOST_TEST(five.map([](int x) { return std::to_string(x); }).value() == "5");
  BOOST_TEST(none.map([](int x) { return std::to_string(x); }).error() == broken);
  int seen = 0;
  const task_result<void> done = five.map([&](int x) { seen = x; });
  BOOST_TEST(done.is_ok());
  BOOST_TEST(seen == 5);
  BOOST_TEST(none.map([&](int x) { seen = x + 1; }).is_err());
  BOOST_TEST(seen == 5);
  BOOST_CHECK_THROW(five.map([](int) -> int { throw std::runtime_error{"f"}; }),
                    std::runtime_error);
}

BOOST_AUTO_TEST_CASE(map_err_changes_the_error_only) {
  const auto wrap = [](const task_error& e) { return task_error{error_code::io}.with_cause(e); };
  const task_result<int> none = broken;
  BOOST_TEST(none.map_err(wrap).error().cause() == broken);
  BOOST_TEST(task_result<int>{5}.map_err(wrap).value() == 5);
  BOOST_TEST(none.map_err([](const task_error&) { return task_error{}; }).is_err());
  const task_result<void> nothing = broken;
  BOOST_TEST(nothing.map_err(wrap).error().cause() == broken);
  BOOST_TEST(task_result<void>{}.map_err(wrap).is_ok());
}

BOOST_AUTO_TEST_CASE(and_then_goes_on_with_the_value) {
  const auto half = [](int x) -> task_result<int> {
    if (x % 2 != 0)
      return task_error{error_code::invalid_data, "odd"};
    return x / 2;
  };
  const task_result<int> eight = 8;
  BOOST_TEST(eight.and_then(half).and_then(half).value() == 2);
  BOOST_TEST(task_result<int>{3}.and_then(half).error().message() == "odd");
  BOOST_TEST(task_result<int>{broken}.and_then(half).error() == broken);
  BOOST_TEST(eight.and_then([](int) { return task_result<void>{}; }).is_ok());
}

BOOST_AUTO_TEST_CASE(or_else_goes_on_with_the_error) {
  const auto code = [](const task_error& e) {
    return task_result<int>{static_cast<int>(e.code())};
  };
  const task_result<int> five = 5;
  BOOST_TEST(five.or_else(code).value() == 5);
  const task_result<int> none = broken;
  BOOST_TEST(none.or_else(code).value() == static_cast<int>(error_code::failure));
  BOOST_TEST(none.or_else([](const task_error& e) -> task_result<int> { return e; }).error() ==
             broken);
}

BOOST_AUTO_TEST_CASE(void_has_the_same_verbs) {
  const task_result<void> done;
  const task_result<void> failed = broken;
  BOOST_TEST(done.is_ok());
  BOOST_TEST(bool{done});
  BOOST_TEST(task_result<void>{std::in_place}.is_ok());
  BOOST_CHECK_NO_THROW(done.value());
  BOOST_CHECK_NO_THROW(done.unwrap());
  BOOST_TEST(!done.error());
  BOOST_TEST(failed.is_err());
  BOOST_CHECK_THROW(failed.value(), task_failure);
  BOOST_CHECK_THROW(failed.unwrap(), task_failure);
  BOOST_TEST(failed.error() == broken);
  BOOST_TEST(done.map([] { return 3; }).value() == 3);
  BOOST_TEST(failed.map([] { return 3; }).error() == broken);
  BOOST_TEST(done.and_then([] { return task_result<int>{4}; }).value() == 4);
  BOOST_TEST(failed.and_then([] { return task_result<int>{4}; }).error() == broken);
  BOOST_TEST(failed.or_else([](const task_error&) { return task_result<void>{}; }).is_ok());
  BOOST_TEST(done.or_else([](const task_error& e) { return task_result<void>{e}; }).is_ok());
}

BOOST_AUTO_TEST_CASE(compares_values_and_errors) {
  const task_result<int> five = 5;
  const task_result<int> none = broken;
  BOOST_TEST((five == task_result<int>{5}));
  BOOST_TEST((five != task_result<int>{6}));
  BOOST_TEST((five != none));
  BOOST_TEST((none != five));
  BOOST_TEST((none == task_result<int>{task_error{error_code::failure, "broken"}}));
  BOOST_TEST((none != task_result<int>{task_error{error_code::failure, "else"}}));
  BOOST_TEST((five == 5));
  BOOST_TEST((none == broken));
  BOOST_TEST((task_result<void>{} == task_result<void>{}));
  BOOST_TEST((task_result<void>{} != broken));
}

BOOST_AUTO_TEST_SUITE_END()
