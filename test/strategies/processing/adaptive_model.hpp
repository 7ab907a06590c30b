#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/processing/adaptive_controller.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <random>
#include <string>

namespace toy {

/// What a second of handlers comes to, at some limit that is in full use.
struct load {
  double throughput = 0; ///< per second, failures included
  double cpu_share = 0;
  double failures = 0; ///< share of the throughput
};

/// Handlers, and the bounds that a controller has to keep with them.
struct scenario {
  std::string name;
  std::function<load(double limit, int window)> handlers;
  double knee = 0; ///< the least limit with the best throughput, in the end
  int from = 40;   ///< the window from which on the bounds hold
  sweet::adaptive_options options{.cores = 8};
  double noise = 0;        ///< the throughput is off by up to this share of it
  double throughput = 0.9; ///< of the best, at least
  double lowest = 0.75;    ///< limit, of the knee
  double highest = 1.5;
  double highest_mean = 1.5;
  int windows = 300;
};

/// What a controller has made of a scenario, from `from` on.
struct outcome {
  double throughput = 0;                              ///< of the best
  double lowest = std::numeric_limits<double>::max(); ///< limit, of the knee
  double highest = 0;
  double mean = 0;

  /// One handler more or less is no miss, however few there are.
  bool meets(const scenario& s) const {
    return throughput >= s.throughput && lowest >= s.lowest - 1 / s.knee &&
           highest <= s.highest + 1 / s.knee && mean <= s.highest_mean;
  }
};

/// The controller of who has none.
class constant_controller {
public:
  explicit constant_controller(std::uint32_t limit) : limit_(limit) {}
  constant_controller(const sweet::adaptive_options& options,
                      sweet::adaptive_controller::time_point)
      : limit_(options.start.value_or(options.cores)) {}

  void record(const sweet::adaptive_sample&) {}
  std::optional<sweet::adaptive_decision>
  close_window(sweet::adaptive_controller::time_point) const {
    return sweet::adaptive_decision{.limit = limit_};
  }
  std::uint32_t limit() const { return limit_; }

private:
  std::uint32_t limit_;
};

/// Runs a scenario in seconds that pass at once; `each(window, limit)` sees the limits in force.
template <class Controller, class Each>
outcome run(const scenario& s, Controller controller, std::uint32_t seed, Each each) {
  using std::chrono::nanoseconds;
  constexpr int slices = 10;
  std::mt19937 random{seed};
  sweet::adaptive_controller::time_point now{std::chrono::hours{1}};
  outcome result;
  for (int window = 1; window <= s.windows; ++window) {
    const auto limit = controller.limit();
    each(window, limit);
    const auto truth = s.handlers(limit, window);
    // Not std::uniform_real_distribution, which gives other numbers with other libraries.
    const double unit = static_cast<double>(random()) / 0xFFFFFFFFu;
    const double throughput = truth.throughput * (1 + s.noise * (2 * unit - 1));
    const auto completed = static_cast<std::uint64_t>(std::llround(throughput / slices));
    // Little's law: the handlers of a limit in full use take limit x time together.
    const double wall = 1e9 / slices * limit;
    for (int i = 0; i < slices; ++i) {
      controller.record({.completed = completed,
                         .failed = static_cast<std::uint64_t>(
                             std::llround(truth.failures * static_cast<double>(completed))),
                         .wall = nanoseconds{std::llround(wall)},
                         .cpu = nanoseconds{std::llround(wall / 100 * truth.cpu_share)},
                         .cpu_wall = nanoseconds{std::llround(wall / 100)},
                         .in_use = limit});
      now += std::chrono::milliseconds{1000 / slices};
    }
    controller.close_window(now);
    if (window <= s.from)
      continue;
    const auto best = s.handlers(s.knee, window);
    const double share =
        truth.throughput * (1 - truth.failures) / (best.throughput * (1 - best.failures));
    const double count = window - s.from;
    result.throughput += (share - result.throughput) / count;
    result.mean += (limit / s.knee - result.mean) / count;
    result.lowest = std::min(result.lowest, limit / s.knee);
    result.highest = std::max(result.highest, limit / s.knee);
  }
  return result;
}

template <class Controller>
outcome run(const scenario& s, std::uint32_t seed = 1) {
  return run(s,
             Controller{s.options, sweet::adaptive_controller::time_point{std::chrono::hours{1}}},
             seed, [](int, std::uint32_t) {});
}

} // namespace toy
