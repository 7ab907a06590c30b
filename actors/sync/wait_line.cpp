// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/wait_line.hpp>

#include <sweet/actors/runtime/cell/task_signals.hpp>
#include <sweet/actors/runtime/system/gate.hpp>

#include <utility>

namespace sweet::inline v0_5::detail {

void sleeper::wake() const noexcept {
  if (task_ != nullptr)
    detail::wake(*task_);
  else
    thread_->set();
}

void wait_line::unlink(place_in_line& p) noexcept {
  (p.prev_ != nullptr ? p.prev_->next_ : first_) = p.next_;
  (p.next_ != nullptr ? p.next_->prev_ : last_) = p.prev_;
  p.next_ = nullptr;
  p.prev_ = nullptr;
  p.line_ = nullptr;
  --size_;
}

place_in_line* wait_line::first() noexcept {
  while (first_ != nullptr && !first_->is_open())
    unlink(*first_);
  return first_;
}

place_in_line* wait_line::serve_first() noexcept {
  while (place_in_line* p = first_) {
    unlink(*p);
    if (p->claim())
      return p;
  }
  return nullptr;
}

void wait_line::enter(place_in_line& p) noexcept {
  place_in_line* before = last_;
  if (p.ticket_ == 0)
    p.ticket_ = ++tickets_;
  else
    while (before != nullptr && before->ticket_ > p.ticket_)
      before = before->prev_;
  ++size_;
  p.line_ = this;
  p.prev_ = before;
  p.next_ = before != nullptr ? before->next_ : first_;
  (p.prev_ != nullptr ? p.prev_->next_ : first_) = &p;
  (p.next_ != nullptr ? p.next_->prev_ : last_) = &p;
}

bool wait_line::leave(place_in_line& p) noexcept {
  if (p.line_ != this)
    return false;
  unlink(p);
  return true;
}

void wake_list::add(place_in_line& p) noexcept {
  (last_ != nullptr ? last_->next_ : first_) = &p;
  last_ = &p;
}

void wake_list::wake_all() noexcept {
  last_ = nullptr;
  for (place_in_line* p = std::exchange(first_, nullptr); p != nullptr;) {
    // Once woken, the body may have ended, and the place with it.
    place_in_line* const next = std::exchange(p->next_, nullptr);
    p->who.wake();
    p = next;
  }
}

} // namespace sweet::inline v0_5::detail
