// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/observe/log_sink.hpp>

#include <sweet/actors/runtime/user_callback.hpp>
#include <sweet/messages/exception_text.hpp>

#include <cstdio>
#include <exception>
#include <string>

namespace sweet::detail {

namespace {

void write_plainly(const log_record& record, const std::string& why) noexcept {
  std::fprintf(stderr, "error: the log sink of the runtime threw: %s\n", why.c_str());
  try {
    const auto line = to_string(record) + '\n';
    std::fwrite(line.data(), 1, line.size(), stderr);
  } catch (const std::bad_alloc&) {
    std::fputs("error: no memory for the record that it was given\n", stderr);
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
    write_plainly(record, exception_text());
  }
}

} // namespace sweet::detail
