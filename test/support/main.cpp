// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <boost/test/unit_test.hpp>

// The main function is the one in Boost's static library; BOOST_TEST_MODULE cannot be used with a
// precompiled header.
boost::unit_test::test_suite* init_unit_test_suite(int, char*[]) {
  boost::unit_test::framework::master_test_suite().p_name.value = "sweet";
  return nullptr;
}
