// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/supervisor/service_link.hpp>

#include <sweet/actors/runtime/cell/context_block.hpp>
#include <sweet/actors/supervisor/supervisor_core.hpp>

#include <utility>

namespace sweet::inline v0_5::detail {

void service_link::ready(const caf::actor& who) {
  // Held until the messages go to `who`, so that revoke() comes before or after that.
  std::lock_guard guard{mutex_};
  if (settled_)
    return;
  reference().up(who);
  core_->tell_ready({child_, incarnation_});
  settled_ = true; // last: after an exception ready() can be called again
}

void service_link::revoke() noexcept {
  std::lock_guard guard{mutex_};
  settled_ = true;
  reference().down();
}

void set_service_link(cell& c, std::shared_ptr<service_link> link) {
  context_of(c).service = std::move(link);
}

std::shared_ptr<service_link> find_service_link(cell& c) noexcept {
  auto* block = find_context(c);
  return block != nullptr ? block->service : nullptr;
}

} // namespace sweet::inline v0_5::detail
