// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/captured_stderr.hpp>
#include <sweet/testing/virtual_clock.hpp>

#include <boost/test/unit_test.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::captured_stderr;

namespace log_test {
namespace {

/// A sink that keeps what it is told.
struct kept_records {
  std::mutex mutex;
  std::vector<log_record> records;

  auto sink() {
    return [this](const log_record& r) {
      std::lock_guard guard{mutex};
      records.push_back(r);
    };
  }
};

} // namespace
} // namespace log_test

BOOST_AUTO_TEST_SUITE(log_test)

BOOST_AUTO_TEST_CASE(a_task_tells_in_its_own_name) {
  kept_records kept;
  sweet::testing::virtual_clock time;
  const auto begin = time.now();
  runtime rt{runtime_options{.workers = 2, .time = &time, .log = kept.sink()}};
  auto task = async_task::to<void>(rt).name("download").run([&](task_context ctx) {
    ctx.log("begins");
    time.advance(3s);
    ctx.log(log_level::warning, "no answer");
  });
  BOOST_TEST(task.await().is_ok());
  const std::vector<log_record> expected{
      {log_level::info, task.id(), "download", "begins", begin},
      {log_level::warning, task.id(), "download", "no answer", begin + 3s}};
  BOOST_TEST(kept.records == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(standard_error_gets_what_somebody_should_look_at) {
  captured_stderr err;
  log_to_stderr({.level = log_level::info, .text = "by the way"});
  log_to_stderr({.level = log_level::warning, .text = "look"});
  log_to_stderr({.level = log_level::error, .text = "look now"});
  BOOST_TEST(err.text() == "warning: look\nerror: look now\n");
}

BOOST_AUTO_TEST_CASE(many_tasks_tell_at_once) {
  kept_records kept;
  runtime rt = runtime_builder{}.workers(4).log(kept.sink()).build();
  auto all = rt.spawn([](task_context ctx) -> async<void> {
    task_group<void> group{ctx};
    for (int i = 0; i < 1000; ++i)
      group.spawn([](task_context own) { own.log(log_level::debug, "here"); });
    while (co_await group.next())
      ;
  });
  BOOST_TEST(all.await().is_ok());
  BOOST_TEST(kept.records.size() == 1000u);
}

BOOST_AUTO_TEST_CASE(without_a_sink_warnings_and_errors_go_to_standard_error) {
  captured_stderr captured;
  runtime rt{runtime_options{.workers = 1}};
  auto task = async_task::to<void>(rt).name("a\nb").run([](task_context ctx) {
    ctx.log(log_level::debug, "debug");
    ctx.log("info");
    ctx.log(log_level::warning, "a warning");
    ctx.log(log_level::error, "an error\nof two lines");
  });
  BOOST_TEST(task.await().is_ok());
  rt.log({log_level::error, {}, "", "of nobody", {}});
  const auto id = to_string(task.id());
  BOOST_TEST(captured.text() == "warning: a?b " + id + ": a warning\nerror: a?b " + id +
                                    ": an error?of two lines\nerror: of nobody\n");
}

BOOST_AUTO_TEST_CASE(a_sink_that_throws_loses_nothing) {
  captured_stderr captured;
  runtime rt{runtime_options{.workers = 1, .log = [](const log_record& r) {
                               if (r.text == "first")
                                 throw std::runtime_error{"disk full"};
                               throw 1;
                             }}};
  rt.log({log_level::info, {}, "", "first", {}});
  rt.log({log_level::debug, {}, "", "second", {}});
  BOOST_TEST(captured.text() == "error: the log sink of the runtime threw: disk full\n"
                                "info: first\n"
                                "error: the log sink of the runtime threw: an exception that is "
                                "not derived from std::exception\n"
                                "debug: second\n");
}

BOOST_AUTO_TEST_CASE(a_runtime_around_a_system_has_a_sink_too) {
  caf::actor_system_config cfg;
  configure(cfg);
  cfg.set("scheduler.max-threads", std::size_t{1});
  caf::actor_system system{cfg};
  kept_records kept;
  runtime rt{system, runtime_options{.name = "mine", .log = kept.sink()}};
  BOOST_TEST(rt.name() == "mine");
  BOOST_TEST(rt.spawn([](task_context ctx) { ctx.log("hello"); }).await().is_ok());
  BOOST_TEST(kept.records.at(0).text == "hello");
}

BOOST_AUTO_TEST_SUITE_END()
