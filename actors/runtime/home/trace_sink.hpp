#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/home/log_sink.hpp>
#include <sweet/messages/trace_event.hpp>

#include <functional>
#include <utility>

namespace sweet::inline v0_5::detail {

/// Where the trace events of a runtime go.
class trace_sink {
public:
  /// @param log gets the exceptions of the function
  trace_sink(const task_home& home, const log_sink& log) noexcept : home_(home), log_(log) {}

  /// Sets the function that gets the events; empty: none. Called before any write.
  void use(std::function<void(const trace_event&)> f) { write_ = std::move(f); }

  /// Whether there is a function that gets the events.
  explicit operator bool() const noexcept { return bool{write_}; }

  /// Writes an event. Any thread. @pre there is a function that gets the events
  void write(const trace_event& event) const noexcept;

private:
  const task_home& home_;
  std::function<void(const trace_event&)> write_;
  const log_sink& log_;
};

} // namespace sweet::inline v0_5::detail
