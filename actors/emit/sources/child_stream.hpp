#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <sweet/actors/emit/sources/byte_stream.hpp>
#include <sweet/actors/process/process_family.hpp>
#include <sweet/actors/process/process_spec.hpp>
#include <sweet/actors/process/spawn_child.hpp>

namespace sweet::inline v0_5::detail {

/// What a child process writes to its standard output. The first read() starts it; at the end of
/// its output finish() waits until it has exited, and kills what it has left behind that belongs to
/// it (see process_scope). If such processes hold the output open, they are killed half a second
/// after the exit, and the output ends. The last line of its standard error is kept for the
/// message.
class child_stream final : public byte_stream {
public:
  /// @param name the name of the process in messages
  child_stream(process_spec spec, std::string name, std::size_t buffer_size);

  /// Kills the process with all that belongs to it if it still runs, and waits until it is gone,
  /// though no longer than two seconds.
  ~child_stream() override;

  std::string_view read() override;

  /// @throws task_failure (failure) if the process has not exited with 0; cancelled if it still
  /// runs and the task that reads is cancelled
  void finish() override;

  [[nodiscard]] const std::string& name() const noexcept override { return name_; }

private:
  void start();
  void wait(int fd);
  [[nodiscard]] int end_of_patience(int waits_for) const;
  void lose_patience();
  void read_errors();
  void kill_the_rest(pid_t group, bool leader_ended);

  process_spec spec_;
  std::string name_;
  std::size_t size_;
  std::unique_ptr<char[]> buffer_;
  std::optional<process_family> family_; ///< the processes that belong to it; empty: its group
  spawned_child child_;                  ///< its pid is 0 before the start and after the end
  unique_fd patience_;                   ///< a timer, once it has exited with its output open
  bool cut_off_ = false;                 ///< further output is not waited for
  std::string errors_;                   ///< the end of its standard error
};

} // namespace sweet::inline v0_5::detail
