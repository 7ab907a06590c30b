#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <array>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <sweet/actors/process/process_family.hpp>
#include <sweet/actors/process/process_result.hpp>
#include <sweet/actors/process/spawn_child.hpp>

namespace sweet::inline v0_5::detail {

/// The life of a child process from its start to the end of all that belongs to it, as the
/// reactor's thread drives it. Only signal() may be called by other threads.
class child_process {
public:
  using clock = std::chrono::steady_clock;
  using completion = std::function<void(process_result)>;

  /// One of the descriptors that the reactor waits for.
  struct source {
    child_process* child;
    unique_fd fd;
    /// Where the bytes go; nullptr: this is the pidfd.
    captured_output* sink;
    /// The epoll instance that waits for the descriptor; -1: none.
    int epoll = -1;

    /// Takes the descriptor out of epoll and closes it. Closing alone is not enough: another child
    /// that is just being started has a copy until it runs its program, and epoll would report the
    /// closed descriptor without end meanwhile.
    void close() noexcept;
  };

  using output_watcher = std::function<void(std::string_view)>;

  /// @param family the processes that belong to the child with process_scope::descendants; empty:
  /// its group
  /// @param view the processes among which families are looked for; outlives this; its owner calls
  /// forget()
  /// @param watch see process_spec::on_output; may be empty
  child_process(spawned_child child, clock::time_point started,
                std::optional<process_family> family, process_view& view, output_watcher watch,
                completion done);

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }

  /// Sends SIGTERM, and SIGKILL after `grace`, see process_reactor::handle::terminate(). The
  /// reactor must look at deadline() afterwards.
  int terminate(clock::duration grace) noexcept;
  /// Sends SIGKILL, see process_reactor::handle::kill().
  int kill() noexcept;

  /// Returns all descriptors; closed ones are empty.
  [[nodiscard]] std::span<source> sources() noexcept { return sources_; }

  /// Reacts to a readable source.
  /// @param buffer scratch space for what is read
  void on_readable(source& from, std::span<char> buffer);

  /// Kills the process if its grace is over, and looks after the processes that outlive it, or were
  /// killed with it. Called at deadline().
  void on_deadline(std::span<char> buffer);

  /// Ends the watch although the process may still run: a process of another user takes no signal
  /// from us, and one that waits for a dead disk takes none at all.
  void give_up(std::span<char> buffer);

  /// Returns when on_deadline() is to be called; empty: not at all.
  [[nodiscard]] std::optional<clock::time_point> deadline() const;

  /// Whether all is over: then call complete() and drop this.
  [[nodiscard]] bool ended() const noexcept { return ended_; }

  /// Calls the completion.
  void complete();

private:
  static constexpr std::chrono::milliseconds first_pause{1};
  static constexpr std::chrono::milliseconds longest_pause{50};

  void read_from(source& from, std::span<char> buffer);
  void on_exit(std::span<char> buffer);
  void settle(std::span<char> buffer);
  void kill_members();
  void close_output(std::span<char> buffer);
  void end() noexcept;
  [[nodiscard]] bool output_closed() const noexcept;
  [[nodiscard]] std::vector<running_process> members();
  bool reap_group();

  const pid_t pid_;
  const clock::time_point started_;
  std::optional<process_family> family_;
  process_view& view_;
  const output_watcher watch_;
  completion done_;
  process_result result_;
  std::array<source, 3> sources_;
  std::optional<clock::time_point> exited_at_;
  // Nothing in Linux tells when a group is gone, so a group that outlives its leader is looked at,
  // ever more seldom; and so are the members of a family that is killed.
  std::optional<clock::time_point> next_look_;
  clock::duration pause_ = first_pause;
  std::vector<running_process> asked_; ///< to terminate, though outside of the group
  bool members_killed_ = false;        ///< before the exit
  bool ended_ = false;

  // Guards what follows, and that no signal goes to a group id which others may have by now.
  mutable std::mutex mutex_;
  bool group_gone_ = false;
  bool over_ = false; ///< no process that belongs to it can be signalled any more
  std::optional<clock::time_point> kill_at_;
  std::optional<clock::time_point> killed_at_;
};

} // namespace sweet::inline v0_5::detail
