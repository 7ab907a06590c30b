// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// The system refuses any one of the threads of a runtime.

#include <sweet/sweet.hpp>
#include <sweet/testing/refuse_thread.hpp>

#include <boost/test/unit_test.hpp>

#include <string>
#include <system_error>

using namespace sweet;

BOOST_AUTO_TEST_SUITE(refused_threads_test)

BOOST_AUTO_TEST_CASE(a_runtime_that_lacks_a_thread_is_refused_with_a_sentence) {
  int n = 0;
  for (bool any = true; any;) {
    ++n;
    BOOST_TEST_INFO_SCOPE("thread " << n);
    std::string why;
    sweet::testing::refuse_thread(n);
    try {
      const runtime rt{runtime_options{.workers = 2}};
    } catch (const std::system_error& e) {
      why = e.what();
    }
    any = sweet::testing::stop_refusing_threads();
    BOOST_TEST(why == (any ? "the threads of a sweet::runtime of 2 workers cannot be started: "
                             "Resource temporarily unavailable"
                           : ""));
  }
  // Two workers, timers, and those of CAF's own.
  BOOST_TEST(n > 4);
  runtime rt{runtime_options{.workers = 2}};
  BOOST_TEST(rt.spawn([] { return 42; }).await().value() == 42);
}

BOOST_AUTO_TEST_SUITE_END()
