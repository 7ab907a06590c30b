#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/cancellation_level.hpp>

#include <csignal>
#include <initializer_list>
#include <memory>

namespace sweet::inline v0_5 {

class runtime;

namespace detail {

class signal_listener;

} // namespace detail

/// Lets signals such as Ctrl-C cancel all tasks of a runtime, as long as this object lives: the
/// first signal gracefully, the second one by kill, the third one by kill_hard. Further ones do
/// nothing.
///
///     int main() {
///       sweet::runtime rt;
///       const sweet::stop_on_signals stop{rt, {SIGINT, SIGTERM}};
///       return rt.spawn(serve).await().is_ok() ? 0 : 1;
///     }
///
/// The tasks are cancelled as runtime::cancel() does it: those that start later, too, and the level
/// also rises by itself. A thread of this object cancels them, and runs their callbacks on stop
/// tokens; while one of these goes on, further signals wait. The log has a record of level `info`
/// for each level.
///
/// It may be made whatever threads the process has, and with the signals blocked in all of them.
/// Meanwhile the process has a handler for each of the signals, with SA_RESTART; one that was
/// ignored before stays ignored, as nohup and shells want it. A signal has one stop_on_signals at a
/// time. The destructor acts on what has come and restores what the process did with the signals
/// before.
///
/// In a process that fork() has made the signals do what they did before this object was made.
class [[nodiscard]] stop_on_signals {
public:
  /// Begins to listen.
  /// @param rt whose tasks are cancelled; outlives this object
  /// @param signals the numbers of the signals, such as SIGINT
  /// @throws std::invalid_argument if one of them is no signal that a process can handle
  /// @throws std::logic_error if another stop_on_signals has one of them, or in a process that
  /// fork() has made
  /// @throws std::system_error if the system refuses the thread
  /// @throws std::bad_alloc
  stop_on_signals(runtime& rt, std::initializer_list<int> signals);
  /// Acts on the signals that have come, and restores what the process did with them before.
  /// @pre the caller is no callback on a stop token that a signal has made run
  ~stop_on_signals();
  stop_on_signals(const stop_on_signals&) = delete;
  stop_on_signals& operator=(const stop_on_signals&) = delete;

  /// Returns the level that signals have asked for so far. Any thread.
  cancellation_level level() const noexcept;

private:
  std::unique_ptr<detail::signal_listener> listener_;
};

} // namespace sweet::inline v0_5
