#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/runtime.hpp>
#include <sweet/testing/virtual_clock.hpp>
#include <sweet/testing/wait_until_idle.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstddef>

namespace sweet::inline v0_5::testing {

/// A runtime of two workers whose time the test moves, and which must be empty in the end.
struct runtime_fixture {
  explicit runtime_fixture(std::size_t workers = 2)
      : time([this] { wait_until_idle(rt); }),
        rt(runtime_options{.workers = workers, .time = &time}) {}

  ~runtime_fixture() {
    rt.cancel();
    rt.join();
    wait_until_idle(rt);
    BOOST_TEST(rt.live_tasks() == 0u);
  }

  void advance(std::chrono::nanoseconds d) {
    wait_until_idle(rt);
    time.advance(d);
    wait_until_idle(rt);
  }

  virtual_clock time;
  runtime rt;
};

/// The same for tests that keep workers busy: nobody waits for them to be idle when time moves.
struct busy_runtime_fixture {
  ~busy_runtime_fixture() {
    rt.cancel();
    rt.join();
    wait_until_idle(rt);
    BOOST_TEST(rt.live_tasks() == 0u);
  }

  virtual_clock time;
  runtime rt{runtime_options{.workers = 2, .time = &time}};
};

struct single_worker_fixture : runtime_fixture {
  single_worker_fixture() : runtime_fixture(1) {}
};

} // namespace sweet::inline v0_5::testing
