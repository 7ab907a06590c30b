// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/stage_core.hpp>

#include <sweet/actors/emit/wire/error_link.hpp>
#include <sweet/actors/emit/wire/outlet.hpp>

#include <new>
#include <utility>

namespace sweet::inline v0_5::detail {

void keep_error(std::vector<event_error>& errors, event_error error) noexcept {
  if (errors.size() >= max_kept_errors)
    return;
  try {
    errors.push_back(std::move(error));
  } catch (const std::bad_alloc&) {
    return; // counted, as those beyond the maximum
  }
}

void stage_core::partition(event_chunk_base&, event_mask& rest,
                           std::span<event_mask> shares) const {
  shares[0] |= std::exchange(rest, 0);
}

void stage_core::stop() noexcept {
  // Relaxed: it only keeps the link from being pushed twice.
  if (!stop_sent_.test_and_set(std::memory_order_relaxed))
    in.push(stop_);
}

void stage_core::finish() noexcept {
  // Relaxed: it only keeps the link from being pushed twice.
  if (!finish_sent_.test_and_set(std::memory_order_relaxed))
    in.push(finish_);
}

void stage_core::command(stage_command::verb what, std::uint32_t number) {
  in.push(*new stage_command{what, number});
}

void stage_core::discard_rest() noexcept {
  for (auto* link = in.take_all(); link != nullptr;) {
    event_link& left = *std::exchange(link, link->next);
    if (left.what == event_link::kind::error)
      delete static_cast<error_link*>(&left);
    else if (left.what == event_link::kind::command && &left != &stop_ && &left != &finish_)
      delete static_cast<stage_command*>(&left);
  }
}

void stage_core::settle_rest() noexcept {
  for (auto* link = in.take_all(); link != nullptr;) {
    auto* const next_link = link->next;
    switch (link->what) {
      case event_link::kind::chunk: {
        auto& chunk = static_cast<event_chunk_base&>(*link);
        counts.emitted += chunk.size;
        counts.cancelled += chunk.size;
        give_back(chunk);
        break;
      }
      case event_link::kind::error:
        ++counts.emitted;
        ++counts.failed;
        ++error_count;
        give_back(static_cast<error_link&>(*link));
        break;
      case event_link::kind::command:
        if (link != &stop_ && link != &finish_)
          delete static_cast<stage_command*>(link);
        break;
      case event_link::kind::slice:
      case event_link::kind::receipt:
      case event_link::kind::closed:
      case event_link::kind::alarm:
      case event_link::kind::ended: break;
    }
    link = next_link;
  }
  live.publish(counts);
}

} // namespace sweet::inline v0_5::detail
