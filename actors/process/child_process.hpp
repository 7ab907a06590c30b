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

namespace sweet::detail {

/// The life of a child process from its start to the end of all that belongs to it, as the
/// reactor's thread drives it. Only signal() may be called by other threads.
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
    /// The epoll instance that waits for it; -1: none.
    int epoll = -1;

    /// Takes it out of epoll and closes it. Closing alone is not enough: another child that is just
    /// being started has a copy of the descriptor until it runs its program, and epoll would report
    /// the closed one without end meanwhile.
    void close() noexcept;
  };

  using output_watcher = std::function<void(std::string_view)>;

  /// @param family what belongs to it with process_scope::descendants; empty: its group does
  /// @param view what families are looked for in; it outlives this, and is forgotten by its owner
  /// @param watch see process_spec::on_output; may be empty
  child_process(spawned_child child, clock::time_point started,
                std::optional<process_family> family, process_view& view, output_watcher watch,
                completion done);

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }

  /// See process_reactor::handle. The reactor must look at deadline() afterwards.
  int terminate(clock::duration grace) noexcept;
  /// See process_reactor::handle.
  int kill() noexcept;

  /// All descriptors; those that are closed already are empty.
  [[nodiscard]] std::span<source> sources() noexcept { return sources_; }

  /// Reacts to a readable source.
  /// @param buffer scratch space for what is read
  void on_readable(source& from, std::span<char> buffer);

  /// Kills what was asked to terminate and has not, and looks after what outlives the process, or
  /// was killed with it; call it at deadline().
  void on_deadline(std::span<char> buffer);

  /// Makes an end of it although the process may still run: one that runs as another user takes no
  /// signal from us, and one that waits for a dead disk none from anybody.
  void give_up(std::span<char> buffer);

  /// When on_deadline() wants to be called, if at all.
  [[nodiscard]] std::optional<clock::time_point> deadline() const;

  /// Whether all is over: then take the completion and drop this.
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
  // Nothing in Linux tells when a group is gone, so one that outlives its leader is looked at, ever
  // more seldom; and so are the members of a family that is killed.
  std::optional<clock::time_point> next_look_;
  clock::duration pause_ = first_pause;
  std::vector<running_process> asked_; ///< to terminate, of those outside of the group
  bool members_killed_ = false;        ///< before the exit
  bool ended_ = false;

  // Guards what follows, and that no signal goes to a group id which others may have by now.
  mutable std::mutex mutex_;
  bool group_gone_ = false;
  bool over_ = false; ///< nothing that belongs to it can be signalled any more
  std::optional<clock::time_point> kill_at_;
  std::optional<clock::time_point> killed_at_;
};

} // namespace sweet::detail
