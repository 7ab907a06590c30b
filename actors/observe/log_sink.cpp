// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/observe/log_sink.hpp>

#include <cstdio>
#include <exception>
#include <string>

namespace sweet::detail {

namespace {

void write_plainly(const log_record& record, const char* why) noexcept {
  std::fprintf(stderr, "error: the log sink of the runtime threw: %s\n", why);
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
    if (write_)
      write_(record);
    else
      log_to_stderr(record);
  } catch (const std::exception& e) {
    write_plainly(record, e.what());
  } catch (...) {
    write_plainly(record, "what is no std::exception");
  }
}

} // namespace sweet::detail
