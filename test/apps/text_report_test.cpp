// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "text_report.hpp"

#include <boost/test/unit_test.hpp>

using namespace sweet;
using namespace sweet::command;
using namespace std::chrono_literals;

namespace text_report_test {
namespace {

std::string text_of(report_pieces pieces) {
  std::string result;
  for (auto& piece : pieces) {
    if (auto* text = std::get_if<std::string>(&piece))
      result += *text;
    else
      result += std::get<captured_output>(piece).text();
  }
  return result;
}

process_result process(std::string_view output, exit_status status = {}) {
  process_result result;
  result.status = status;
  result.usage.wall = 1200ms;
  result.usage.user = 500ms;
  result.usage.system = 250ms;
  result.out.append(output);
  return result;
}

job_file three_jobs() {
  job_file file;
  for (const char* name : {"build", "test", "deploy"})
    file.jobs.emplace_back().name = name;
  return file;
}

struct fixture {
  std::string words(run_event event) { return text_of(report->words(std::move(event), 0ns)); }

  job_file file = three_jobs();
  std::unique_ptr<run_report> report = make_text_report(file, {});
};

} // namespace
} // namespace text_report_test

BOOST_FIXTURE_TEST_SUITE(text_report_test, fixture)

BOOST_AUTO_TEST_CASE(a_job_that_succeeds) {
  BOOST_TEST(words(job_started{0}) == "start  build\n");
  BOOST_TEST(words(job_ended{0, job_outcome::succeeded, {}, process("hidden\n")}) ==
             "done   build   1.20 s, cpu 0.75 s\n");
}

BOOST_AUTO_TEST_CASE(memory_is_shown_where_it_is_known) {
  auto p = process("");
  p.usage.max_rss = 123'456'789;
  BOOST_TEST(words(job_ended{0, job_outcome::succeeded, {}, std::move(p)}) ==
             "done   build   1.20 s, cpu 0.75 s, 123.5 MB\n");
}

BOOST_AUTO_TEST_CASE(a_job_that_fails_shows_its_tail) {
  std::string output;
  for (int i = 1; i <= 30; ++i)
    output += "line " + std::to_string(i) + "\n";
  std::string expected = "FAIL   test    exit 2 after 1.20 s, cpu 0.75 s\n       | ... 71 B before "
                         "this; --verbose prints all\n";
  for (int i = 11; i <= 30; ++i)
    expected += "       | line " + std::to_string(i) + "\n";
  BOOST_TEST(words(job_ended{1, job_outcome::failed, "exit 2", process(output, {2})}) == expected);
}

BOOST_AUTO_TEST_CASE(the_tail_cannot_upset_a_terminal) {
  auto shown = words(
      job_ended{1, job_outcome::failed, "exit 1",
                process("10%\r50%\r99%\r\n\033[31mred\t\x7f\n\n" + std::string(500, 'x'), {1})});
  BOOST_TEST(shown == "FAIL   test    exit 1 after 1.20 s, cpu 0.75 s\n       | 99%\n       | "
                      "\\x1b[31mred\t\\x7f\n       | \n       | " +
                          std::string(400, 'x') + " ...\n");
}

BOOST_AUTO_TEST_CASE(other_ends) {
  BOOST_TEST(
      words(job_ended{1, job_outcome::timed_out, "timed out after 1.00 s", process("", {0, 15})}) ==
      "FAIL   test    timed out after 1.00 s, cpu 0.75 s\n");
  BOOST_TEST(words(job_ended{1, job_outcome::interrupted, "SIGTERM", process("", {0, 15})}) ==
             "stop   test    SIGTERM after 1.20 s, cpu 0.75 s\n");
  BOOST_TEST(words(job_ended{1, job_outcome::failed, "cannot run `x`: not found", {}}) ==
             "FAIL   test    cannot run `x`: not found\n");
  auto left = process("");
  left.left_processes = true;
  BOOST_TEST(words(job_ended{1, job_outcome::succeeded, {}, std::move(left)}) ==
             "done   test    1.20 s, cpu 0.75 s, left processes behind, which were stopped\n");
}

BOOST_AUTO_TEST_CASE(skipped_jobs_say_why) {
  (void)words(job_ended{0, job_outcome::failed, "exit 1", {}});
  BOOST_TEST(words(job_skipped{1, 0}) == "skip   test    needs build, which failed\n");
  BOOST_TEST(words(job_skipped{2, 1}) == "skip   deploy  needs test, which was skipped\n");
}

BOOST_AUTO_TEST_CASE(interrupts_say_what_happens_and_what_to_do) {
  BOOST_TEST(words(run_interrupted{cancellation_level::graceful, 3}) ==
             "interrupted: asking 3 jobs to stop; Ctrl-C again to kill\n");
  BOOST_TEST(words(run_interrupted{cancellation_level::kill, 1}) ==
             "interrupted again: killing 1 job\n");
  BOOST_TEST(words(run_interrupted{cancellation_level::kill_hard, 2}) ==
             "interrupted again: waiting no longer for 2 jobs\n");
}

BOOST_AUTO_TEST_CASE(verbose_prints_all_and_ends_the_line) {
  report = make_text_report(file, {.verbose = true});
  BOOST_TEST(words(job_ended{0, job_outcome::succeeded, {}, process("a\n\033b")}) ==
             "done   build   1.20 s, cpu 0.75 s\na\n\033b\n");
  BOOST_TEST(words(job_ended{1, job_outcome::failed, "exit 1", process("a\n", {1})}) ==
             "FAIL   test    exit 1 after 1.20 s, cpu 0.75 s\na\n");
  BOOST_TEST(words(job_ended{2, job_outcome::succeeded, {}, process("")}) ==
             "done   deploy  1.20 s, cpu 0.75 s\n");
}

BOOST_AUTO_TEST_CASE(colours_only_on_request) {
  BOOST_TEST(words(job_started{0}).find('\033') == std::string::npos);
  report = make_text_report(file, {.colour = true});
  BOOST_TEST(words(job_started{0}) == "\033[2mstart\033[0m  build\n");
  BOOST_TEST(words(job_ended{0, job_outcome::failed, "exit 1", {}}) ==
             "\033[31mFAIL \033[0m  build   exit 1\n");
}

BOOST_AUTO_TEST_CASE(long_names_do_not_push_everything_right) {
  file.jobs[2].name = std::string(100, 'n');
  report = make_text_report(file, {});
  BOOST_TEST(words(job_ended{0, job_outcome::failed, "x", {}}) ==
             "FAIL   build" + std::string(25, ' ') + "  x\n");
}

BOOST_AUTO_TEST_CASE(the_summary_counts) {
  BOOST_TEST(report->words(run_summary{1, 0, 0, 0, 10ms}) == "1 job in 10 ms: 1 done\n");
  BOOST_TEST(report->words(run_summary{9, 1, 2, 0, 3410ms}) ==
             "12 jobs in 3.41 s: 9 done, 1 failed, 2 skipped\n");
  BOOST_TEST(report->words(run_summary{0, 0, 0, 3, 1s}) ==
             "3 jobs in 1.00 s: 0 done, 3 interrupted\n");
}

BOOST_AUTO_TEST_CASE(the_exit_code_tells_how_it_ended) {
  BOOST_TEST((run_summary{2, 0, 0, 0}.exit_code()) == 0);
  BOOST_TEST((run_summary{2, 1, 0, 0}.exit_code()) == 1);
  BOOST_TEST((run_summary{2, 1, 3, 1}.exit_code()) == 130);
}

BOOST_AUTO_TEST_CASE(items_are_told_if_they_fail) {
  BOOST_TEST(words(item_ended{1, 0, "a", job_outcome::succeeded, {}, 1, process("hidden\n")}) ==
             "");
  BOOST_TEST(
      words(item_ended{1, 1, "b\rc\n", job_outcome::failed, "exit 2", 1, process("bad\n", {2})}) ==
      "FAIL   test    b\\x0dc\\x0a  exit 2 after 1.20 s\n       | bad\n");
  BOOST_TEST(words(item_ended{1, 2, "d", job_outcome::timed_out, "timed out after 1.00 s", 3,
                              process("")}) ==
             "FAIL   test    d  timed out after 1.00 s, attempt 3\n");
  BOOST_TEST(words(item_ended{1, 3, "t.csv:4", job_outcome::failed, "2 fields", 0, {}}) ==
             "FAIL   test    t.csv:4  2 fields\n");
}

BOOST_AUTO_TEST_CASE(verbose_shows_what_items_print) {
  report = make_text_report(file, {.verbose = true});
  BOOST_TEST(words(item_ended{1, 0, "a", job_outcome::succeeded, {}, 1, process("all")}) ==
             "done   test    a  1.20 s\nall\n");
}

BOOST_AUTO_TEST_CASE(the_end_of_an_each_job) {
  const auto end = [](job_outcome outcome, std::string reason, items_summary items) {
    items.wall = 2s;
    return job_ended{1, outcome, std::move(reason), {}, items};
  };
  BOOST_TEST(words(end(job_outcome::succeeded, {}, {.succeeded = 2'000, .total = 2'000})) ==
             "done   test    2000 items in 2.00 s, 1000/s\n");
  BOOST_TEST(words(end(job_outcome::succeeded, {}, {.total = 0})) ==
             "done   test    0 items in 2.00 s\n");
  BOOST_TEST(words(end(job_outcome::failed, "1 of 9 items failed: a (exit 1)",
                       {.succeeded = 8, .failed = 1, .total = 9})) ==
             "FAIL   test    1 of 9 items failed: a (exit 1); 8 items done in 2.00 s, 4.5/s\n");
  BOOST_TEST(words(end(job_outcome::interrupted, {}, {.succeeded = 1, .interrupted = 2})) ==
             "stop   test    1 item done, 2 interrupted in 2.00 s, 1.5/s\n");
}

BOOST_AUTO_TEST_CASE(progress_tells_what_is_known) {
  file.jobs[1].each.emplace();
  file.jobs[2].each.emplace();
  report = make_text_report(file, {});
  BOOST_TEST(report->progress(0s) == "");
  static_cast<void>(report->words(job_started{0}, 0s));
  BOOST_TEST(report->progress(1s) == "");
  static_cast<void>(report->words(job_started{1}, 1s));
  BOOST_TEST(report->progress(2s) == "test: 0 items");
  for (int i = 0; i < 30; ++i)
    static_cast<void>(report->words(
        item_ended{1, 0, "a", i < 3 ? job_outcome::failed : job_outcome::succeeded, {}, 1, {}},
        2s));
  BOOST_TEST(report->progress(11s) == "test: 30 items, 3 failed, 3.0/s");
  static_cast<void>(report->words(items_counted{1, 60}, 11s));
  static_cast<void>(report->words(job_started{2}, 11s));
  BOOST_TEST(report->progress(11s) ==
             "test: 30 of 60 items, 3 failed, 3.0/s, 10.00 s left | deploy: 0 items");
  static_cast<void>(report->words(job_ended{1}, 11s));
  BOOST_TEST(report->progress(11s) == "deploy: 0 items");
}

BOOST_AUTO_TEST_SUITE_END()
