// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/task_memory.hpp>

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/side_block.hpp>
#include <sweet/actors/runtime/cell/workplace.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/runtime/home/thread_state.hpp>
#include <sweet/actors/runtime/memory/block_pool.hpp>
#include <sweet/messages/task_error.hpp>

#include <atomic>
#include <cstddef>
#include <stdexcept>
#include <utility>

namespace sweet::inline v0_5::detail {

spawn_target::spawn_target(task_home& home) noexcept {
  thread_state& t = this_thread();
  previous_home_ = t.home;
  previous_driven_ = t.driven;
  t.home = &home;
  if (t.driven != nullptr && &t.driven->home() != &home)
    t.driven = nullptr;
}

spawn_target::~spawn_target() {
  thread_state& t = this_thread();
  t.home = previous_home_;
  t.driven = previous_driven_;
}

cell& make_task(std::size_t body_size) {
  thread_state& t = this_thread();
  if (t.driven == nullptr && t.home == nullptr)
    throw std::logic_error{
        "a task was made outside of any task, or by the context of one that is over: "
        "start it with sweet::spawn(runtime, function, arguments...)"};
  cell& c = static_cast<cell&>(t.driven != nullptr ? t.driven->memory().allocate(body_size)
                                                   : t.home->blocks().allocate_external(body_size));
  c.stage(phase::queued);
  c.mode.store(0, std::memory_order_relaxed);
  c.group = 0;
  c.ops = nullptr;
  c.parent.store(nullptr, std::memory_order_relaxed);
  c.children = nullptr;
  c.inbox.begin();
  c.result.bits = 0;
  c.state.begin();
  return c;
}

void free_task(cell& c) noexcept {
  c.state.end();
  if (workplace* p = this_thread().driven) [[likely]]
    p->memory().free(c);
  else
    span_of(c).owner->global().free_external(c);
}

void discard(cell& c) noexcept {
  destroy_task(c);
  free_task(c);
}

void drop_outcome(cell& c) noexcept {
  if (c.has_value()) {
    if (c.ops->destroy_value != nullptr)
      c.ops->destroy_value(c);
    c.has_value(false);
  } else if (c.state.peek().any(state_word::failed | state_word::cancelled)) {
    task_error::adopt(std::exchange(c.result.error, nullptr));
  }
}

void destroy_task(cell& c) noexcept {
  if (c.stage() != phase::ended && c.ops != nullptr && c.ops->destroy_body != nullptr)
    c.ops->destroy_body(c);
  drop_outcome(c);
  if (c.state.peek().has_side_block())
    drop_side(c);
}

} // namespace sweet::inline v0_5::detail
