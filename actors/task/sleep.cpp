// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/sleep.hpp>

#include <sweet/actors/runtime/cell/task_signals.hpp>
#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/runtime/cell/workplace.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/strategies/later.hpp>

namespace sweet::inline v0_5 {

void sleep_awaiter::start_waiting() noexcept {
  static constexpr detail::wait_ops operations{
      .retract =
          [](detail::wait_source& s, detail::cell& c) noexcept {
            return detail::home_of(c).timers().cancel(static_cast<timer&>(s));
          },
      .describe =
          [](const detail::wait_source& s, detail::wait_view& view) noexcept {
            const auto& self = static_cast<const timer&>(s);
            view.until = detail::home_of(*self.sleeper).timers().due_of(self);
          },
      .reason = wait_reason::timer};
  detail::cell& sleeper = *timer_.sleeper;
  timer_.fire = [](detail::timer_entry& e) noexcept {
    detail::wake(*static_cast<timer&>(e).sleeper);
  };
  timer_.ops = &operations;
  sleeper.begin_wait(timer_);
  auto& home = detail::home_of(sleeper);
  home.timers().arm(timer_, detail::later(home.timers().now(), duration_), detail::timer_shard());
}

} // namespace sweet::inline v0_5
