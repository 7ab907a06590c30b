#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/processing/placed.hpp>
#include <sweet/strategies/processing/processing_rules.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <type_traits>
#include <utility>

/// Strategies decide which receiver handles an event, how many events are handled at a time, and in
/// which order. They are values: each call returns a new one.
///
/// | strategy | parameters (default) | rule |
/// |---|---|---|
/// | `serial()` | timeout (none) | first in, first out, one in flight |
/// | `parallel(n)` | receivers (workers), rate limit (none) | free receivers take the next event |
/// | `adaptive()` | adaptive_options | as many receivers as make most progress |
/// | `batched(n, delay)` | size (64), longest delay (100 ms) | one receiver, many events at once |
///
/// A batch is handed over when it is full, its first event has waited for the delay, there is no
/// room for more, or no more events come; it is never empty.
namespace sweet::inline v0_5::strategy {

/// Checks that a duration is positive, and returns it.
/// @throws std::invalid_argument unless it is; the message begins with `what`
std::chrono::nanoseconds checked(const char* what, std::chrono::nanoseconds d);
/// Checks that a number is positive, and returns it.
/// @throws std::invalid_argument unless it is; the message begins with `what`
std::uint32_t checked(const char* what, std::uint32_t n);
/// Checks the options of a rate limit, and returns them.
/// @throws std::invalid_argument if an option is out of its range
rate_limit_options checked(rate_limit_options limit);

/// The most receivers that a stage may have; its router looks at each of them for each portion of
/// events.
inline constexpr std::uint32_t max_receivers = 4'096;
/// Checks that a number is from 1 to max_receivers, and returns it.
/// @throws std::invalid_argument unless it is; the message begins with `what`
std::uint32_t checked_receivers(const char* what, std::uint32_t n);

/// The settings that all strategies share.
template <class Derived>
class options {
public:
  /// Limits the time that one event may take, or one batch with batched. Without it there is no
  /// limit.
  /// A coroutine is cancelled when the time is over; a callable that has taken too long fails once
  /// it returns. The error is error_code::timeout.
  /// @throws std::invalid_argument unless `d` is positive
  Derived timeout(std::chrono::nanoseconds d) const {
    return with([&](processing_rules& r) { r.timeout = checked("timeout()", d); });
  }

  /// Limits how many events may start per second.
  /// @throws std::invalid_argument if an option is out of its range
  Derived rate_limit(rate_limit_options limit) const {
    return with([&](processing_rules& r) { r.rate = checked(limit); });
  }

  /// Has the events handled on nodes: `receiver(parallel{8}.on(node, placement::round_robin()),
  /// what)`, where `what` is a sweet::remote that takes the event. As many events as there are
  /// receivers are on nodes at a time. Comes last.
  /// @param from a sweet::node, which outlives the description of the stream
  template <class Node>
  auto on(const Node& from, placement where) const {
    return placed<Derived, Node>{static_cast<const Derived&>(*this), from, std::move(where)};
  }

  /// Returns the rules that the router follows.
  const processing_rules& rules() const noexcept { return rules_; }

protected:
  options() = default;

  /// Returns a copy of the strategy to which `change` was applied.
  template <class F>
  Derived with(F change) const {
    Derived changed = static_cast<const Derived&>(*this);
    change(changed.rules_);
    return changed;
  }

  /// The rules that the router follows.
  processing_rules rules_;
};

/// A strategy with a key: events of the same key are handled in their order, one at a time, and
/// events of different keys beside each other. concurrent::partition_by() makes it.
template <class Strategy, class Key>
class partitioned {
public:
  /// Adds a key to a strategy.
  partitioned(Strategy strategy, Key key) : strategy_(std::move(strategy)), key_(std::move(key)) {}

  /// Has the events handled on nodes, see options::on().
  template <class Node>
  auto on(const Node& from, placement where) const {
    return placed<partitioned, Node>{*this, from, std::move(where)};
  }

  /// Returns the rules that the router follows.
  const processing_rules& rules() const noexcept { return strategy_.rules(); }
  /// Returns the function that computes the key of an event.
  const Key& key() const noexcept { return key_; }

private:
  Strategy strategy_;
  Key key_;
};

/// Handles one event after the other, in their order.
class serial : public options<serial> {
public:
  /// Makes the strategy without a time limit.
  serial() { rules_.serial = true; }
};

/// The settings that strategies with several receivers share. Results come in any order, unless
/// ordered() is set.
template <class Derived>
class concurrent : public options<Derived> {
public:
  /// Passes the results of the receivers on in the order of the events. Receivers that are ahead
  /// wait once 256 portions of events have been given out behind one that is not done.
  Derived ordered() const {
    return this->with([](processing_rules& r) { r.ordered = true; });
  }

  /// Handles events with the same `key(const E&)` in their order. The key may be of any type that
  /// std::hash takes.
  template <class Key>
  auto partition_by(Key key) const {
    return partitioned<Derived, Key>{static_cast<const Derived&>(*this), std::move(key)};
  }

  /// Replaces the routing policy, which decides which receiver gets the next events. Not for
  /// partition_by().
  Derived routed_by(make_routing_policy policy) const {
    return this->with([&](processing_rules& r) { r.policy = std::move(policy); });
  }
};

/// Handles a fixed number of events at the same time.
class parallel : public concurrent<parallel> {
public:
  /// Uses as many receivers as the runtime has workers.
  parallel() { rules_.receivers = 0; }
  /// Uses this many receivers.
  /// @throws std::invalid_argument unless `receivers` is from 1 to max_receivers
  explicit parallel(std::uint32_t receivers) {
    rules_.receivers = checked_receivers("parallel", receivers);
  }
};

/// Handles as many events at the same time as make most progress, found by measuring; see
/// adaptive_controller.
class adaptive : public concurrent<adaptive> {
public:
  /// Sets the bounds of the search.
  /// @param described all but `cores`, which is the number of the runtime's workers
  /// @throws std::invalid_argument if an option is out of its range, or `max` above max_receivers
  explicit adaptive(const adaptive_options& described = {});

  /// Uses at most twice as many receivers as the runtime has workers: for handlers that compute and
  /// hardly wait.
  adaptive cpu_bound() const {
    return with([](processing_rules& r) { r.cpu_bound = true; });
  }

  /// Calls `f(decision)` at the end of each window, in the task of the router. `f` has to be quick;
  /// an exception of it ends the stream.
  adaptive observed_by(std::function<void(const adaptive_decision&)> f) const {
    return with([&](processing_rules& r) { r.observer = std::move(f); });
  }
};

/// Handles several events at once: the handler gets a `sweet::batch<E>`. One receiver, which keeps
/// the order, unless receivers() says more.
class batched : public options<batched> {
public:
  /// Sets how many events a batch has at most, and how long its first event waits for the others.
  /// @throws std::invalid_argument unless both are positive, and `size` at most 65,536
  explicit batched(std::uint32_t size = 64,
                   std::chrono::nanoseconds max_delay = std::chrono::milliseconds{100});

  /// Handles `n` batches at the same time.
  /// @throws std::invalid_argument unless `n` is from 1 to max_receivers
  batched receivers(std::uint32_t n) const {
    return with([&](processing_rules& r) { r.receivers = checked_receivers("receivers()", n); });
  }
};

} // namespace sweet::inline v0_5::strategy
