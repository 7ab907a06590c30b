#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/node_builder.hpp>
#include <sweet/sweet.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <initializer_list>
#include <string>
#include <thread>
#include <vector>

/// Nodes of one cluster in one process, which are quick to notice what happens.
struct cluster {
  ~cluster() {
    rt.cancel();
    rt.join();
  }

  /// A node that is the first of the cluster.
  sweet::node_builder node(std::string name) {
    using namespace std::chrono_literals;
    return sweet::node_builder(rt)
        .name(std::move(name))
        .listen("127.0.0.1:0")
        .secret("a secret of the tests")
        .detector({.heartbeat = 100ms, .min_deviation = 50ms, .pause = 500ms})
        .reconnect(sweet::backoff::fixed(20ms));
  }

  sweet::node_builder joins(std::string name, const sweet::node& other) {
    return node(std::move(name)).join({other.address()});
  }

  /// Whether a node sees another one in this state, with a link if it is up.
  static bool sees(const sweet::node& from, const std::string& name, sweet::member_state state) {
    return std::ranges::any_of(from.members(), [&](const auto& x) {
      return x.who.name == name && x.state == state &&
             (x.linked || state != sweet::member_state::up);
    });
  }

  /// Waits for what no event tells. @pre it comes; the test fails if it has not after 20 s
  static void wait_until(const std::function<bool()>& holds) {
    using namespace std::chrono_literals;
    const auto until = std::chrono::steady_clock::now() + 20s;
    while (!holds() && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(1ms);
    BOOST_TEST_REQUIRE(holds());
  }

  /// Waits until a node sees others in this state.
  static void wait_for(const sweet::node& from, const std::vector<std::string>& names,
                       sweet::member_state state) {
    wait_until(
        [&] { return std::ranges::all_of(names, [&](auto& x) { return sees(from, x, state); }); });
  }

  static void wait_for_up(const sweet::node& from, const std::vector<std::string>& names) {
    wait_for(from, names, sweet::member_state::up);
  }

  // What nodes say is for a person who looks; a test that wants to know reads it itself.
  sweet::runtime rt{sweet::runtime_options{.workers = 2, .log = [](const sweet::log_record&) {}}};
};
