// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/stage_pace.hpp>

#include <sweet/actors/emit/stream_core.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/strategies/later.hpp>

namespace sweet::inline v0_5::detail {

stage_pace::stage_pace(stage_core& stage) : stage_(stage) {
  if (stage.rules.rate)
    bucket_.emplace(*stage.rules.rate);
}

stage_pace::~stage_pace() {
  stage_.alarm.cancel(stage_.stream.home().timers());
}

clock::time_point stage_pace::now() const noexcept {
  return stage_.stream.time().now();
}

std::uint32_t stage_pace::begin() {
  const auto& rules = stage_.rules;
  const auto workers = static_cast<std::uint32_t>(stage_.stream.home().workers());
  if (!rules.adaptive)
    return rules.receivers != 0 ? rules.receivers : workers;
  auto options = *rules.adaptive;
  options.cores = workers;
  if (rules.cpu_bound)
    options = options.cpu_bound();
  controller_.emplace(options, now());
  window_ends_ = later(now(), options.window);
  return controller_->limit();
}

void stage_pace::measured(const handled& slice) noexcept {
  grain_.measured(slice.events, slice.wall);
  if (controller_)
    controller_->record(
        {.completed = slice.events,
         .failed = slice.failed,
         .wall = slice.wall,
         .cpu = std::max(slice.cpu, std::chrono::nanoseconds{0}),
         .cpu_wall = slice.cpu.count() < 0 ? std::chrono::nanoseconds{0} : slice.wall,
         .in_use = slice.in_use});
}

std::uint32_t stage_pace::allowance(std::uint32_t wanted) noexcept {
  if (!bucket_)
    return wanted;
  const auto at = now();
  // A batch starts as a whole: once there is a token for each of its events, or as many as there
  // can be. The next batch waits for the tokens that this one has taken in advance.
  const bool is_batch = stage_.rules.batch_size != 0;
  const auto least = is_batch ? std::min(wanted, stage_.rules.rate->burst) : std::uint32_t{1};
  if (const auto wait = bucket_->wait(at, least); wait.count() != 0) {
    wait_until(later(at, wait));
    return 0;
  }
  if (is_batch) {
    bucket_->take(at, wanted);
    return wanted;
  }
  std::uint32_t allowed = 0;
  while (allowed < wanted && bucket_->wait(at).count() == 0) {
    bucket_->take(at);
    ++allowed;
  }
  return allowed;
}

std::optional<adaptive_decision> stage_pace::close_window() noexcept {
  if (!controller_)
    return std::nullopt;
  const auto at = now();
  if (at < window_ends_)
    return std::nullopt;
  window_ends_ = later(at, stage_.rules.adaptive->window);
  return controller_->close_window(at);
}

void stage_pace::wait_for_window() noexcept {
  if (controller_)
    wait_until(window_ends_);
}

void stage_pace::wait_until(clock::time_point due) noexcept {
  stage_.alarm.ring_by(due, stage_.stream.home().timers());
}

} // namespace sweet::inline v0_5::detail
