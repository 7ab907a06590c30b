// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/wait_arm.hpp>

#include <sweet/actors/runtime/cell/blocking_wait.hpp>
#include <sweet/actors/runtime/home/thread_state.hpp>
#include <sweet/actors/runtime/system/gate.hpp>
#include <sweet/actors/runtime/threads/blocking_join.hpp>
#include <sweet/actors/task/check_not_cancelled.hpp>
#include <sweet/messages/task_failure.hpp>

namespace sweet::inline v0_5::detail {

namespace {

class arm_as_blocking final : public blocking_wait {
public:
  explicit arm_as_blocking(wait_arm& arm) noexcept : arm_(arm) {}

  bool is_ready() const noexcept override { return arm_.is_served(); }
  bool announce() override { return arm_.enter(); }
  bool retract() noexcept override { return arm_.leave(); }
  void describe(wait_view& view) const noexcept override { arm_.describe(view); }

private:
  wait_arm& arm_;
};

} // namespace

join_outcome join_arm(wait_arm& arm) {
  check_not_cancelled();
  arm_as_blocking wait{arm};
  gate opened;
  auto how = join_outcome::ended;
  if (cell* const self = this_thread().task) {
    arm.who = sleeper{*self};
    how = join_blocking(*self, wait);
  } else {
    arm.who = sleeper{opened};
    how = join_blocking(wait, opened);
  }
  return arm.is_served() ? join_outcome::ended : how;
}

bool block_for(wait_arm& arm) {
  const auto how = join_arm(arm);
  if (how == join_outcome::ended)
    return true;
  if (how == join_outcome::unwound)
    return false;
  throw task_failure{error_of(how)};
}

} // namespace sweet::inline v0_5::detail
