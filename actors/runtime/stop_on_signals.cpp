// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/stop_on_signals.hpp>

#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/runtime/runtime.hpp>
#include <sweet/actors/runtime/signal_listener.hpp>

#include <memory>
#include <stdexcept>
#include <string>

namespace sweet::inline v0_5 {

namespace {

sigset_t set_of(std::initializer_list<int> signals) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals)
    if (sigaddset(&set, signal) != 0)
      throw std::invalid_argument{"stop_on_signals: there is no signal " + std::to_string(signal)};
  return set;
}

} // namespace

stop_on_signals::stop_on_signals(runtime& rt, std::initializer_list<int> signals) {
  rt.home().check_not_forked();
  listener_ = std::make_unique<detail::signal_listener>(rt, set_of(signals));
  for (const int signal : signals)
    listener_->handle(signal);
}

stop_on_signals::~stop_on_signals() {
  // The thread, which the destructor of the listener would wait for, is in the other process.
  if (listener_->is_forked()) [[maybe_unused]]
    const auto* left = listener_.release();
}

cancellation_level stop_on_signals::level() const noexcept {
  return listener_->level();
}

} // namespace sweet::inline v0_5
