// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/circuit_breaker.hpp>

#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/runtime/runtime.hpp>

#include <mutex>
#include <utility>

namespace sweet::inline v0_5 {

struct detail::shared_circuit {
  shared_circuit(task_home& s, circuit_breaker_options options) : home(s), decisions(options) {}

  circuit::time_point now() const noexcept { return home.timers().now(); }

  task_home& home;
  std::mutex mutex;
  circuit decisions; ///< guarded by the mutex
};

circuit_breaker::call::call(std::shared_ptr<detail::shared_circuit> circuit,
                            circuit::pass pass) noexcept
    : circuit_(std::move(circuit)), pass_(pass) {}

circuit_breaker::call& circuit_breaker::call::operator=(call&& other) noexcept {
  if (this != &other) {
    abandon();
    circuit_ = std::move(other.circuit_);
    pass_ = other.pass_;
  }
  return *this;
}

circuit_breaker::call::~call() {
  abandon();
}

void circuit_breaker::call::succeeded() {
  const auto circuit = std::exchange(circuit_, nullptr);
  std::lock_guard guard{circuit->mutex};
  circuit->decisions.succeeded(pass_);
}

void circuit_breaker::call::failed() {
  const auto circuit = std::exchange(circuit_, nullptr);
  std::lock_guard guard{circuit->mutex};
  circuit->decisions.failed(pass_, circuit->now());
}

void circuit_breaker::call::abandon() noexcept {
  const auto circuit = std::exchange(circuit_, nullptr);
  if (circuit == nullptr)
    return;
  std::lock_guard guard{circuit->mutex};
  circuit->decisions.abandoned(pass_);
}

circuit_breaker::circuit_breaker(runtime& rt, circuit_breaker_options options)
    : circuit_(std::make_shared<detail::shared_circuit>(rt.home(), options)) {}

std::optional<circuit_breaker::call> circuit_breaker::try_call() {
  std::lock_guard guard{circuit_->mutex};
  if (const auto pass = circuit_->decisions.enter(circuit_->now()))
    return call{circuit_, *pass};
  return std::nullopt;
}

circuit_state circuit_breaker::state() const {
  std::lock_guard guard{circuit_->mutex};
  return circuit_->decisions.state(circuit_->now());
}

const detail::task_home& circuit_breaker::home() const noexcept {
  return circuit_->home;
}

} // namespace sweet::inline v0_5
