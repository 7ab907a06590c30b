#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/home/log_sink.hpp>
#include <sweet/messages/trace_event.hpp>

#include <functional>
#include <utility>

namespace sweet::detail {

/// Where the trace events of a runtime go.
class trace_sink {
public:
  /// @param log told what a function throws
  trace_sink(const task_home& home, const log_sink& log) noexcept : home_(home), log_(log) {}

  /// Empty: nowhere. Before anybody writes.
  void use(std::function<void(const trace_event&)> f) { write_ = std::move(f); }

  /// Whether somebody listens.
  explicit operator bool() const noexcept { return bool{write_}; }

  /// Any thread. @pre somebody listens
  void write(const trace_event& event) const noexcept;

private:
  const task_home& home_;
  std::function<void(const trace_event&)> write_;
  const log_sink& log_;
};

} // namespace sweet::detail
