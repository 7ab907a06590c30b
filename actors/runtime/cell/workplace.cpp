// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/workplace.hpp>

#include <memory>
#include <new>

namespace sweet::inline v0_5::detail {

workplace::workplace(task_home& home, std::size_t index, caf::node_id::data* node)
    : actor_host(&home.actors()), home_(&home), idle_(&home.idle()), index_(index),
      memory_(home.blocks().add_local()), node_(node) {}

std::uint64_t workplace::draw_id() noexcept {
  constexpr std::uint64_t block = 1024;
  if (next_id_ == ids_end_) {
    next_id_ = home_->draw_ids(block);
    ids_end_ = next_id_ + block;
  }
  return next_id_++;
}

void workplace::inject(job j, unsigned lane) noexcept {
  home_->injected().push(j, lane);
}

/// Queues a job on another lane than the normal one, or where there may be no room.
void workplace::push_slowly(job j, unsigned lane) noexcept {
  if (!(lane == normal_lane ? normal_.push(j) : push_lane(j, lane)))
    inject(j, lane);
  idle_->work_added();
}

/// Queues a job on a lane other than the normal one. @returns whether there was memory for it
bool workplace::push_lane(job j, unsigned lane) noexcept {
  auto* d = lanes_[lane].load(std::memory_order_relaxed);
  if (d == nullptr) {
    try {
      owned_lanes_[lane] = std::make_unique<work_deque>();
    } catch (const std::bad_alloc&) {
      return false;
    }
    d = owned_lanes_[lane].get();
    lanes_[lane].store(d, std::memory_order_release);
  }
  if (!d->push(j))
    return false;
  waiting_lanes_.store(
      static_cast<std::uint8_t>(waiting_lanes_.load(std::memory_order_relaxed) | (1u << lane)),
      std::memory_order_relaxed);
  return true;
}

} // namespace sweet::inline v0_5::detail
