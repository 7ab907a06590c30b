// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/membership/phi_detector.hpp>

#include <sweet/strategies/later.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace sweet::inline v0_5 {

namespace {

/// The phi of a value that lies so many standard deviations above the mean of a normal
/// distribution: minus the logarithm of the probability of a higher one.
double phi_of(double deviations) noexcept {
  return -std::log10(0.5 * std::erfc(deviations / std::numbers::sqrt2));
}

/// The inverse of phi_of(), which grows: by halving, once per detector.
double deviations_of(double phi) noexcept {
  double low = -10;
  double high = 25; // phi_of(25) is 137
  for (int i = 0; i < 50; ++i) {
    const auto middle = (low + high) / 2;
    (phi_of(middle) < phi ? low : high) = middle;
  }
  return high;
}

double checked_threshold(const phi_options& o) {
  using std::chrono::nanoseconds;
  if (!(o.threshold > 0 && o.threshold <= 100))
    throw std::invalid_argument{"phi detector: the threshold is above 0 and at most 100"};
  if (o.heartbeat <= nanoseconds{0} || o.min_deviation <= nanoseconds{0} ||
      o.pause < nanoseconds{0})
    throw std::invalid_argument{
        "phi detector: heartbeat and deviation are positive, the pause is not negative"};
  if (o.memory < 2)
    throw std::invalid_argument{"phi detector: a rhythm is learned from at least 2 heartbeats"};
  return o.threshold;
}

double count(std::chrono::nanoseconds d) noexcept {
  return static_cast<double>(d.count());
}

} // namespace

// Before the first heartbeats the deviation is a quarter of the interval: rather slow than wrong.
phi_detector::phi_detector(const phi_options& options, time_point now)
    : deviations_(deviations_of(checked_threshold(options))), mean_(count(options.heartbeat)),
      variance_(mean_ * mean_ / 16), min_deviation_(count(options.min_deviation)),
      pause_(options.pause), memory_(options.memory), beat_(now), heard_(now) {}

void phi_detector::heartbeat(time_point now) noexcept {
  const auto interval = count(now - beat_);
  if (rhythm_known_ && interval >= 0 &&
      interval <= mean_ + deviations_ * deviation() + count(pause_)) {
    learned_ = std::min(learned_ + 1, memory_);
    const auto weight = 1.0 / learned_;
    const auto off = interval - mean_;
    mean_ += weight * off;
    variance_ = (1 - weight) * (variance_ + weight * off * off);
  }
  rhythm_known_ = true;
  beat_ = std::max(beat_, now);
  heard(now);
}

void phi_detector::heard(time_point now) noexcept {
  heard_ = std::max(heard_, now);
}

void phi_detector::resumed(time_point now) noexcept {
  rhythm_known_ = false;
  heard(now);
}

void phi_detector::excuse(std::chrono::nanoseconds part, time_point now) noexcept {
  rhythm_known_ = false;
  heard(std::min(now, detail::later(heard_, part)));
}

double phi_detector::deviation() const noexcept {
  return std::max(std::sqrt(variance_), min_deviation_);
}

double phi_detector::phi(time_point now) const noexcept {
  return phi_of((count(now - heard_) - mean_) / deviation());
}

phi_detector::time_point phi_detector::suspect_at() const noexcept {
  const auto silence = std::min(mean_ + deviations_ * deviation(), 9e18);
  return detail::later(heard_, std::chrono::nanoseconds{static_cast<std::int64_t>(silence)});
}

phi_detector::time_point phi_detector::down_at() const noexcept {
  return detail::later(suspect_at(), pause_);
}

} // namespace sweet::inline v0_5
