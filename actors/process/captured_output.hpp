#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <sweet/actors/runtime/system/unique_fd.hpp>

namespace sweet::inline v0_5 {

/// All bytes that a child process wrote to a stream, in order. Up to `memory_limit` they are held
/// in memory, beyond that in a file without a name in $TMPDIR, or else /var/tmp, or else /tmp,
/// which vanishes with this object.
///
/// Const members may be called from many threads at once.
class captured_output {
public:
  /// How many bytes are held in memory.
  static constexpr std::size_t memory_limit = 1U << 20U;

  /// Makes an empty output.
  captured_output() = default;
  /// Takes over the bytes of `other`.
  captured_output(captured_output&& other) noexcept;
  /// Replaces the bytes by those of `other`.
  captured_output& operator=(captured_output&& other) noexcept;

  /// Adds bytes at the end. If a file cannot be made or written, error() says so, and later bytes
  /// are lost.
  void append(std::string_view bytes);

  /// Returns how many bytes are kept.
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

  /// Returns how many bytes could not be kept; 0 unless error() is set.
  [[nodiscard]] std::uint64_t lost() const noexcept { return lost_; }

  /// Returns the errno of the failure to put the bytes into a file; 0 if there was none, and all
  /// are kept.
  [[nodiscard]] int error() const noexcept { return error_; }

  /// Returns at most `count` bytes from `offset` on.
  /// @throws std::system_error if the file cannot be read
  [[nodiscard]] std::string read(std::uint64_t offset, std::size_t count) const;

  /// Returns all bytes, however many they are; see size().
  /// @throws std::system_error if the file cannot be read
  [[nodiscard]] std::string text() const;

  /// Returns the last `lines` lines, but no more than the last `max_bytes` bytes.
  /// @throws std::system_error if the file cannot be read
  [[nodiscard]] std::string tail(std::size_t lines, std::size_t max_bytes = 65536) const;

  /// Tells whether the bytes lie in a file.
  [[nodiscard]] bool spilled() const noexcept { return static_cast<bool>(file_); }

private:
  void spill(std::string_view bytes);

  std::string memory_;
  detail::unique_fd file_;
  std::uint64_t size_ = 0;
  std::uint64_t lost_ = 0;
  int error_ = 0;
};

} // namespace sweet::inline v0_5
