#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_error.hpp>
#include <sweet/strategies/recovery/backoff.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <utility>

namespace sweet {

/// What a stream does when one event fails. A value.
class error_strategy {
public:
  /// Whether the stream goes on after this error.
  using predicate = std::function<bool(const task_error&)>;

  enum class action : std::uint8_t {
    stop,     ///< the stream fails with this error
    go_on,    ///< the event counts as failed
    try_again ///< the event is handled once more
  };
  struct decision {
    action what = action::stop;
    std::chrono::nanoseconds delay{0}; ///< before it is handled once more

    friend bool operator==(const decision&, const decision&) = default;
  };

  /// The default: the first error fails the stream.
  static error_strategy stop_on_first() { return error_strategy{kind::stop}; }
  /// Errors are kept and counted.
  static error_strategy continue_on_error() { return error_strategy{kind::go_on}; }
  /// So many further attempts at the event; then it counts as failed, and the stream goes on.
  static error_strategy retry(std::uint32_t further, backoff wait = backoff::immediate()) {
    error_strategy made{kind::retry};
    made.further_ = further;
    made.wait_ = wait;
    return made;
  }
  /// Goes on after errors for which `goes_on` says so; one that throws stops the stream.
  static error_strategy custom(predicate goes_on) {
    error_strategy made{kind::custom};
    made.goes_on_ = std::move(goes_on);
    return made;
  }

  error_strategy() : error_strategy(kind::stop) {}

  /// What an error leads to.
  /// @param failed_attempts at this event, this one included
  /// @param random see backoff::delay()
  /// @throws what the predicate throws
  decision decide(const task_error& error, std::uint32_t failed_attempts, double random) const;

  /// Whether an event may be handled more than once.
  bool retries() const noexcept { return further_ != 0; }

private:
  enum class kind : std::uint8_t { stop, go_on, retry, custom };

  explicit error_strategy(kind k) : kind_(k) {}

  kind kind_;
  std::uint32_t further_ = 0;
  backoff wait_ = backoff::immediate();
  predicate goes_on_;
};

} // namespace sweet
