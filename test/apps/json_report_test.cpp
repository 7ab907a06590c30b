// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "json_report.hpp"

#include "json_text.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using namespace sweet;
using namespace sweet::command;
using namespace std::chrono_literals;
using nlohmann::json;

namespace json_report_test {
namespace {

struct fixture {
  fixture() {
    file.jobs.resize(2);
    file.jobs[0].name = "build";
    file.jobs[1].name = "te\"st";
    file.jobs[1].group = "g";
  }

  json words(run_event event) {
    auto pieces = report->words(std::move(event), 1500ms);
    std::string line;
    for (const auto& piece : pieces) {
      if (const auto* output = std::get_if<json_output>(&piece))
        line += json_text(output->text.text());
      else
        line += std::get<std::string>(piece);
    }
    // One line per event, whatever it holds.
    BOOST_TEST(line.find('\n') == line.size() - 1);
    return json::parse(line);
  }

  job_file file;
  std::unique_ptr<run_report> report = make_json_report(file, {});
};

process_result process(std::string_view output, exit_status status) {
  process_result result;
  result.status = status;
  result.usage.wall = 1250ms;
  result.usage.user = 500ms;
  result.usage.system = 250ms;
  result.out.append(output);
  return result;
}

} // namespace
} // namespace json_report_test

BOOST_FIXTURE_TEST_SUITE(json_report_test, fixture)

BOOST_AUTO_TEST_CASE(starts) {
  BOOST_TEST(words(job_started{0}) ==
             json({{"event", "job_started"}, {"job", "build"}, {"at", 1.5}}));
  BOOST_TEST(words(job_started{1}) ==
             json({{"event", "job_started"}, {"job", "te\"st"}, {"group", "g"}, {"at", 1.5}}));
}

BOOST_AUTO_TEST_CASE(ends) {
  BOOST_TEST(words(job_ended{0, job_outcome::succeeded, {}, process("a\nb\n", {})}) ==
             json({{"event", "job_ended"},
                   {"job", "build"},
                   {"outcome", "succeeded"},
                   {"exit_code", 0},
                   {"wall", 1.25},
                   {"cpu_user", 0.5},
                   {"cpu_system", 0.25},
                   {"output_bytes", 4},
                   {"at", 1.5}}));
  auto killed = process("a\nb\n", {0, 9});
  killed.usage.max_rss = 1'000'000;
  killed.left_processes = true;
  BOOST_TEST(words(job_ended{0, job_outcome::timed_out, "timed out after 1.00 s",
                             std::move(killed)}) == json({{"event", "job_ended"},
                                                          {"job", "build"},
                                                          {"outcome", "timed_out"},
                                                          {"reason", "timed out after 1.00 s"},
                                                          {"signal", 9},
                                                          {"wall", 1.25},
                                                          {"cpu_user", 0.5},
                                                          {"cpu_system", 0.25},
                                                          {"max_rss", 1'000'000},
                                                          {"left_processes", true},
                                                          {"output_bytes", 4},
                                                          {"output_tail", "a\nb\n"},
                                                          {"at", 1.5}}));
  BOOST_TEST(words(job_ended{1, job_outcome::failed, "cannot run `x`", {}}) ==
             json({{"event", "job_ended"},
                   {"job", "te\"st"},
                   {"outcome", "failed"},
                   {"reason", "cannot run `x`"},
                   {"at", 1.5}}));
}

BOOST_AUTO_TEST_CASE(output_of_any_bytes_becomes_json) {
  auto end = words(job_ended{0, job_outcome::failed, "exit 1",
                             process(std::string_view{"\xff\x80\0\n", 4}, {1})});
  BOOST_TEST(end["output_bytes"] == 4);
  BOOST_TEST(end["output_tail"].is_string());
}

BOOST_AUTO_TEST_CASE(verbose_has_all_output) {
  report = make_json_report(file, {.verbose = true});
  auto end = words(job_ended{0, job_outcome::succeeded, {}, process("a\nb\n", {})});
  BOOST_TEST(end["output"] == "a\nb\n");
  BOOST_TEST(!end.contains("output_tail"));
}

BOOST_AUTO_TEST_CASE(the_rest) {
  BOOST_TEST(
      words(job_skipped{1, 0}) ==
      json({{"event", "job_skipped"}, {"job", "te\"st"}, {"because", "build"}, {"at", 1.5}}));
  BOOST_TEST(words(run_interrupted{cancellation_level::kill, 2}) ==
             json({{"event", "interrupted"}, {"level", "kill"}, {"running", 2}, {"at", 1.5}}));
  BOOST_TEST(json::parse(report->words(run_summary{1, 2, 3, 4, 2500ms})) ==
             json({{"event", "run_ended"},
                   {"succeeded", 1},
                   {"failed", 2},
                   {"skipped", 3},
                   {"interrupted", 4},
                   {"exit_code", 130},
                   {"at", 2.5}}));
}

BOOST_AUTO_TEST_SUITE_END()
