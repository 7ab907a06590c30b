// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/version.hpp>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(version_test)

BOOST_AUTO_TEST_CASE(is_the_projects_version) {
  BOOST_TEST(sweet::version() == SWEET_TEST_VERSION);
}

BOOST_AUTO_TEST_SUITE_END()
