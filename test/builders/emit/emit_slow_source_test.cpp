// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Sources that block: what they have given does not wait for what they will give.

#include <sweet/actors/runtime/system/unique_fd.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/scratch_folder.hpp>

#include <atomic>
#include <csignal>
#include <optional>
#include <string>

#include <fcntl.h>

using namespace sweet;
using sweet::testing::runtime_fixture;

namespace emit_slow_source_test {
namespace {

// Gives three numbers at once, and waits for the receiver of all before it says that these are all.
struct waits_for_receiver {
  using value_type = int;

  struct reader {
    std::atomic<int>& received;
    int given = 0;

    bool is_ready() const { return given < 3; }

    std::optional<task_result<int>> next() {
      if (is_ready())
        return ++given;
      for (auto now = received.load(); now < 3; now = received.load())
        received.wait(now);
      return std::nullopt;
    }
  };

  std::atomic<int>* received;

  reader open() const { return {*received}; }
};

} // namespace
} // namespace emit_slow_source_test

BOOST_FIXTURE_TEST_SUITE(emit_slow_source_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(events_are_handed_over_before_the_source_waits) {
  for (int round = 0; round < 50; ++round) {
    std::atomic<int> received{0};
    const auto end = async_task::emits<int>(rt)
                         .sender(waits_for_receiver{&received})
                         .receiver(strategy::serial{},
                                   [&](int) {
                                     ++received;
                                     received.notify_all();
                                   })
                         .await_final_event();
    BOOST_TEST(end.is_ok());
    BOOST_TEST(end.counts.processed == 3u);
  }
}

BOOST_AUTO_TEST_CASE(a_source_that_waits_for_a_pipe_ends_with_its_stream) {
  testing::scratch_folder folder;
  // Opened for writing, but nobody writes; and opened by nobody.
  const auto silent = folder.make_fifo("silent");
  const detail::unique_fd writer{::open(silent.c_str(), O_RDWR | O_CLOEXEC)};
  for (const auto& path : {silent, folder.make_fifo("unheard")}) {
    for (const auto level : {cancellation_level::graceful, cancellation_level::kill}) {
      const auto stream = async_task::emits<std::string>(rt)
                              .sender(source::lines(path))
                              .receiver(strategy::serial{}, [](const std::string&) {})
                              .run();
      stream.cancel(level);
      BOOST_TEST(stream.await_final_event().kind == event_kind::cancellation);
    }
    const auto drained = async_task::emits<std::string>(rt)
                             .sender(source::lines(path))
                             .receiver(strategy::serial{}, [](const std::string&) {})
                             .run();
    drained.drain();
    BOOST_TEST(drained.await_final_event().kind == event_kind::final);
  }
}

BOOST_AUTO_TEST_CASE(a_command_that_says_nothing_more_is_killed_with_its_stream) {
  std::atomic<pid_t> pid{0};
  const auto stream = async_task::emits<std::string>(rt)
                          .sender(source::shell("echo $$; exec sleep 1000"))
                          .receiver(strategy::serial{},
                                    [&](const std::string& line) {
                                      pid = std::stoi(line);
                                      pid.notify_all();
                                    })
                          .run();
  pid.wait(0);
  BOOST_TEST(::kill(pid, 0) == 0);
  stream.cancel();
  const auto end = stream.await_final_event();
  BOOST_TEST(end.kind == event_kind::cancellation);
  BOOST_TEST(end.counts == (event_counts{.emitted = 1, .processed = 1}));
  BOOST_TEST(::kill(pid, 0) == -1);
}

BOOST_AUTO_TEST_SUITE_END()
