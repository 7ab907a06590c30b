// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/home/task_home.hpp>

#include <stdexcept>

namespace sweet::inline v0_5::detail {

task_home::task_home(caf::actor_system& actors, sweet::clock& time, std::size_t timer_shards,
                     const block_use& use)
    : actors_(actors), timers_(time, timer_shards),
      blocks_(new block_pool(*this, use, [](task_home& home, std::size_t blocks) {
        home.injected().hold_places(blocks);
      })) {}

task_home::~task_home() {
  // Handles to ended tasks may outlive the runtime, and keep the blocks.
  blocks_->abandon();
}

void task_home::check_not_forked() const {
  if (is_forked())
    throw std::logic_error{"this process was forked from that of the runtime, and has none of its "
                           "threads: make another runtime here, or call exec() after fork()"};
}

} // namespace sweet::inline v0_5::detail
