// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/handled_exception.hpp>

#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <string>
#include <system_error>

namespace handled_exception_test {
namespace {

using sweet::detail::handled_exception;

struct tag {
  int number = 7;
  virtual ~tag() = default;
};
struct second_base : tag, std::runtime_error {
  second_base() : std::runtime_error{"second"} {}
};
struct left : virtual std::exception {};
struct right : virtual std::exception {};
struct shared_base : left, right {
  const char* what() const noexcept override { return "shared"; }
};
struct one : std::exception {};
struct other : std::exception {};
struct ambiguous_base : one, other {};
struct hidden_base : private std::exception {};

/// Throws `x`, and compares what as() says with what a catch clause does: the same object, or none.
template <class T, class X>
bool agrees(const X& x) {
  try {
    throw x;
  } catch (...) {
    const handled_exception thrown;
    const T* found = thrown.as<T>();
    try {
      throw;
    } catch (const T& e) {
      return found == &e;
    } catch (...) {
      return found == nullptr;
    }
  }
}

} // namespace
} // namespace handled_exception_test

BOOST_AUTO_TEST_SUITE(handled_exception_test)

BOOST_AUTO_TEST_CASE(is_what_a_catch_clause_would_take) {
  BOOST_TEST(agrees<std::runtime_error>(std::runtime_error{"x"}));
  BOOST_TEST(agrees<std::exception>(std::runtime_error{"x"}));
  BOOST_TEST(agrees<std::runtime_error>(std::logic_error{"x"}));
  BOOST_TEST(agrees<std::runtime_error>(std::system_error{}));
  BOOST_TEST(agrees<std::exception>(second_base{}));
  BOOST_TEST(agrees<tag>(second_base{}));
  BOOST_TEST(agrees<std::exception>(shared_base{}));
  BOOST_TEST(agrees<std::exception>(ambiguous_base{}));
  BOOST_TEST(agrees<std::exception>(hidden_base{}));
  BOOST_TEST(agrees<std::exception>(1));
  BOOST_TEST(agrees<std::exception>("text"));
  BOOST_TEST(agrees<tag>(tag{}));
}

BOOST_AUTO_TEST_CASE(finds_a_base_that_lies_behind_another_one) {
  try {
    throw second_base{};
  } catch (...) {
    const handled_exception thrown;
    BOOST_TEST_REQUIRE((thrown.as<std::exception>() != nullptr));
    BOOST_TEST(thrown.as<std::exception>()->what() == std::string{"second"});
    BOOST_TEST(thrown.as<tag>()->number == 7);
  }
}

BOOST_AUTO_TEST_CASE(is_the_innermost_that_is_being_handled) {
  try {
    throw std::runtime_error{"outer"};
  } catch (...) {
    try {
      throw std::logic_error{"inner"};
    } catch (...) {
      BOOST_TEST((handled_exception{}.as<std::logic_error>() != nullptr));
    }
    BOOST_TEST((handled_exception{}.as<std::logic_error>() == nullptr));
    BOOST_TEST((handled_exception{}.as<std::runtime_error>() != nullptr));
  }
}

BOOST_AUTO_TEST_CASE(sees_one_that_another_thread_has_kept) {
  const auto kept = std::make_exception_ptr(std::runtime_error{"kept"});
  try {
    std::rethrow_exception(kept);
  } catch (...) {
    const handled_exception thrown;
    BOOST_TEST_REQUIRE((thrown.as<std::exception>() != nullptr));
    BOOST_TEST(thrown.as<std::exception>()->what() == std::string{"kept"});
  }
}

BOOST_AUTO_TEST_CASE(tells_a_class_from_those_derived_from_it) {
  try {
    throw std::runtime_error{"x"};
  } catch (...) {
    BOOST_TEST(handled_exception{}.is<std::runtime_error>());
    BOOST_TEST(!handled_exception{}.is<std::exception>());
  }
}

BOOST_AUTO_TEST_SUITE_END()
