#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/runtime.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>

namespace sweet::inline v0_5 {

/// Describes a runtime that owns its actor system. A value: each call returns a new builder.
///
///     sweet::runtime rt = sweet::runtime_builder{}.name("crawler").workers(4).build();
class [[nodiscard]] runtime_builder {
public:
  /// Names the root in snapshots. Default: "sweet".
  runtime_builder name(std::string name) const {
    auto copy = *this;
    copy.options_.name = std::move(name);
    return copy;
  }

  /// Sets how many threads run tasks at the same time. Default, and 0: one for each core that the
  /// process may use, see runtime_options::workers.
  runtime_builder workers(std::size_t n) const {
    auto copy = *this;
    copy.options_.workers = n;
    return copy;
  }

  /// Sets how many bodies may block at a time, and how many may wait for that. Default: 512, and
  /// any number.
  runtime_builder blocking(blocking_limits limits) const {
    auto copy = *this;
    copy.options_.blocking = limits;
    return copy;
  }

  /// Sets the clock that timeouts and delays go by, CAF's own included. Default: the steady clock
  /// of the system.
  /// @pre `c` outlives the runtime
  runtime_builder time(clock& c) const {
    auto copy = *this;
    copy.options_.time = &c;
    return copy;
  }

  /// Sets a function that gets CAF's configuration before the actor system is made: to load
  /// modules, add message types, set CAF's own options. The last call wins.
  runtime_builder configure(std::function<void(caf::actor_system_config&)> f) const {
    auto copy = *this;
    copy.options_.configure = std::move(f);
    return copy;
  }

  /// Sets how long the end of the runtime waits for tasks that do not stop, before its cancellation
  /// gets harder. Default: kill after 30 s, kill_hard 1 s later; see runtime_options::shutdown.
  runtime_builder shutdown(const cancellation_times& times) const {
    auto copy = *this;
    copy.options_.shutdown = times;
    return copy;
  }

  /// Sets the sink for log records of tasks and of the runtime; any thread calls it, several at
  /// once, see runtime_options::log. Default: warnings and errors go to standard error, one line
  /// each.
  runtime_builder log(std::function<void(const log_record&)> sink) const {
    auto copy = *this;
    copy.options_.log = std::move(sink);
    return copy;
  }

  /// Sets how long one turn of a body may hold a worker before the log warns of it; zero: for ever.
  /// Default: 100 ms; see runtime_options::watchdog.
  runtime_builder watchdog(std::chrono::nanoseconds longest_turn) const {
    auto copy = *this;
    copy.options_.watchdog = longest_turn;
    return copy;
  }

  /// Sets the sink for the steps of traced tasks, see runtime_options::trace. Default: none.
  runtime_builder trace(std::function<void(const trace_event&)> sink) const {
    auto copy = *this;
    copy.options_.trace = std::move(sink);
    return copy;
  }

  /// Has all tasks measured, unless their builder, or that of a task above, says otherwise; see
  /// runtime_options::metrics. Default: off.
  runtime_builder metrics(bool on = true) const {
    auto copy = *this;
    copy.options_.metrics = on;
    return copy;
  }

  /// Has all tasks traced, unless their builder, or that of a task above, says otherwise; see
  /// runtime_options::tracing. Default: off.
  runtime_builder tracing(bool on = true) const {
    auto copy = *this;
    copy.options_.tracing = on;
    return copy;
  }

  /// Makes the runtime. Exceptions of CAF pass through.
  /// @throws std::system_error if the system refuses the threads
  runtime build() const { return runtime{options_}; }

private:
  runtime_options options_;
};

} // namespace sweet::inline v0_5
