// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/work/placed_call.hpp>

#include <utility>

#include <sweet/actors/runtime/cell/cancel.hpp>

namespace sweet::inline v0_5::detail {

placed_call::placed_call(cell& whose, call_desk& to, placement where, wire::submitted_task task,
                         std::uint64_t signature, std::uint32_t budget, time_point deadline,
                         output_receiver on_output)
    : whose_(whose), to_(to), where_(std::move(where)), task_(std::move(task)),
      signature_(signature), budget_(budget), deadline_(deadline),
      on_output_(std::move(on_output)) {
  ops = &operations;
}

bool placed_call::suspend(cell& self) {
  if (self.level() != cancellation_level::none && is_interrupted(self)) [[unlikely]] {
    self.begin_stop();
    return true;
  }
  body_ = &self;
  // Before the call is known: from then on the wake-up may come.
  self.begin_wait(*this);
  try {
    to_.submit(*this);
  } catch (...) {
    self.end_wait();
    throw;
  }
  return true;
}

bool placed_call::retract(wait_source& s, cell& self) noexcept {
  auto& call = static_cast<placed_call&>(s);
  call.to_.cancel(call, self.level());
  return false;
}

void placed_call::describe(const wait_source&, wait_view& view) noexcept {
  view.on = wait_reason::node;
}

} // namespace sweet::inline v0_5::detail
