#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/processing/processing_rules.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <type_traits>
#include <utility>

/// Who handles events, how many at a time and in which order. Values: each call returns a new one.
///
/// | strategy | parameters (default) | rule |
/// |---|---|---|
/// | `serial()` | timeout (none) | first in, first out, one in flight |
/// | `parallel(n)` | receivers (the workers), rate limit (none) | who is free takes what is next |
/// | `adaptive()` | adaptive_options | as many receivers as make most progress |
/// | `batched(n, delay)` | size (64), longest delay (100 ms) | several at once |
///
/// A batch is handed over when it is full, its first event has waited for the delay, there is no
/// room for more, or no more events come; it is never empty.
namespace sweet::strategy {

/// @throws std::invalid_argument unless it is positive
std::chrono::nanoseconds checked(const char* what, std::chrono::nanoseconds d);
std::uint32_t checked(const char* what, std::uint32_t n);

/// How many receivers a stage may have: whoever gives out events looks at each of them.
inline constexpr std::uint32_t max_receivers = 4'096;
/// @throws std::invalid_argument unless it is positive, and at most max_receivers
std::uint32_t checked_receivers(const char* what, std::uint32_t n);

/// What all strategies share.
template <class Derived>
class options {
public:
  /// How long one event may take, a batch if the strategy makes some; default: as long as it wants.
  /// A coroutine is cancelled when the time is over; what a callable has taken too long for fails
  /// once it returns. Either way the error is error_code::timeout.
  /// @throws std::invalid_argument unless `d` is positive
  Derived timeout(std::chrono::nanoseconds d) const {
    return with([&](processing_rules& r) { r.timeout = checked("timeout()", d); });
  }

  /// How many events may start per second.
  /// @throws std::invalid_argument if an option is out of its range
  Derived rate_limit(rate_limit_options limit) const {
    static_cast<void>(token_bucket{limit});
    return with([&](processing_rules& r) { r.rate = limit; });
  }

  const processing_rules& rules() const noexcept { return rules_; }

protected:
  options() = default;

  template <class F>
  Derived with(F change) const {
    Derived changed = static_cast<const Derived&>(*this);
    change(changed.rules_);
    return changed;
  }

  processing_rules rules_;
};

/// Events of the same key are handled in their order, one at a time; those of different keys beside
/// each other.
template <class Strategy, class Key>
class partitioned {
public:
  partitioned(Strategy strategy, Key key) : strategy_(std::move(strategy)), key_(std::move(key)) {}

  const processing_rules& rules() const noexcept { return strategy_.rules(); }
  const Key& key() const noexcept { return key_; }

private:
  Strategy strategy_;
  Key key_;
};

/// One after the other, in their order.
class serial : public options<serial> {
public:
  serial() { rules_.serial = true; }
};

/// What the strategies with several receivers share. What these give comes in any order, unless
/// ordered().
template <class Derived>
class concurrent : public options<Derived> {
public:
  /// What the receivers give goes on in the order of the events. Who is ahead waits for the others
  /// once 256 portions of events have been given out since.
  Derived ordered() const {
    return this->with([](processing_rules& r) { r.ordered = true; });
  }

  /// Events with the same `key(const E&)`, of any type that std::hash takes, are handled in their
  /// order.
  template <class Key>
  auto partition_by(Key key) const {
    return partitioned<Derived, Key>{static_cast<const Derived&>(*this), std::move(key)};
  }

  /// Another decision about who gets what comes next. Not for partition_by().
  Derived routed_by(make_routing_policy policy) const {
    return this->with([&](processing_rules& r) { r.policy = std::move(policy); });
  }
};

/// So many at the same time.
class parallel : public concurrent<parallel> {
public:
  /// As many receivers as the runtime has workers.
  parallel() { rules_.receivers = 0; }
  /// @throws std::invalid_argument unless `receivers` is from 1 to max_receivers
  explicit parallel(std::uint32_t receivers) {
    rules_.receivers = checked_receivers("parallel", receivers);
  }
};

/// As many at the same time as make most progress, found by measuring; see adaptive_controller.
class adaptive : public concurrent<adaptive> {
public:
  /// @param described `cores` is not looked at: it is the number of the runtime's workers
  /// @throws std::invalid_argument if an option is out of its range, or `max` above max_receivers
  explicit adaptive(const adaptive_options& described = {});

  /// For handlers that compute and hardly wait: at most twice as many as the runtime has workers.
  adaptive cpu_bound() const {
    return with([](processing_rules& r) { r.cpu_bound = true; });
  }

  /// `f(decision)` is called at the end of each window, in the task of the router. It is quick, and
  /// what it throws ends the stream.
  adaptive observed_by(std::function<void(const adaptive_decision&)> f) const {
    return with([&](processing_rules& r) { r.observer = std::move(f); });
  }
};

/// Several events at once: the handler gets a sweet::batch<E>. Receivers: one, which keeps the
/// order.
class batched : public options<batched> {
public:
  /// @throws std::invalid_argument unless both are positive, and `size` at most 65,536
  explicit batched(std::uint32_t size = 64,
                   std::chrono::nanoseconds max_delay = std::chrono::milliseconds{100});

  /// So many batches at the same time.
  /// @throws std::invalid_argument unless `n` is from 1 to max_receivers
  batched receivers(std::uint32_t n) const {
    return with([&](processing_rules& r) { r.receivers = checked_receivers("receivers()", n); });
  }
};

} // namespace sweet::strategy
