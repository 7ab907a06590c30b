// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/event_account.hpp>

#include <sweet/actors/emit/stream_core.hpp>
#include <sweet/actors/runtime/cell/task_outcome.hpp>

#include <bit>
#include <optional>
#include <utility>

namespace sweet::inline v0_5::detail {

void event_account::open_failed(task_error error) noexcept {
  ++stage_.counts.emitted;
  ++stage_.counts.failed;
  fail_event(next_sequence_++, std::move(error));
}

void event_account::fail(const event_chunk_base& chunk, event_mask events,
                         const task_error& error) noexcept {
  add(&event_counts::failed, count(events));
  for (; events != 0; events &= events - 1)
    fail_event(chunk.first_sequence + static_cast<std::uint64_t>(std::countr_zero(events)), error);
}

void event_account::take_errors(event_slice& slice) noexcept {
  stage_.error_count += std::exchange(slice.lost_errors, 0u);
  for (auto& error : std::exchange(slice.errors, {}))
    keep(std::move(error));
  if (auto end = std::exchange(slice.end, std::nullopt))
    fail_stream(std::move(*end));
}

void event_account::stop(task_error error) noexcept {
  stop();
  stage_.stream.fail(std::move(error));
}

void event_account::lose(event_chunk_base& chunk, event_mask events) noexcept {
  stop(error_of_exception());
  end(chunk, events, &event_counts::cancelled);
}

void event_account::fail_event(std::uint64_t sequence, task_error error) noexcept {
  if (stage_.stream.is_ended_by(error))
    fail_stream({sequence, std::move(error)});
  else
    keep({sequence, std::move(error)});
}

void event_account::fail_stream(event_error error) noexcept {
  stop(error.error);
  keep(std::move(error));
}

void event_account::keep(event_error error) noexcept {
  ++stage_.error_count;
  keep_error(stage_.errors, std::move(error));
}

} // namespace sweet::inline v0_5::detail
