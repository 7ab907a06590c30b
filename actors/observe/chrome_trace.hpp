#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/trace_event.hpp>

#include <iosfwd>
#include <mutex>

namespace sweet::inline v0_5 {

/// Writes trace events as the JSON that chrome://tracing and ui.perfetto.dev show: the turns of
/// bodies on the threads that ran them, and the life of each task as a span of its own.
///
///     std::ofstream file{"trace.json"};
///     sweet::chrome_trace trace{file};
///     sweet::runtime rt = sweet::runtime_builder{}.trace(std::ref(trace)).build();
///
/// The trace has to outlive the runtime; the document is complete once the trace is destroyed.
/// Errors of writing are found in the state of the stream. Any thread.
class chrome_trace {
public:
  /// Begins a document.
  /// @param out outlives this object
  explicit chrome_trace(std::ostream& out);
  /// Ends the document.
  ~chrome_trace();
  chrome_trace(const chrome_trace&) = delete;
  chrome_trace& operator=(const chrome_trace&) = delete;

  /// Writes an event. Any thread.
  void operator()(const trace_event& event);

private:
  std::mutex mutex_;
  std::ostream& out_; // mutex_
  bool empty_ = true; // mutex_
};

} // namespace sweet::inline v0_5
