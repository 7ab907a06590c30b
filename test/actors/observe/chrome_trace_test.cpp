// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/observe/chrome_trace.hpp>

#include <sweet/sweet.hpp>
#include <sweet/testing/wait_until_idle.hpp>

#include <boost/test/unit_test.hpp>

#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <sstream>
#include <string>

using namespace sweet;
using namespace std::chrono_literals;
using nlohmann::json;

namespace chrome_trace_test {
namespace {

json written(const std::vector<trace_event>& events) {
  std::ostringstream out;
  {
    chrome_trace trace{out};
    for (const auto& e : events)
      trace(e);
  }
  return json::parse(out.str());
}

std::string name_of_one(std::string name) {
  return written({{.name = std::move(name)}}).at(0).at("name").get<std::string>();
}

} // namespace
} // namespace chrome_trace_test

BOOST_AUTO_TEST_SUITE(chrome_trace_test)

BOOST_AUTO_TEST_CASE(nothing_is_an_empty_list) {
  BOOST_TEST(written({}) == json::array());
}

BOOST_AUTO_TEST_CASE(an_event_in_full) {
  const trace_event e{trace_kind::ended,
                      task_id{7},
                      task_id{1},
                      "fetch",
                      task_status::failed,
                      std::chrono::steady_clock::time_point{1234567ns},
                      42};
  const auto expected =
      json{{"name", "fetch"},
           {"cat", "task"},
           {"ph", "e"},
           {"pid", 1},
           {"tid", 42},
           {"ts", 1234.567},
           {"id", 7},
           {"args", {{"task", 7}, {"parent", 1}, {"event", "ended"}, {"status", "failed"}}}};
  BOOST_TEST(written({e}).at(0) == expected);
}

BOOST_AUTO_TEST_CASE(names_are_text_whatever_is_in_them) {
  BOOST_TEST(name_of_one("a\"b\\c\n\x01") == "a\"b\\c\n\x01");
  BOOST_TEST(name_of_one("Größe 漢 😀") == "Größe 漢 😀");
  BOOST_TEST(name_of_one("\xff\xc0\xaf\xed\xa0\x80\xf5\xe2\x82") == "?????????");
  BOOST_TEST(name_of_one("") == "task #0");
}

BOOST_AUTO_TEST_CASE(turns_nest_on_their_threads_and_lives_close) {
  std::ostringstream out;
  {
    chrome_trace trace{out};
    runtime rt = runtime_builder{}.workers(2).trace(std::ref(trace)).build();
    auto all =
        async_task::to<void>(rt).name("all").tracing().run([](task_context ctx) -> async<void> {
          for (int i = 0; i < 50; ++i)
            static_cast<void>(async_task::to<void>(ctx).tracing().run(
                [](task_context own) -> async<void> { co_await own.yield(); }));
          co_return;
        });
    BOOST_TEST(all.await().is_ok());
  }
  std::map<std::uint64_t, int> depth;
  std::map<std::uint64_t, std::string> life;
  for (const auto& e : json::parse(out.str())) {
    const auto phase = e.at("ph").get<std::string>();
    if (phase == "B") {
      ++depth[e.at("tid")];
    } else if (phase == "E") {
      BOOST_TEST(--depth[e.at("tid")] >= 0);
    } else {
      life[e.at("id")] += phase;
    }
  }
  for (const auto& [thread, open] : depth)
    BOOST_TEST(open == 0);
  BOOST_TEST(life.size() == 51u);
  for (const auto& [id, phases] : life)
    BOOST_TEST(phases == "be");
}

BOOST_AUTO_TEST_SUITE_END()
