// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Sources that block: what they have given does not wait for what they will give.

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <atomic>
#include <optional>

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

BOOST_AUTO_TEST_SUITE_END()
