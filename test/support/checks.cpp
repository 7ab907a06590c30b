// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/testing/checks.hpp>

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <thread>

namespace sweet::inline v0_5::testing {

namespace {

const std::thread::id main_thread = std::this_thread::get_id();

} // namespace

void note_check(const char* file, std::size_t line) {
  if (std::this_thread::get_id() != main_thread) {
    std::fprintf(
        stderr,
        "%s:%zu: a check outside the main thread: use expect() of sweet/testing/expect.hpp, "
        "or carry the value out of the body\n",
        file, line);
    std::abort();
  }
  const std::string_view name{file};
  boost::unit_test::unit_test_log.set_checkpoint({name.data(), name.size()}, line, {});
}

} // namespace sweet::inline v0_5::testing
