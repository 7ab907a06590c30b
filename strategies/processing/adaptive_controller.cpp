// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/processing/adaptive_controller.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <stdexcept>

namespace sweet::inline v0_5 {

namespace {

constexpr double error_share = 0.05;
constexpr double worth = 0.15;           // of the relative change in limit
constexpr double cut = 0.9;              // of the limit
constexpr double probe_share = 0.2;      // of the limit
constexpr double queue_share = 0.2;      // of the limit
constexpr double in_full_use = 0.8;      // of the limit
constexpr double least_cpu_share = 0.25; // cores / rho is at most 4 x cores
constexpr double fast = 100e3;           // ns
constexpr double no_longer_fast = 125e3; // ns
constexpr double ageing = 1.0 / 32;
constexpr double change = 0.15; // of X at one limit: load or capacity has changed
constexpr double collapse = -0.2;
constexpr double most_tolerated = 0.5;
constexpr double no_better = 0.8; // of the share of failures that was there before
constexpr std::uint32_t largest_chunk = 64;
constexpr std::uint32_t windows_held = 5;
constexpr std::uint32_t windows_of_ceiling = 60;
constexpr double windows_of_mean = 8;
constexpr double least_events = 64;
constexpr int longest_window = 10; // times its length

} // namespace

adaptive_controller::adaptive_controller(const adaptive_options& options, time_point now)
    : cores_(options.cores), min_(options.min),
      max_(options.max.value_or(std::min(256u, 16 * std::min(options.cores, 16u)))),
      max_chunk_(std::bit_floor(std::min(options.capacity, largest_chunk))),
      window_(options.window), limit_(options.start.value_or(std::min(options.cores, max_))),
      begun_(now) {
  if (cores_ == 0 || cores_ > 65'536)
    throw std::invalid_argument{"adaptive: cores is from 1 to 65,536"};
  if (options.capacity == 0)
    throw std::invalid_argument{"adaptive: capacity has to be positive"};
  if (min_ == 0 || min_ > max_ || max_ > 1'048'576)
    throw std::invalid_argument{"adaptive: 1 <= min <= max <= 1,048,576"};
  if (!options.start)
    limit_ = std::max(limit_, min_);
  if (limit_ < min_ || limit_ > max_)
    throw std::invalid_argument{"adaptive: start is from min to max"};
  if (window_ < std::chrono::milliseconds{1} || window_ > std::chrono::hours{1})
    throw std::invalid_argument{"adaptive: window is from 1 ms to 1 h"};
}

void adaptive_controller::record(const adaptive_sample& sample) noexcept {
  const auto completed = static_cast<double>(sample.completed);
  sums_.completed += completed;
  sums_.failed += static_cast<double>(sample.failed);
  sums_.wall += static_cast<double>(sample.wall.count());
  sums_.cpu += static_cast<double>(sample.cpu.count());
  sums_.cpu_wall += static_cast<double>(sample.cpu_wall.count());
  sums_.in_use += completed * sample.in_use;
}

std::optional<adaptive_decision> adaptive_controller::close_window(time_point now) noexcept {
  const auto elapsed = now - begun_;
  if (elapsed < window_)
    return std::nullopt;
  const bool enough = sums_.completed >= least_events &&
                      sums_.completed * sums_.completed >= sums_.in_use; // one generation
  if (!enough && elapsed < longest_window * window_)
    return std::nullopt;
  ++windows_;
  if (sums_.cpu_wall > 0)
    cpu_share_ = std::clamp(sums_.cpu / sums_.cpu_wall, 0.0, 1.0);
  reading r{.completed = sums_.completed, .failed = sums_.failed};
  if (sums_.completed > 0) {
    r.throughput =
        (sums_.completed - sums_.failed) / std::chrono::duration<double>(elapsed).count();
    r.time = sums_.wall / sums_.completed;
    r.in_use = sums_.in_use / sums_.completed;
  }
  begun_ = now;
  sums_ = {};
  const auto action = decide(r);
  return adaptive_decision{.window = windows_,
                           .limit = limit_,
                           .chunk = chunk_,
                           .throughput = r.throughput,
                           .handler_time =
                               std::chrono::nanoseconds{static_cast<std::int64_t>(r.time)},
                           .cpu_share = cpu_share_,
                           .action = action};
}

adaptive_action adaptive_controller::decide(const reading& r) noexcept {
  rose_ = r.throughput > last_ * (1 + std::max(0.02, 2 * noise(1)));
  last_ = r.throughput;
  if (windows_ >= ceiling_ends_)
    ceiling_ = 0;

  if (2 * r.in_use < limit_)
    return abandon();
  if (too_many_failures(r))
    return cut_for_errors(r);
  tolerated_ += std::min(0.0, r.failed / r.completed - tolerated_) / 4;
  if (const auto action = adjust_chunk(r.time); action != adaptive_action::hold)
    return action;
  if (fast_)
    return restore();

  const bool after_burst = burst_.has_value();
  burst_.reset();
  if (!trial_ && started_ && !after_burst)
    return hold(r);
  measure(r);
  age_shortest_time();
  if (trial_)
    return judge();
  return started_ ? climb() : first_move();
}

bool adaptive_controller::too_many_failures(const reading& r) const noexcept {
  const double expected = (tolerated_ + error_share) * r.completed;
  return r.failed > expected + std::sqrt(expected);
}

adaptive_action adaptive_controller::cut_for_errors(const reading& r) noexcept {
  if (trial_ && trial_->limit < limit_) {
    mark_ceiling();
    abandon();
    return adaptive_action::cut_errors;
  }
  trial_.reset();
  here_ = {};
  const double share = r.failed / r.completed;
  if (!burst_)
    burst_ = burst{.before = limit_, .limit = limit_, .share = share};
  if (2 * limit_ <= burst_->limit) {
    if (share <= most_tolerated && share >= no_better * burst_->share) {
      tolerated_ = share;
      return adaptive_action::hold;
    }
    burst_->limit = limit_;
    burst_->share = share;
  }
  if (limit_ == min_)
    return adaptive_action::hold;
  limit_ = below(cut);
  return adaptive_action::cut_errors;
}

adaptive_action adaptive_controller::adjust_chunk(double time) noexcept {
  fast_ = time < (fast_ ? no_longer_fast : fast);
  std::uint32_t wanted = 1;
  while (wanted < max_chunk_ && wanted * time < fast)
    wanted *= 2;
  // One step less could be noise, as long as the handlers are fast at all.
  const bool too_large = fast_ ? wanted < chunk_ / 2 : wanted < chunk_;
  if (wanted <= chunk_ && !too_large)
    return adaptive_action::hold;
  abandon();
  chunk_ = too_large ? wanted : 2 * chunk_;
  return too_large ? adaptive_action::shrink_chunk : adaptive_action::grow_chunk;
}

adaptive_action adaptive_controller::restore() noexcept {
  if (!burst_ || limit_ >= burst_->before) {
    burst_.reset();
    return abandon();
  }
  limit_ = std::min(above(root()), burst_->before);
  return adaptive_action::climb;
}

adaptive_action adaptive_controller::first_move() noexcept {
  started_ = true;
  if (!cpu_share_)
    return climb();
  const double wanted = cores_ / std::max(*cpu_share_, least_cpu_share);
  const auto limit = std::clamp(static_cast<std::uint32_t>(std::lround(wanted)), min_, max_);
  return limit == limit_ ? climb() : try_limit(limit, adaptive_action::start);
}

adaptive_action adaptive_controller::judge() noexcept {
  const auto tried = *trial_;
  const double move = static_cast<double>(limit_) / tried.limit - 1;
  const double gain = here_.throughput / std::max(tried.base.throughput, 1e-9) - 1;
  const double doubt = std::hypot(noise(tried.base.windows), noise(here_.windows));
  // If the gain is still in doubt in the end, the lower limit is taken: noise must not make the
  // limit drift upwards.
  const bool in_doubt = std::abs(gain - worth * move) < doubt;
  if (in_doubt && here_.windows < windows_of_mean)
    return adaptive_action::measure;
  if (in_doubt ? move < 0 : gain >= worth * move) {
    if (move > 0)
      return climb();
    if (!tried.guard)
      return try_limit(below(1 - probe_share), adaptive_action::probe_down);
    if (queue_builds())
      return try_limit(below(cut), adaptive_action::cut_queue);
    return settle();
  }
  if (move > 0 && gain + doubt < collapse)
    mark_ceiling();
  if (tried.guard)
    shortest_time_ = tried.base.time;
  return abandon();
}

adaptive_action adaptive_controller::hold(const reading& r) noexcept {
  if (departs(r)) {
    ceiling_ = 0;
    here_ = {};
  }
  measure(r);
  age_shortest_time();
  hold_left_ -= hold_left_ > 0;
  if (here_.in_use < in_full_use * limit_)
    return adaptive_action::hold;
  if (!rose_ && queue_builds())
    return try_limit(below(cut), adaptive_action::cut_queue);
  return hold_left_ == 0 ? probe() : adaptive_action::hold;
}

adaptive_action adaptive_controller::probe() noexcept {
  const auto step = std::max(1l, std::lround(probe_share * limit_));
  const auto up = above(static_cast<std::uint32_t>(step));
  const auto down = below(1 - probe_share);
  const bool go_up = down == limit_ || (probe_up_next_ && up != limit_);
  probe_up_next_ = !go_up;
  return go_up ? try_limit(up, adaptive_action::probe_up)
               : try_limit(down, adaptive_action::probe_down);
}

adaptive_action adaptive_controller::climb() noexcept {
  return try_limit(above(root()), adaptive_action::climb);
}

adaptive_action adaptive_controller::try_limit(std::uint32_t limit, adaptive_action why) noexcept {
  if (limit == limit_)
    return settle();
  trial_ = trial{.limit = limit_, .base = here_, .guard = why == adaptive_action::cut_queue};
  limit_ = limit;
  here_ = {};
  return why;
}

adaptive_action adaptive_controller::settle() noexcept {
  trial_.reset();
  hold_left_ = windows_held;
  return adaptive_action::hold;
}

adaptive_action adaptive_controller::abandon() noexcept {
  here_ = {};
  if (!trial_)
    return adaptive_action::hold;
  limit_ = trial_->limit;
  settle();
  return adaptive_action::revert;
}

bool adaptive_controller::departs(const reading& r) const noexcept {
  return here_.windows > 0 &&
         std::abs(r.throughput / here_.throughput - 1) > std::max(change, 4 * noise(1));
}

void adaptive_controller::measure(const reading& r) noexcept {
  if (here_.windows > 0 && !departs(r)) {
    const double difference = r.throughput / here_.throughput - 1;
    const double seen = difference * difference / (1 + 1 / here_.windows);
    differences_ = std::min(differences_ + 1, 15.0);
    variance_ += (seen - variance_) / (differences_ + 1);
  }
  // Means over more windows would follow a slow change too slowly.
  here_.windows = std::min(here_.windows + 1, windows_of_mean);
  here_.throughput += (r.throughput - here_.throughput) / here_.windows;
  here_.time += (r.time - here_.time) / here_.windows;
  here_.in_use += (r.in_use - here_.in_use) / here_.windows;
}

double adaptive_controller::noise(double windows) const noexcept {
  return std::sqrt(variance_ / windows);
}

void adaptive_controller::age_shortest_time() noexcept {
  // The least of many noisy values is too small by their noise.
  const double time = here_.time * (1 + noise(here_.windows));
  if (shortest_time_ == 0 || time < shortest_time_)
    shortest_time_ = time;
  else
    shortest_time_ += (time - shortest_time_) * ageing;
}

bool adaptive_controller::queue_builds() const noexcept {
  const double time = here_.time * (1 - noise(here_.windows));
  const double queue = limit_ * (1 - shortest_time_ / time);
  return queue > std::max(2.0, queue_share * limit_);
}

void adaptive_controller::mark_ceiling() noexcept {
  ceiling_ = limit_;
  ceiling_ends_ = windows_ + windows_of_ceiling;
}

std::uint32_t adaptive_controller::root() const noexcept {
  return std::max(1u, static_cast<std::uint32_t>(std::sqrt(limit_)));
}

std::uint32_t adaptive_controller::above(std::uint32_t step) const noexcept {
  const auto result = std::min(limit_ + step, max_);
  return ceiling_ > limit_ ? std::min(result, limit_ + (ceiling_ - limit_) / 2) : result;
}

std::uint32_t adaptive_controller::below(double factor) const noexcept {
  const auto result = static_cast<std::uint32_t>(std::lround(factor * limit_));
  return std::max(min_, std::min(result, limit_ - 1));
}

} // namespace sweet::inline v0_5
