#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <sweet/messages/task_error.hpp>

namespace sweet::inline v0_5::detail {

/// Bytes that are read in pieces, from the first on. Used by one thread at a time.
class byte_stream {
public:
  byte_stream() = default;
  byte_stream(const byte_stream&) = delete;
  byte_stream& operator=(const byte_stream&) = delete;
  virtual ~byte_stream() = default;

  /// The next piece, which stays until the next call; empty at the end. Blocks until there is one.
  /// @throws task_failure (io) if it cannot be opened or read; cancelled if the task that reads
  /// is cancelled
  virtual std::string_view read() = 0;

  /// Checks, at the end, that the origin of the bytes has ended well.
  /// @throws task_failure if not
  virtual void finish() {}

  /// The name of the stream in messages.
  [[nodiscard]] virtual const std::string& name() const noexcept = 0;
};

/// The bytes of a file, which the first read() opens. "-" is standard input, which stays open.
/// @param buffer_size how much is read at once, in bytes; 0 counts as 1
[[nodiscard]] std::unique_ptr<byte_stream> read_file(std::string path, std::size_t buffer_size);

/// Makes an io error from an errno and the name of a file or command: "people.csv: Permission
/// denied".
[[nodiscard]] task_error io_error(const std::string& name, int error);

/// Makes the invalid_data error of a line: "people.csv:17: what".
[[nodiscard]] task_error line_error(const std::string& name, std::uint64_t line,
                                    std::string_view what);

} // namespace sweet::inline v0_5::detail
