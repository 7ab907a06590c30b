#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/processing/adaptive_decision.hpp>
#include <sweet/strategies/processing/adaptive_options.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace sweet::inline v0_5 {

/// What handlers have done in a slice of work: sums that the owner of the handlers makes, never one
/// per event.
struct adaptive_sample {
  std::uint64_t completed = 0;          ///< events whose handlers have ended
  std::uint64_t failed = 0;             ///< completed events with an error or a timeout
  std::chrono::nanoseconds wall{0};     ///< the wall time of all these handlers together
  std::chrono::nanoseconds cpu{0};      ///< thread CPU time of those whose CPU time was taken
  std::chrono::nanoseconds cpu_wall{0}; ///< wall time of the same handlers; 0 if there are none
  std::uint32_t in_use = 0;             ///< handlers that ran at once, out of the limit
};

/// Chooses how many handlers an adaptive strategy runs at once, and how many events it hands over
/// at once; a machine whose time is handed in.
///
/// Each window yields the throughput X (events that succeed, per second), the mean wall time S of a
/// handler, and the handlers' CPU share rho. The first of these rules that applies decides:
///
/// 1. Less than half the limit in use: hold. Load is what limits then, and X says nothing.
/// 2. More than 5 % of the events fail: limit x 0.9, after a move up back to where it came from.
///    Only failures beyond chance count: one standard deviation of a Poisson distribution. Failures
///    that halving the limit does not lessen, and that are no more than half of all events, are not
///    the limit's fault: they are tolerated until they go away. More than half means an outage or
///    an overrun pool, which look alike: then the limit goes down to min.
/// 3. S under 100 us (and until it is over 125 us): the limit stays; the chunk doubles until one
///    takes 100 us, at most 64 events and the capacity.
/// 4. First window: limit = cores / rho, but no more than 4 x cores, so that one sample of a second
///    does not put 16 times the load on a database.
/// 5. Climb by max(1, sqrt(limit)) while X gains at least 15 % of the relative gain in limit. Else
///    revert, hold five windows, and probe 20 % up or down, in turn. A probe up that pays goes on
///    as a climb; one down that loses no more than 15 % of the relative loss in limit, as a
///    descent. No probes while less than 80 % of the limit is in use.
/// 6. Queue guard, while holding: if q = limit x (1 - Smin / S) is above max(2, 20 % of limit) and
///    X does not rise, limit x 0.9. The cut is judged as a probe down is. If it costs throughput,
///    no queue made S longer: it is undone, and Smin is set to S.
///
/// What keeps the limit steady:
/// - A move is judged once its gain is further from the threshold than one standard error of the
///   noise seen between windows at one limit. Still in doubt after eight windows, the lower limit
///   is taken.
/// - Smin ages towards S by 1/32 of the difference per window. The queue guard believes what is
///   left of S and Smin once each has been moved by a standard error towards the other.
/// - A move up that costs more than 20 % of X, or makes events fail, marks a ceiling. Moves up go
///   half the way to it, for 60 windows or until X changes by itself (by 15 % and four standard
///   deviations).
/// - After a burst of errors the limit climbs at once, without a hold.
/// - A window lasts until 64 events have completed, and as many as were in use, but at most ten
///   times its length: fewer events are mostly noise, and if handlers take longer than a window, it
///   has to see a whole generation of them.
///
/// Bounds, held by tests with models of handlers. The knee is the least limit with the best X; X is
/// the mean from that window on, the limit every single one (one handler more or less is no miss),
/// both with probes:
///
/// | handlers                           | from window      | limit / knee     | X, of best |
/// |------------------------------------|------------------|------------------|------------|
/// | wait for a pool of 1 to 16 x cores | 40               | 0.75 to 1.5      | 0.9        |
/// | compute, on all cores or a part    | 40               | 0.75 to 1.5      | 0.9        |
/// | compute and wait                   | 40               | 0.75 to 1.5      | 0.9        |
/// | capacity doubles or halves         | 40 later         | 0.75 to 1.5      | 0.9        |
/// | all take three times as long       | 20 later         | 0.75 to 1.5      | 0.9        |
/// | a burst of errors, an outage       | 30 after its end | 0.75 to 1.5      | 0.9        |
/// | X falls to 30 % beyond a limit     | 40               | 0.75 to 1.25     | 0.9        |
/// | a pool, X with noise of +-15 %     | 100              | to 3, mean 1.5   | 0.9        |
/// | a pool, X with noise of +-30 %     | 200              | to 3, mean 1.5   | 0.85       |
/// | a pool, 2 s each, exponential      | 200              | mean 0.75 to 1.5 | 0.9        |
///
/// Sources: Little's law (X = limit / S: at a limit in full use S grows exactly by what X does not
/// gain). Climbing on measured throughput, and telling its gain from noise: the hill climbing of
/// .NET's thread pool (Hellerstein, Morrison, Eilebrecht, "Applying Control Theory in the Real
/// World", 2009). q, and the aged minimum: TCP Vegas (Brakmo, Peterson, 1995) and the gradient of
/// Netflix's concurrency-limits, which also holds while less than half is in use. Halving the way
/// to a ceiling: BIC-TCP (Xu, Harfoush, Rhee, 2004). Growth by the square root: concurrency-limits.
///
/// Not thread-safe: calls are serialised by the owner. No call throws but the constructor.
class adaptive_controller {
public:
  /// The type of the times.
  using time_point = std::chrono::steady_clock::time_point;

  /// Begins the first window at `now`.
  /// @throws std::invalid_argument if an option is out of its range
  adaptive_controller(const adaptive_options& options, time_point now);

  /// Adds a sample to the open window.
  /// @pre `failed <= completed`; `cpu <= cpu_wall` but for the error of the clocks; nothing is
  /// negative
  void record(const adaptive_sample& sample) noexcept;

  /// Ends the window if it has lasted long enough, and begins the next one. Has to be called at
  /// least once per window; later calls make it longer.
  /// @pre `now` does not go back
  /// @returns the decision, which is in force from now on; empty if the window stays open
  std::optional<adaptive_decision> close_window(time_point now) noexcept;

  /// Returns how many handlers may run at once: from `min` to `max`.
  std::uint32_t limit() const noexcept { return limit_; }

  /// Returns how many events are handed over at once: a power of two, at most 64 and the capacity.
  std::uint32_t chunk() const noexcept { return chunk_; }

private:
  /// The sums of the open window.
  struct sums {
    double completed = 0;
    double failed = 0;
    double wall = 0;     ///< ns
    double cpu = 0;      ///< ns
    double cpu_wall = 0; ///< ns
    double in_use = 0;   ///< weighted by events
  };

  /// What a window has shown.
  struct reading {
    double throughput = 0; ///< per second
    double time = 0;       ///< ns
    double in_use = 0;
    double completed = 0;
    double failed = 0;
  };

  /// Means over windows at one limit.
  struct measurement {
    double windows = 0;
    double throughput = 0;
    double time = 0;
    double in_use = 0;
  };

  /// A limit that is tried: the limit before it, and what was measured there.
  struct trial {
    std::uint32_t limit = 0;
    measurement base;
    bool guard = false; ///< a cut of the queue guard
  };

  /// A series of windows with too many failures.
  struct burst {
    std::uint32_t before = 0; ///< the limit when the burst began
    std::uint32_t limit = 0;  ///< the limit at which failures last became fewer
    double share = 0;         ///< of failures at `limit`
  };

  adaptive_action decide(const reading& r) noexcept;
  adaptive_action cut_for_errors(const reading& r) noexcept;
  adaptive_action adjust_chunk(double time) noexcept;
  adaptive_action restore() noexcept;
  adaptive_action first_move() noexcept;
  adaptive_action judge() noexcept;
  adaptive_action hold(const reading& r) noexcept;
  adaptive_action probe() noexcept;
  adaptive_action climb() noexcept;
  adaptive_action try_limit(std::uint32_t limit, adaptive_action why) noexcept;
  adaptive_action settle() noexcept;
  adaptive_action abandon() noexcept;

  bool too_many_failures(const reading& r) const noexcept;
  bool departs(const reading& r) const noexcept;
  void measure(const reading& r) noexcept;
  double noise(double windows) const noexcept; ///< standard error of their mean X, relative
  void age_shortest_time() noexcept;
  bool queue_builds() const noexcept;
  void mark_ceiling() noexcept;
  std::uint32_t root() const noexcept;
  std::uint32_t above(std::uint32_t step) const noexcept;
  std::uint32_t below(double factor) const noexcept;

  std::uint32_t cores_;
  std::uint32_t min_;
  std::uint32_t max_;
  std::uint32_t max_chunk_;
  std::chrono::nanoseconds window_;

  std::uint32_t limit_;
  std::uint32_t chunk_ = 1;

  time_point begun_;
  sums sums_;
  std::uint64_t windows_ = 0;
  std::optional<double> cpu_share_;

  bool started_ = false;      ///< the first move has been made
  bool fast_ = false;         ///< handlers are too short for the limit to matter
  bool probe_up_next_ = true; ///< or down
  bool rose_ = false;         ///< X, since the window before
  std::uint32_t hold_left_ = 0;
  measurement here_; ///< at the present limit
  std::optional<trial> trial_;
  std::optional<burst> burst_;
  double tolerated_ = 0;           ///< share of failures that the limit is not to blame for
  double last_ = 0;                ///< X of the window before
  double variance_ = 0;            ///< of X between windows at one limit, relative
  double differences_ = 0;         ///< that it was estimated from, at most 15
  double shortest_time_ = 0;       ///< Smin, ns; 0: unknown
  std::uint32_t ceiling_ = 0;      ///< 0: none
  std::uint64_t ceiling_ends_ = 0; ///< the number of a window
};

} // namespace sweet::inline v0_5
