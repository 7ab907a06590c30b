#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/recovery/circuit.hpp>

#include <memory>
#include <optional>

namespace sweet::inline v0_5 {

class runtime;

namespace detail {

class task_home;
struct shared_circuit;

} // namespace detail

/// Stops the calls of a service that keeps failing, so that callers fail at once and the service
/// gets time to recover. All tasks that call the service share the breaker.
///
///     sweet::circuit_breaker breaker{rt}; // 5 failures in a row open it for a minute
///     auto page = sweet::async_task::to<std::string>(rt).circuit_breaker(breaker).run(fetch, url);
///
/// A handle: copies are the same breaker. Any thread. It goes by the clock of its runtime, and must
/// not be used after the end of the runtime; it may be destroyed later.
class circuit_breaker {
public:
  /// A call that may be made; reports to the breaker how it has ended. A call that is destroyed
  /// before reports that its end says nothing about the service, as when it was cancelled.
  class call {
  public:
    /// Takes over the call of `other`, which reports nothing afterwards.
    call(call&& other) noexcept = default;
    /// Ends the call of this object without a report about the service, and takes over that of
    /// `other`.
    call& operator=(call&& other) noexcept;
    /// Reports, unless succeeded() or failed() was called, that the call says nothing about the
    /// service.
    ~call();

    /// Reports that the call has succeeded.
    /// @pre The call has not reported yet.
    void succeeded();
    /// Reports that the call has failed.
    /// @pre The call has not reported yet.
    void failed();

  private:
    friend circuit_breaker;
    call(std::shared_ptr<detail::shared_circuit> circuit, circuit::pass pass) noexcept;
    void abandon() noexcept;

    std::shared_ptr<detail::shared_circuit> circuit_; ///< null once the call has reported
    circuit::pass pass_;
  };

  /// Makes a closed breaker that goes by the clock of `rt`.
  /// @throws std::invalid_argument unless all options are positive
  explicit circuit_breaker(runtime& rt, circuit_breaker_options options = {});

  /// Asks for a call.
  /// @returns empty if the call is rejected
  std::optional<call> try_call();

  /// Returns whether calls pass now.
  circuit_state state() const;

  /// Returns the home of the tasks whose clock the breaker goes by. For the library.
  const detail::task_home& home() const noexcept;

private:
  std::shared_ptr<detail::shared_circuit> circuit_;
};

} // namespace sweet::inline v0_5
