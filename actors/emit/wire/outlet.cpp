// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/wire/outlet.hpp>

#include <sweet/actors/emit/wire/error_link.hpp>

#include <utility>

namespace sweet::inline v0_5::detail {

bool outlet_core::has_credit() noexcept {
  if (outstanding_ < credit_)
    return true;
  take_returned();
  return outstanding_ < credit_;
}

void outlet_core::take_returned() noexcept {
  for (auto* link = returned_.take_all(); link != nullptr;) {
    auto* next = link->next;
    if (link->what == event_link::kind::error) {
      delete static_cast<error_link*>(link);
      --errors_out_;
    } else if (link->what == event_link::kind::receipt) {
      receipt_is_out_ = false;
      unseen_ = 0;
    } else {
      link->next = std::exchange(free_, link);
      --outstanding_;
    }
    link = next;
  }
}

bool outlet_core::has_room_for_error() noexcept {
  if (errors_out_ >= credit_)
    take_returned();
  return errors_out_ < credit_;
}

void outlet_core::put_error(task_error error) {
  to_.push(*new error_link{*this, std::move(error)});
  ++errors_out_;
}

bool outlet_core::is_ahead() noexcept {
  if (unseen_ >= credit_)
    take_returned();
  if (unseen_ < credit_)
    return false;
  if (!std::exchange(receipt_is_out_, true))
    to_.push(receipt_);
  return true;
}

event_chunk_base* outlet_core::reuse() noexcept {
  if (free_ == nullptr)
    take_returned();
  if (free_ == nullptr)
    return nullptr;
  return static_cast<event_chunk_base*>(std::exchange(free_, free_->next));
}

void outlet_core::hand_over(event_chunk_base& chunk, std::uint32_t size) noexcept {
  since_last_ += size;
  // How fast events come matters to a consumer that waits for them.
  if (time_ != nullptr && (stamps_ == chunk_stamps::all || to_.consumer_sleeps())) {
    const auto now = time_->now();
    is_slow_ = (now - last_) / static_cast<std::int64_t>(since_last_) > slow_gap;
    last_ = now;
    since_last_ = 0;
    chunk.at = now;
  }
  chunk.size = size;
  handed_over_ += size;
  ++unseen_;
  if (holds_ || is_attempt_)
    return keep(chunk);
  to_.push(chunk);
}

void outlet_core::keep(event_chunk_base& chunk) noexcept {
  chunk.next = nullptr;
  (held_ == nullptr ? held_ : newest_held_->next) = &chunk;
  newest_held_ = &chunk;
}

bool outlet_core::end_attempt() noexcept {
  is_attempt_ = false;
  if (!holds_)
    for (auto* link = take_held(); link != nullptr;)
      to_.push(*std::exchange(link, link->next));
  return std::exchange(was_looked_at_, false);
}

event_link* outlet_core::take_attempted() noexcept {
  auto*& first = mark_.newest_held == nullptr ? held_ : mark_.newest_held->next;
  event_link* attempted = std::exchange(first, nullptr);
  newest_held_ = mark_.newest_held;
  for (auto* link = attempted; link != nullptr; link = link->next)
    handed_over_ -= static_cast<event_chunk_base*>(link)->size;
  return attempted;
}

bool outlet_core::is_wanted_now() noexcept {
  // Half of the credit is for chunks that are full, or flushed.
  return time_ != nullptr && !holds_ && outstanding_ <= credit_ / 2 && to_.consumer_sleeps() &&
         (is_slow_ || time_->now() - last_ > longest_wait);
}

void give_back(event_chunk_base& chunk) noexcept {
  chunk.clear();
  chunk.owner->returned().push(chunk);
}

void give_back(error_link& failed) noexcept {
  failed.owner.returned().push(failed);
}

} // namespace sweet::inline v0_5::detail
