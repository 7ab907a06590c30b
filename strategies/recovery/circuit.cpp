// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/recovery/circuit.hpp>

#include <sweet/strategies/later.hpp>

#include <stdexcept>

namespace sweet::inline v0_5 {

circuit::circuit(circuit_breaker_options options) : options_(options) {
  if (options.failures == 0 || options.trials == 0 || options.open_for.count() <= 0)
    throw std::invalid_argument{
        "circuit breaker: failures, trials and open_for have to be positive"};
}

std::optional<circuit::pass> circuit::enter(time_point now) noexcept {
  if (state_ == circuit_state::open && state(now) == circuit_state::half_open)
    change(circuit_state::half_open);
  if (state_ == circuit_state::open)
    return std::nullopt;
  if (state_ == circuit_state::half_open) {
    if (trials_begun_ == options_.trials)
      return std::nullopt;
    ++trials_begun_;
  }
  return pass{period_};
}

void circuit::succeeded(pass p) noexcept {
  if (p.period_ != period_)
    return;
  failures_ = 0;
  if (state_ == circuit_state::half_open && ++trials_passed_ == options_.trials)
    change(circuit_state::closed);
}

void circuit::failed(pass p, time_point now) noexcept {
  if (p.period_ != period_)
    return;
  if (state_ == circuit_state::closed && ++failures_ < options_.failures)
    return;
  change(circuit_state::open);
  half_opens_ = detail::later(now, options_.open_for);
}

void circuit::abandoned(pass p) noexcept {
  if (p.period_ == period_ && state_ == circuit_state::half_open)
    --trials_begun_;
}

circuit_state circuit::state(time_point now) const noexcept {
  return state_ == circuit_state::open && now >= half_opens_ ? circuit_state::half_open : state_;
}

void circuit::change(circuit_state next) noexcept {
  state_ = next;
  ++period_;
  failures_ = trials_begun_ = trials_passed_ = 0;
}

} // namespace sweet::inline v0_5
