#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <chrono>
#include <cstdint>

namespace sweet::inline v0_5 {

/// Decides how long to wait between a failed attempt and the next one. A value.
///
/// | made by | delays |
/// |---|---|
/// | `immediate()` | 0, 0, 0, 0 |
/// | `fixed(200ms)` | 200, 200, 200, 200 ms |
/// | `linear(100ms, 350ms)` | 100, 200, 300, 350 ms |
/// | `exponential()` | 100, 200, 400, 800 ms ... 25.6, 30, 30 s |
///
/// Each delay is spread by a jitter of +-20 %, so that callers that failed together do not come
/// back together; the longest delay is spread like the others.
class backoff {
public:
  /// The type of the delays.
  using duration = std::chrono::nanoseconds;

  /// Makes a backoff without any wait.
  static backoff immediate() noexcept { return {kind::immediate, {}, 1, {}}; }

  /// Makes a backoff whose delays are all `d`.
  /// @throws std::invalid_argument if `d` is negative
  static backoff fixed(duration d);

  /// Makes a backoff whose delay grows by `step` each time, from `step` to `longest`.
  /// @throws std::invalid_argument if one of them is negative
  static backoff linear(duration step, duration longest = std::chrono::seconds{30});

  /// Makes a backoff whose delay is `factor` times as long each time, from `first` to `longest`.
  /// @throws std::invalid_argument if a duration is negative, or `factor` is not finite or below 1
  static backoff exponential(duration first = std::chrono::milliseconds{100}, double factor = 2,
                             duration longest = std::chrono::seconds{30});

  /// Returns a backoff whose delays are spread by +-`share` of their length. The default share is
  /// 0.2; 0 is no spread.
  /// @throws std::invalid_argument unless `0 <= share <= 1`
  [[nodiscard]] backoff jitter(double share) const;
  /// Returns a backoff whose delays are exact.
  [[nodiscard]] backoff without_jitter() const { return jitter(0); }

  /// Returns the delay after so many failed attempts; 0 if there was none. Never negative; capped
  /// at the longest duration that the type holds.
  /// @param failed_attempts how many attempts have failed
  /// @param random where in the jitter the delay lies, `0 <= random < 1`: 0 gives the shortest
  /// delay
  duration delay(std::uint32_t failed_attempts, double random) const noexcept;

  friend bool operator==(const backoff&, const backoff&) noexcept = default;

private:
  enum class kind : std::uint8_t { immediate, fixed, linear, exponential };

  backoff(kind k, duration first, double factor, duration longest) noexcept
      : kind_(k), first_(first), factor_(factor), longest_(longest) {}

  double middle(std::uint32_t failed_attempts) const noexcept;

  kind kind_;
  duration first_;
  double factor_;
  duration longest_;
  double jitter_ = 0.2;
};

} // namespace sweet::inline v0_5
