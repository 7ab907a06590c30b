// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/sources/range.hpp>

#include <list>
#include <ranges>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <sweet/actors/emit/sources/iterators.hpp>
#include <sweet/testing/read_all.hpp>

using namespace sweet;
using sweet::testing::read_all;

namespace range_test {
namespace {

using numbers = std::vector<int>;

template <class S>
using value_of = typename S::value_type;

// Counts how often it is copied.
struct counted {
  explicit counted(int& copies) : copies_(&copies) {}
  counted(const counted& other) : copies_(other.copies_) { ++*copies_; }
  counted(counted&&) = default;
  counted& operator=(counted&&) = default;

  int* copies_;
};

} // namespace
} // namespace range_test

BOOST_AUTO_TEST_SUITE(range_test)

BOOST_AUTO_TEST_CASE(containers) {
  BOOST_TEST((read_all(source::range(numbers{1, 2, 3})).values == numbers{1, 2, 3}));
  BOOST_TEST((read_all(source::range(std::list<int>{4, 5})).values == numbers{4, 5}));
  BOOST_TEST((read_all(source::range(numbers{})).values == numbers{}));
  BOOST_TEST((read_all(source::range(std::vector<bool>{true, false})).values ==
              std::vector<bool>{true, false}));
}

BOOST_AUTO_TEST_CASE(lists_of_values) {
  BOOST_TEST((read_all(source::range({1, 2})).values == numbers{1, 2}));
  const auto mixed = source::values(1, 2.5);
  static_assert(std::is_same_v<value_of<decltype(mixed)>, double>);
  BOOST_TEST((read_all(mixed).values == std::vector{1.0, 2.5}));
  BOOST_TEST((read_all(source::values(std::string{"a"}, "b")).values ==
              std::vector<std::string>{"a", "b"}));
}

BOOST_AUTO_TEST_CASE(views) {
  BOOST_TEST((read_all(source::range(std::views::iota(1, 4))).values == numbers{1, 2, 3}));
  // One that keeps what it has found, so that it cannot be const.
  const numbers all{1, 2, 3, 4};
  const auto even =
      source::range(all | std::views::filter([limit = 0](int x) { return x % 2 == limit; }));
  static_assert(event_source<std::remove_const_t<decltype(even)>>);
  BOOST_TEST((read_all(even).values == numbers{2, 4}));
  BOOST_TEST((read_all(even).values == numbers{2, 4}));
}

BOOST_AUTO_TEST_CASE(readers_are_apart_and_outlive_their_source) {
  auto first = source::range(numbers{1, 2}).open();
  const auto source = source::range(numbers{1, 2});
  auto second = source.open();
  auto third = source.open();
  BOOST_TEST(second.next()->value() == 1);
  auto moved = std::move(second);
  BOOST_TEST(moved.next()->value() == 2);
  BOOST_TEST(!moved.next());
  BOOST_TEST(third.next()->value() == 1);
  BOOST_TEST(first.next()->value() == 1);
}

BOOST_AUTO_TEST_CASE(an_element_is_copied_once_for_each_reader) {
  int copies = 0;
  std::vector<counted> elements;
  elements.emplace_back(copies);
  const auto source = source::range(std::move(elements));
  const auto copy = source;
  BOOST_TEST(copies == 0);
  BOOST_TEST(read_all(source).values.size() == 1U);
  BOOST_TEST(copies == 1);
  BOOST_TEST(read_all(copy).values.size() == 1U);
  BOOST_TEST(copies == 2);
}

BOOST_AUTO_TEST_CASE(iterators) {
  const numbers all{1, 2, 3};
  const auto some = source::iterators(all.begin() + 1, all.end());
  BOOST_TEST((read_all(some).values == numbers{2, 3}));
  BOOST_TEST((read_all(some).values == numbers{2, 3}));
  std::istringstream text{"4 5"};
  const auto once =
      source::iterators(std::istream_iterator<int>{text}, std::istream_iterator<int>{});
  BOOST_TEST((read_all(once).values == numbers{4, 5}));
}

BOOST_AUTO_TEST_SUITE_END()
