#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/recovery/circuit.hpp>

#include <memory>
#include <optional>

namespace sweet {

class runtime;

namespace detail {

class task_home;
struct shared_circuit;

} // namespace detail

/// Stops calls of a service that fails all the time, so that callers fail at once and the service
/// gets time to recover: shared between all tasks that call it.
///
///     sweet::circuit_breaker breaker{rt}; // 5 failures in a row open it for a minute
///     auto page = sweet::async_task::to<std::string>(rt).circuit_breaker(breaker).run(fetch, url);
///
/// A handle: copies are the same breaker. Any thread. It goes by the clock of its runtime, and is
/// not used after that has ended; it may be destroyed later.
class circuit_breaker {
public:
  /// A call that may be made. Tells the breaker how it ended; destroyed before, it tells that its
  /// end says nothing about the service, as when it was cancelled.
  class call {
  public:
    call(call&& other) noexcept = default;
    call& operator=(call&& other) noexcept;
    ~call();

    /// @pre it has not told how it ended
    void succeeded();
    /// @pre it has not told how it ended
    void failed();

  private:
    friend circuit_breaker;
    call(std::shared_ptr<detail::shared_circuit> circuit, circuit::pass pass) noexcept;
    void abandon() noexcept;

    std::shared_ptr<detail::shared_circuit> circuit_; ///< null once it has told
    circuit::pass pass_;
  };

  /// @throws std::invalid_argument unless all options are positive
  explicit circuit_breaker(runtime& rt, circuit_breaker_options options = {});

  /// Asks for a call. @returns nothing if it is rejected
  std::optional<call> try_call();

  circuit_state state() const;

  /// For the library: whose clock it goes by.
  const detail::task_home& home() const noexcept;

private:
  std::shared_ptr<detail::shared_circuit> circuit_;
};

} // namespace sweet
