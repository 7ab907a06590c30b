#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/processing/adaptive_controller.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>

namespace toy {

/// A controller and what a second at its limit comes to; the limit is in full use unless told.
class seconds {
public:
  explicit seconds(const sweet::adaptive_options& options)
      : controller(options, sweet::adaptive_controller::time_point{std::chrono::hours{1}}) {}

  struct second {
    std::uint64_t completed = 1000;
    std::chrono::nanoseconds time = std::chrono::milliseconds{10};
    std::uint64_t failed = 0;
    std::optional<std::uint32_t> in_use{};
    double cpu_share = 1;
  };

  sweet::adaptive_decision pass(second s) {
    const auto wall = s.time * static_cast<std::int64_t>(s.completed);
    controller.record({.completed = s.completed,
                       .failed = s.failed,
                       .wall = wall,
                       .cpu = std::chrono::nanoseconds{std::llround(
                           s.cpu_share * static_cast<double>(wall.count()))},
                       .cpu_wall = s.cpu_share > 0 ? wall : std::chrono::nanoseconds{0},
                       .in_use = s.in_use.value_or(controller.limit())});
    now_ += std::chrono::seconds{1};
    return controller.close_window(now_).value();
  }

  /// Seconds in which nothing changes, until something is done.
  sweet::adaptive_decision pass_while_held(second s, int most = 5) {
    auto decision = pass(s);
    for (int i = 1; i < most; ++i) {
      BOOST_TEST(decision.action == sweet::adaptive_action::hold);
      decision = pass(s);
    }
    return decision;
  }

  sweet::adaptive_controller controller;

private:
  sweet::adaptive_controller::time_point now_{std::chrono::hours{1}};
};

/// One that has started at `limit`, tried more in vain, and holds. Has measured 1,000 per second,
/// of 10 ms each, which is also Smin.
inline seconds holding(std::uint32_t limit) {
  seconds s{{.cores = limit}};
  BOOST_TEST(s.pass({}).action == sweet::adaptive_action::climb);
  BOOST_TEST(s.pass({.time = std::chrono::milliseconds{11}}).action ==
             sweet::adaptive_action::revert);
  BOOST_TEST(s.controller.limit() == limit);
  return s;
}

} // namespace toy
