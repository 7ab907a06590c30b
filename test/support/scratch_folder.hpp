#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include <sys/stat.h>

namespace sweet::inline v0_5::testing {

/// A folder of its own for a test, gone with all that is in it at the end.
class scratch_folder {
public:
  scratch_folder()
      : path_((std::filesystem::temp_directory_path() / "sweet-test-XXXXXX").string()) {
    if (!::mkdtemp(path_.data()))
      throw std::runtime_error{"cannot make " + path_};
  }

  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;

  ~scratch_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

  /// The path of something in it.
  [[nodiscard]] std::string operator/(std::string_view name) const {
    return path_ + "/" + std::string{name};
  }

  /// Writes a file.
  /// @returns its path
  std::string write(std::string_view name, std::string_view text) const {
    auto path = *this / name;
    std::ofstream file{path, std::ios::binary};
    file << text;
    if (!file.flush())
      throw std::runtime_error{"cannot write " + path};
    return path;
  }

  /// Makes a fifo: opening it waits for the other side, so it tells when a child process has come
  /// to some point.
  /// @returns its path
  std::string make_fifo(std::string_view name) const {
    auto path = *this / name;
    if (::mkfifo(path.c_str(), 0600) != 0)
      throw std::runtime_error{"cannot make " + path};
    return path;
  }

private:
  std::string path_;
};

/// All of a file.
inline std::string read_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file)
    throw std::runtime_error{"cannot read " + path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

} // namespace sweet::inline v0_5::testing
