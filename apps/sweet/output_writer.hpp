#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstddef>
#include <cstdint>
#include <deque>

#include "run_report.hpp"

namespace sweet::command {

/// Writes a report to a descriptor in pieces so small that no write waits for a slow reader, once
/// poll() says that there is room: a run must go on, and hear signals, while its report is not
/// read.
///
/// When the reader has gone (EPIPE) the rest is dropped; that is the reader's choice and no error.
class output_writer {
public:
  explicit output_writer(int fd);

  /// Queues pieces; they are dropped if nothing can be written any more.
  void add(report_pieces pieces);

  /// Whether anything waits for room.
  [[nodiscard]] bool pending() const noexcept;

  /// How many bytes wait, outputs of jobs included.
  [[nodiscard]] std::uint64_t waiting() const noexcept {
    return waiting_ + (source_.size() - source_at_) + (chunk_.size() - written_);
  }

  /// Writes a little. @pre pending(), and poll() has said that there is room
  void write_some();

  /// Drops all pieces that wait, and all that come later.
  void drop() { stop(0); }

  /// The errno that ended the writing; 0: none, or only that the reader has gone.
  [[nodiscard]] int error() const noexcept { return error_; }

private:
  bool refill();
  void stop(int error);

  const int fd_;
  const std::size_t at_once_;
  std::deque<report_piece> queue_;
  std::uint64_t waiting_ = 0; ///< bytes in the queue
  // The output that is being printed, up to where it was read into the chunk that is being written.
  captured_output source_;
  std::uint64_t source_at_ = 0;
  bool as_json_ = false; ///< the source
  std::string chunk_;
  std::size_t written_ = 0;
  int error_ = 0;
  bool stopped_ = false;
};

} // namespace sweet::command
