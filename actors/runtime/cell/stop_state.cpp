// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/stop_state.hpp>

#include <sweet/actors/runtime/home/user_callback.hpp>

namespace sweet::inline v0_5::detail {

stop_state::stop_state(const task_home& home) : home_(home) {
  call = [](deferred_call& d) noexcept {
    auto& self = static_cast<stop_state&>(d);
    self.request_stop();
    self.release();
  };
}

void stop_state::request_stop() noexcept {
  if (source_.stop_requested())
    return;
  const user_callback callback{home_};
  source_.request_stop();
}

} // namespace sweet::inline v0_5::detail
