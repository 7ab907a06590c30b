// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/sources/generate.hpp>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <sweet/actors/emit/sources/generator.hpp>
#include <sweet/testing/read_all.hpp>

using namespace sweet;
using sweet::testing::read_all;

namespace generate_test {
namespace {

using numbers = std::vector<int>;

generator<int> up_to(int last) {
  for (int i = 1; i <= last; ++i)
    co_yield i;
}

// Tells when a coroutine's frame is gone.
struct noted {
  explicit noted(int& ended) : ended_(&ended) {}
  noted(noted&& other) noexcept : ended_(std::exchange(other.ended_, nullptr)) {}
  ~noted() {
    if (ended_ != nullptr)
      ++*ended_;
  }

  int* ended_;
};

generator<std::string> ends(noted) {
  co_yield "first";
  std::string second = "second";
  co_yield second;
  co_yield second + "!";
}

} // namespace
} // namespace generate_test

BOOST_AUTO_TEST_SUITE(generate_test)

BOOST_AUTO_TEST_CASE(a_function_is_called_until_it_gives_nothing) {
  const auto source =
      source::generate([n = 0]() mutable { return n < 3 ? std::optional{++n} : std::nullopt; });
  BOOST_TEST((read_all(source).values == numbers{1, 2, 3}));
  // Each reader starts with the function as it was.
  BOOST_TEST((read_all(source).values == numbers{1, 2, 3}));
}

BOOST_AUTO_TEST_CASE(a_function_may_give_errors_in_place_of_values) {
  const auto source = source::generate([n = 0]() mutable -> std::optional<task_result<int>> {
    if (++n == 2)
      return task_error{error_code::invalid_data, "not two"};
    return n < 4 ? std::optional<task_result<int>>{n} : std::nullopt;
  });
  static_assert(std::is_same_v<decltype(source)::value_type, int>);
  const auto all = read_all(source);
  BOOST_TEST((all.values == numbers{1, 3}));
  BOOST_TEST((all.errors == std::vector<std::string>{"invalid_data: not two"}));
}

BOOST_AUTO_TEST_CASE(what_a_function_throws_passes_through) {
  auto reader =
      source::generate([]() -> std::optional<int> { throw std::runtime_error{"no"}; }).open();
  BOOST_CHECK_THROW(reader.next(), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(values_that_move_only) {
  auto reader = source::generate([] { return std::optional{std::make_unique<int>(7)}; }).open();
  BOOST_TEST(*std::move(*reader.next()).value() == 7);
}

BOOST_AUTO_TEST_CASE(a_generator_runs_when_it_is_asked) {
  int ended = 0;
  {
    auto values = ends(noted{ended});
    BOOST_TEST(values.next().value() == "first");
    BOOST_TEST(values.next().value() == "second");
    auto moved = std::move(values);
    BOOST_TEST(moved.next().value() == "second!");
    BOOST_TEST(!moved.next());
    BOOST_TEST(!moved.next());
    BOOST_TEST(ended == 0);
  }
  BOOST_TEST(ended == 1);
  // Not begun, and left in the middle.
  static_cast<void>(ends(noted{ended}));
  BOOST_TEST(ended == 2);
  {
    auto values = ends(noted{ended});
    BOOST_TEST(values.next().value() == "first");
    values = ends(noted{ended});
    BOOST_TEST(ended == 3);
  }
  BOOST_TEST(ended == 4);
}

BOOST_AUTO_TEST_CASE(what_leaves_a_generator_is_thrown_once) {
  auto values = []() -> generator<int> {
    co_yield 1;
    throw std::runtime_error{"no"};
  }();
  BOOST_TEST(values.next().value() == 1);
  BOOST_CHECK_THROW(values.next(), std::runtime_error);
  BOOST_TEST(!values.next());
}

BOOST_AUTO_TEST_CASE(a_generator_as_a_source) {
  const auto source = source::generator([] { return up_to(3); });
  BOOST_TEST((read_all(source).values == numbers{1, 2, 3}));
  BOOST_TEST((read_all(source).values == numbers{1, 2, 3}));
  BOOST_TEST((read_all(source::generator([] { return up_to(0); })).values == numbers{}));
}

BOOST_AUTO_TEST_CASE(a_generator_that_is_a_lambda_with_captures) {
  auto reader = [] {
    return source::generator([text = std::string(100, 'x')]() -> generator<char> {
             for (const char c : text)
               co_yield c;
           })
        .open();
  }();
  BOOST_TEST(reader.next()->value() == 'x');
  auto moved = std::move(reader);
  int count = 1;
  while (moved.next())
    ++count;
  BOOST_TEST(count == 100);
}

BOOST_AUTO_TEST_CASE(a_generator_may_give_errors_in_place_of_values) {
  const auto all = read_all(source::generator([]() -> generator<task_result<int>> {
    co_yield 1;
    co_yield task_error{error_code::invalid_data, "not two"};
    co_yield 3;
  }));
  BOOST_TEST((all.values == numbers{1, 3}));
  BOOST_TEST((all.errors == std::vector<std::string>{"invalid_data: not two"}));
}

BOOST_AUTO_TEST_SUITE_END()
