#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <sweet/actors/emit/sources/byte_stream.hpp>
#include <sweet/actors/process/process_spec.hpp>
#include <sweet/actors/process/spawn_child.hpp>

namespace sweet::detail {

/// What a child process writes to its standard output. The first read() starts it; at the end of
/// its output finish() waits until it has exited, and kills what it has left behind in its process
/// group. Of what it writes to its standard error, the last line is kept for the message.
class child_stream final : public byte_stream {
public:
  /// @param name what messages call it
  child_stream(process_spec spec, std::string name, std::size_t buffer_size);

  /// Kills the process with all of its group if it still runs, and waits until it is gone, though
  /// no longer than a second.
  ~child_stream() override;

  std::string_view read() override;

  /// @throws task_failure (failure) if the process has not exited with 0; cancelled if it still
  /// runs and the task that reads is cancelled
  void finish() override;

  [[nodiscard]] const std::string& name() const noexcept override { return name_; }

private:
  void start();
  void wait(int fd);
  void read_errors();

  process_spec spec_;
  std::string name_;
  std::size_t size_;
  std::unique_ptr<char[]> buffer_;
  spawned_child child_; ///< its pid is 0 before the start and after the end
  std::string errors_;  ///< the last that it has written to its standard error
};

} // namespace sweet::detail
