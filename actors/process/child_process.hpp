#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <array>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <span>

#include <sweet/actors/process/process_result.hpp>
#include <sweet/actors/process/spawn_child.hpp>

namespace sweet::detail {

/// The life of a child process from its start to the end of its group, as the reactor's thread
/// drives it. Only signal() may be called by other threads.
class child_process {
public:
  using clock = std::chrono::steady_clock;
  using completion = std::function<void(process_result)>;

  /// One of the descriptors the reactor waits for.
  struct source {
    child_process* child;
    unique_fd fd;
    /// Where the bytes go; nullptr: this is the pidfd.
    captured_output* sink;
  };

  child_process(spawned_child child, clock::time_point started, completion done);

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }

  /// See process_reactor::handle.
  int signal(int number) noexcept;

  /// All descriptors; those that are closed already are empty.
  [[nodiscard]] std::span<source> sources() noexcept { return sources_; }

  /// Reacts to a readable source.
  /// @param buffer scratch space for what is read
  void on_readable(source& from, std::span<char> buffer);

  /// Looks after what outlives the process; call it at deadline().
  void on_deadline(std::span<char> buffer);

  /// When on_deadline() wants to be called; nothing while the process runs, and after the end.
  [[nodiscard]] std::optional<clock::time_point> deadline() const noexcept { return deadline_; }

  /// Whether all is over: then take the completion and drop this.
  [[nodiscard]] bool ended() const noexcept { return ended_; }

  /// Calls the completion.
  void complete();

private:
  enum class stage : std::uint8_t { running, left_alone, asked, killed };

  void read_from(source& from, std::span<char> buffer);
  void on_exit(std::span<char> buffer);
  void settle(std::span<char> buffer);
  void close_output(std::span<char> buffer);
  void end() noexcept;
  [[nodiscard]] bool output_closed() const noexcept;
  bool reap_group();

  const pid_t pid_;
  const clock::time_point started_;
  completion done_;
  process_result result_;
  std::array<source, 3> sources_;
  stage stage_ = stage::running;
  clock::time_point stage_end_;
  clock::duration pause_{};
  std::optional<clock::time_point> deadline_;
  bool ended_ = false;

  // Guards what follows, and that no signal goes to a group id which others may have by now.
  std::mutex mutex_;
  bool group_gone_ = false;
  bool term_sent_ = false;
  bool kill_sent_ = false;
};

} // namespace sweet::detail
