#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_error.hpp>
#include <sweet/strategies/recovery/backoff.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <utility>

namespace sweet::inline v0_5 {

/// Decides what a stream does when an event fails. A value.
class error_strategy {
public:
  /// Tells whether the stream goes on after an error.
  using predicate = std::function<bool(const task_error&)>;

  /// The kinds of decisions.
  enum class action : std::uint8_t {
    stop,     ///< the stream fails with this error
    go_on,    ///< the event counts as failed
    try_again ///< the event is handled once more
  };
  /// What follows from the error of an event.
  struct decision {
    action what = action::stop;        ///< the kind of decision
    std::chrono::nanoseconds delay{0}; ///< the wait before the event is handled once more

    friend bool operator==(const decision&, const decision&) = default;
  };

  /// The first error fails the stream: the default.
  static error_strategy stop_on_first() { return error_strategy{kind::stop}; }
  /// The event counts as failed, its error is kept, and the stream goes on.
  static error_strategy continue_on_error() { return error_strategy{kind::go_on}; }
  /// The event is tried again up to `further` times, after the waits of the backoff; then it counts
  /// as failed, and the stream goes on.
  static error_strategy retry(std::uint32_t further, backoff wait = backoff::immediate()) {
    error_strategy made{kind::retry};
    made.further_ = further;
    made.wait_ = wait;
    return made;
  }
  /// The stream goes on after the errors for which `goes_on` returns true, and fails with all
  /// others. An exception of the predicate stops the stream.
  static error_strategy custom(predicate goes_on) {
    error_strategy made{kind::custom};
    made.goes_on_ = std::move(goes_on);
    return made;
  }

  /// Makes the strategy that stops on the first error.
  error_strategy() : error_strategy(kind::stop) {}

  /// Decides what an error leads to. Exceptions of the predicate pass through.
  /// @param error the error of the event
  /// @param failed_attempts the attempts at this event so far, the failed one included
  /// @param random see backoff::delay()
  decision decide(const task_error& error, std::uint32_t failed_attempts, double random) const;

  /// Tells whether an event may be handled more than once.
  bool retries() const noexcept { return further_ != 0; }

private:
  enum class kind : std::uint8_t { stop, go_on, retry, custom };

  explicit error_strategy(kind k) : kind_(k) {}

  kind kind_;
  std::uint32_t further_ = 0;
  backoff wait_ = backoff::immediate();
  predicate goes_on_;
};

} // namespace sweet::inline v0_5
