// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/receiver_verdict.hpp>

#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/messages/duration_text.hpp>
#include <sweet/strategies/recovery/place_in_jitter.hpp>

#include <utility>

namespace sweet::inline v0_5::detail {

error_strategy::decision receiver_verdict::on(task_error& error, std::uint64_t sequence) {
  if (std::exchange(sequence_, sequence) != sequence)
    failures_ = 0;
  error_strategy::decision decided;
  try {
    decided = strategy_.decide(error, failures_ + 1, place_in_jitter(0, sequence, failures_));
    ++failures_;
  } catch (...) {
    error = error_behind(error);
  }
  return decided;
}

task_error error_behind(const task_error& cause) noexcept {
  const auto thrown = error_of_exception();
  return error_or_spare(thrown.code(), [&] { return thrown.with_cause(cause); });
}

task_error took_too_long(std::chrono::nanoseconds limit) {
  return task_error{error_code::timeout, "the handler took longer than " + to_text(limit)};
}

} // namespace sweet::inline v0_5::detail
