// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/barrier_core.hpp>

#include <stdexcept>

namespace sweet::inline v0_5::detail {

namespace {

/// Has the thread that holds waits, see selection::hold(). Two that do would each find the waits of
/// the other one held, and both give up. Locked after the mutex of a barrier.
constinit std::mutex holder;

} // namespace

barrier_core::barrier_core(std::size_t participants) : participants_(participants) {
  if (participants == 0)
    throw std::invalid_argument{"a barrier has one participant at least"};
}

std::size_t barrier_core::participants() const noexcept {
  std::lock_guard guard{mutex_};
  return participants_;
}

void barrier_core::drop() {
  wake_list woken;
  std::lock_guard guard{mutex_};
  if (participants_ == 0)
    throw std::logic_error{"barrier::arrive_and_drop() was called by more than its participants"};
  --participants_;
  open_if_complete(woken, nullptr);
}

void barrier_core::open_if_complete(wake_list& woken, barrier_arm* entering) noexcept {
  if (line_.size() < participants_)
    return;
  std::unique_lock holds{holder, std::defer_lock};
  for (place_in_line *p = line_.first(), *next = nullptr; p != nullptr; p = next) {
    next = wait_line::next(*p);
    if (p->among != nullptr && !holds.owns_lock())
      holds.lock();
    // One that cannot be held has lost, or its body stands in line twice and arrives once.
    if (!p->hold())
      line_.leave(*p);
  }
  const bool opens = line_.size() >= participants_;
  barrier_arm* last = entering;
  for (place_in_line *p = line_.first(), *next = nullptr; p != nullptr; p = next) {
    next = wait_line::next(*p);
    if (!opens) {
      p->let_go();
      continue;
    }
    line_.leave(*p);
    p->claim_held();
    auto& arm = static_cast<barrier_arm&>(*p);
    if (entering == nullptr)
      last = &arm;
    if (&arm != entering)
      woken.add(arm);
  }
  if (opens && last != nullptr)
    last->is_last_ = true;
}

bool barrier_arm::enter() {
  wake_list woken;
  std::lock_guard guard{core_.mutex_};
  core_.line_.enter(*this);
  core_.open_if_complete(woken, this);
  return !served;
}

bool barrier_arm::leave() noexcept {
  std::lock_guard guard{core_.mutex_};
  return core_.line_.leave(*this);
}

} // namespace sweet::inline v0_5::detail
