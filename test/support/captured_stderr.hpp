#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/testing/scratch_folder.hpp>

#include <stdexcept>
#include <string>

#include <fcntl.h>
#include <unistd.h>

namespace sweet::inline v0_5::testing {

/// While it lives, standard error of this process goes to a file.
class captured_stderr {
public:
  captured_stderr() : before_(::dup(STDERR_FILENO)) {
    const auto path = folder_.write("stderr", "");
    const int file = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    if (before_ < 0 || file < 0 || ::dup2(file, STDERR_FILENO) < 0)
      throw std::runtime_error{"cannot redirect standard error"};
    ::close(file);
  }
  ~captured_stderr() {
    ::dup2(before_, STDERR_FILENO);
    ::close(before_);
  }
  captured_stderr(const captured_stderr&) = delete;
  captured_stderr& operator=(const captured_stderr&) = delete;

  /// What has been written so far.
  [[nodiscard]] std::string text() const { return read_file(folder_ / "stderr"); }

private:
  scratch_folder folder_;
  int before_;
};

} // namespace sweet::inline v0_5::testing
