#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <sweet/messages/task_error.hpp>

namespace sweet::detail {

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

  /// Looks, at the end, whether all is well with where the bytes came from.
  /// @throws task_failure if not
  virtual void finish() {}

  /// What messages call it.
  [[nodiscard]] virtual const std::string& name() const noexcept = 0;
};

/// The bytes of a file, which the first read() opens. "-" is standard input, which stays open.
/// @param buffer_size how much is read at once, in bytes; 0 counts as 1
[[nodiscard]] std::unique_ptr<byte_stream> read_file(std::string path, std::size_t buffer_size);

/// The io error `error`, an errno, of something with a name: "people.csv: Permission denied".
[[nodiscard]] task_error io_error(const std::string& name, int error);

/// The invalid_data error of a line: "people.csv:17: what".
[[nodiscard]] task_error line_error(const std::string& name, std::uint64_t line,
                                    std::string_view what);

} // namespace sweet::detail
