// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/emitter.hpp>

#include <sweet/actors/emit/stream_core.hpp>
#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/runtime/home/thread_state.hpp>
#include <sweet/messages/cancelled.hpp>

#include <stdexcept>
#include <utility>

namespace sweet::inline v0_5::detail {

bool emitter_core::is_interrupted() noexcept {
  cell* const self = this_thread().task;
  return self != nullptr && self->level() != cancellation_level::none &&
         (self->stage() == phase::stopping || detail::is_interrupted(*self));
}

bool emitter_core::may_wait() {
  if (!is_interrupted())
    return true;
  cell& self = *this_thread().task;
  if (is_unwinding(self))
    return false;
  note_heard(self);
  throw cancelled{};
}

void emitter_core::block(inlet& in) {
  cell* const self = this_thread().task;
  if (self == nullptr)
    throw std::logic_error{"emit().await(): this thread runs no task that could wait for room; use "
                           "try_emit()"};
  in.block(*self);
}

void emitter_core::tell(outlet_core& out, task_error error) {
  if (stream_ == nullptr)
    return out.put_error(std::move(error));
  stream_->fail_event(handed_over() + errors_, std::move(error));
  ++errors_;
}

void throw_no_room() {
  throw task_failure{
      task_error{error_code::resource_limit, "the stage has no room for another event"}};
}

} // namespace sweet::inline v0_5::detail
