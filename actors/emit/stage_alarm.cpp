// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/stage_alarm.hpp>

#include <sweet/actors/runtime/cell/workplace.hpp>
#include <sweet/actors/runtime/time/timer_service.hpp>

namespace sweet::inline v0_5::detail {

stage_alarm::stage_alarm(inlet& router) noexcept : event_link(kind::alarm), router_(router) {
  fire = [](timer_entry& e) noexcept {
    auto& self = static_cast<stage_alarm&>(e);
    self.router_.push(self);
  };
}

void stage_alarm::ring_by(clock::time_point due, timer_service& timers) noexcept {
  if (now_ == state::arriving)
    return;
  if (now_ == state::armed) {
    if (due_ <= due)
      return;
    if (!timers.cancel(*this)) {
      now_ = state::arriving;
      return;
    }
  }
  now_ = state::armed;
  due_ = due;
  timers.arm(*this, due, timer_shard());
}

void stage_alarm::cancel(timer_service& timers) noexcept {
  timers.cancel(*this);
}

} // namespace sweet::inline v0_5::detail
