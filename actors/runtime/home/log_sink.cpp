// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/home/log_sink.hpp>

#include <sweet/actors/runtime/home/user_callback.hpp>
#include <sweet/messages/exception_text.hpp>

#include <cstdio>
#include <exception>
#include <new>
#include <string>

namespace sweet::inline v0_5::detail {

namespace {

/// Writes a record that the sink has not taken, and the exception of the sink, to standard error.
/// @pre called while an exception is handled
void write_plainly(const log_record& record) noexcept {
  try {
    const auto lines = "error: the log sink of the runtime threw: " + exception_text() + '\n' +
                       to_string(record) + '\n';
    std::fwrite(lines.data(), 1, lines.size(), stderr);
  } catch (const std::bad_alloc&) {
    std::fputs("error: the log sink of the runtime threw, and there is no memory to say what\n",
               stderr);
  }
}

} // namespace

void log_sink::write(const log_record& record) const noexcept {
  try {
    if (!write_)
      return log_to_stderr(record);
    const user_callback callback{home_};
    write_(record);
  } catch (...) {
    write_plainly(record);
  }
}

void log_sink::tell_no_memory() noexcept {
  std::fputs("error: no memory for a record of the log\n", stderr);
}

} // namespace sweet::inline v0_5::detail
