// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/home/service_set.hpp>

#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <thread>
#include <vector>

namespace service_set_test {
namespace {

template <int>
struct counted {
  counted() {
    if (fails)
      throw std::runtime_error{"no"};
    ++made;
  }
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;
  ~counted() { ++gone; }

  static inline bool fails = false;
  static inline int made = 0;
  static inline int gone = 0;
};

} // namespace
} // namespace service_set_test

BOOST_AUTO_TEST_SUITE(service_set_test)

BOOST_AUTO_TEST_CASE(makes_one_of_each_type_on_first_use) {
  sweet::detail::service_set services;
  BOOST_TEST(counted<0>::made == 0);
  auto& first = services.get<counted<0>>();
  BOOST_TEST(&services.get<counted<0>>() == &first);
  BOOST_TEST(counted<0>::made == 1);
  services.get<counted<1>>();
  BOOST_TEST(counted<1>::made == 1);
  services.clear();
  BOOST_TEST(counted<0>::gone == 1);
  BOOST_TEST(counted<1>::gone == 1);
}

BOOST_AUTO_TEST_CASE(tries_again_after_a_failure) {
  sweet::detail::service_set services;
  counted<2>::fails = true;
  BOOST_CHECK_THROW(services.get<counted<2>>(), std::runtime_error);
  counted<2>::fails = false;
  services.get<counted<2>>();
  BOOST_TEST(counted<2>::made == 1);
}

BOOST_AUTO_TEST_CASE(many_threads_get_the_same) {
  sweet::detail::service_set services;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] { services.get<counted<3>>(); });
  for (auto& thread : threads)
    thread.join();
  BOOST_TEST(counted<3>::made == 1);
}

BOOST_AUTO_TEST_SUITE_END()
