#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <sweet/actors/runtime/system/unique_fd.hpp>

namespace sweet {

/// All bytes that a child process wrote to a stream, in order. Up to `memory_limit` they are held
/// in memory, beyond that in a file without a name in $TMPDIR, or else /var/tmp, or else /tmp,
/// which vanishes with this object.
///
/// Thread safety: const members may be called from many threads at once.
class captured_output {
public:
  static constexpr std::size_t memory_limit = 1U << 20U;

  captured_output() = default;
  captured_output(captured_output&& other) noexcept;
  captured_output& operator=(captured_output&& other) noexcept;

  /// Adds bytes at the end. A file that cannot be made or written is found in error(), and then
  /// only what came before is kept.
  void append(std::string_view bytes);

  /// How many bytes are kept.
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

  /// How many bytes could not be kept; 0 unless error() is set.
  [[nodiscard]] std::uint64_t lost() const noexcept { return lost_; }

  /// The errno of what went wrong when the bytes were put into a file; 0: nothing did, and all are
  /// kept.
  [[nodiscard]] int error() const noexcept { return error_; }

  /// At most `count` bytes from `offset` on.
  /// @throws std::system_error if the file cannot be read
  [[nodiscard]] std::string read(std::uint64_t offset, std::size_t count) const;

  /// All bytes. Mind their number.
  /// @throws std::system_error if the file cannot be read
  [[nodiscard]] std::string text() const;

  /// The last `lines` lines, but no more than the last `max_bytes` bytes.
  /// @throws std::system_error if the file cannot be read
  [[nodiscard]] std::string tail(std::size_t lines, std::size_t max_bytes = 65536) const;

  /// Whether the bytes lie in a file.
  [[nodiscard]] bool spilled() const noexcept { return static_cast<bool>(file_); }

private:
  void spill(std::string_view bytes);

  std::string memory_;
  detail::unique_fd file_;
  std::uint64_t size_ = 0;
  std::uint64_t lost_ = 0;
  int error_ = 0;
};

} // namespace sweet
