// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Sources that read on and on without an event, in a task that is cancelled meanwhile.

#include <sweet/json/ndjson.hpp>
#include <sweet/sqlite/sqlite_source.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/scratch_folder.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <latch>
#include <thread>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::scratch_folder;

namespace cancelled_readers_test {
namespace {

/// Reads all that there is, from when the task has been cancelled on. @returns how that ends
template <class Source>
task_result<void> read_when_cancelled(const Source& source) {
  runtime rt;
  std::latch is_cancelled{1};
  auto task = async_task::to<void>(rt).blocking().run([&] {
    auto reader = source.open();
    is_cancelled.wait();
    while (reader.next())
      continue;
  });
  // Only what has started is unwound by what it reads.
  while (task.status() == task_status::pending)
    std::this_thread::yield();
  task.cancel();
  is_cancelled.count_down();
  return task.await(30s);
}

bool stops(const task_result<void>& outcome) {
  return outcome.is_err() && outcome.error().code() == error_code::cancelled;
}

} // namespace
} // namespace cancelled_readers_test

BOOST_AUTO_TEST_SUITE(cancelled_readers_test)

// What lines, rows of CSV and JSON are read from gives bytes without end, and no end of a line.

BOOST_AUTO_TEST_CASE(a_line_without_an_end) {
  using namespace cancelled_readers_test;
  BOOST_TEST(stops(read_when_cancelled(source::lines("/dev/zero"))));
}

BOOST_AUTO_TEST_CASE(a_row_without_an_end) {
  using namespace cancelled_readers_test;
  BOOST_TEST(stops(read_when_cancelled(source::csv("/dev/zero"))));
}

BOOST_AUTO_TEST_CASE(a_value_without_an_end) {
  using namespace cancelled_readers_test;
  BOOST_TEST(stops(read_when_cancelled(source::ndjson("/dev/zero"))));
}

BOOST_AUTO_TEST_CASE(folders_without_a_match) {
  using namespace cancelled_readers_test;
  scratch_folder folder;
  folder.write("a", "");
  BOOST_TEST(stops(read_when_cancelled(source::directory(folder.path(), {.pattern = "*.none"}))));
  BOOST_TEST(stops(read_when_cancelled(source::glob(folder / "*.none"))));
}

BOOST_AUTO_TEST_CASE(a_query_without_a_row) {
  using namespace cancelled_readers_test;
  const auto endless =
      source::sqlite(":memory:", "with recursive n(x) as (select 1 union all select x + 1 from n) "
                                 "select x from n where x < 0");
  BOOST_TEST(stops(read_when_cancelled(endless)));
  // In the midst of it.
  runtime rt;
  std::latch reads{1};
  auto task = async_task::to<void>(rt).blocking().run([&] {
    auto reader = endless.open();
    reads.count_down();
    static_cast<void>(reader.next());
  });
  reads.wait();
  task.cancel();
  BOOST_TEST(stops(task.await(30s)));
}

BOOST_AUTO_TEST_SUITE_END()
