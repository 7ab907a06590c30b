// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Faults that were reported of one-shot channels in other libraries, each as a test that this one
// would fail if it had the fault. test/mutants/rules.toml puts them in.

#include <sweet/actors/sync/completion.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

using namespace sweet;
using sweet::testing::runtime_fixture;
using sweet::testing::wait_until_idle;

namespace completion_reports_test {
namespace {

/// Calls a function while it is made.
struct slowly_made {
  slowly_made(const std::function<void()>& f) { f(); }
};

} // namespace
} // namespace completion_reports_test

BOOST_FIXTURE_TEST_SUITE(completion_reports_test, runtime_fixture)

// https://github.com/tokio-rs/tokio/issues/4225 "Race leads to panic in `oneshot::Sender::send()`":
// a receiver took what the sender still had in its hands.
BOOST_AUTO_TEST_CASE(tokio_4225_a_value_that_is_being_set_is_not_there_yet) {
  using completion_reports_test::slowly_made;
  auto [set, result] = completion<slowly_made>{};
  bool there = true;
  const std::function<void()> asks = [&there, own = result]() mutable {
    there = own.is_ready() || own.try_get().has_value();
  };
  BOOST_TEST(set(asks));
  BOOST_TEST(!there);
  BOOST_TEST(result.is_ready());
}

// The race itself: the value goes to the receiver or it is destroyed, and the setter is told which
// if the receiver had gone before.
BOOST_AUTO_TEST_CASE(tokio_4225_a_value_that_crosses_the_last_receiver_is_there_once) {
  for (int i = 0; i < 200; ++i) {
    const auto value = std::make_shared<int>(i);
    auto [set, result] = completion<std::shared_ptr<int>>{};
    bool got = false;
    std::thread other{[&got, own = std::optional{std::move(result)}]() mutable {
      got = own->try_get().has_value();
      own.reset();
    }};
    const bool wanted = set(value);
    other.join();
    BOOST_REQUIRE((wanted || !got));
    BOOST_REQUIRE(value.use_count() == 1);
  }
}

// https://github.com/realm/realm-core/pull/7602 "Fix a race condition in Promise": who had got the
// value destroyed the promise, which had not noted yet that it was fulfilled.
BOOST_AUTO_TEST_CASE(realm_7602_a_setter_is_used_up_before_its_value_is_there) {
  using completion_reports_test::slowly_made;
  completion<slowly_made> c;
  bool is_used_up = false;
  const std::function<void()> asks = [&] { is_used_up = !c.set; };
  BOOST_TEST(c.set(asks));
  BOOST_TEST(is_used_up);
}

// The race itself, which AddressSanitizer and ThreadSanitizer see.
BOOST_AUTO_TEST_CASE(realm_7602_who_gets_the_value_may_destroy_the_setter) {
  for (int i = 0; i < 500; ++i) {
    auto c = std::make_unique<completion<int>>();
    std::thread other{[&set = c->set, i] { set(i); }};
    BOOST_REQUIRE(c->result.get().await().value() == i);
    c.reset();
    other.join();
  }
}

// https://github.com/tokio-rs/tokio/pull/3674 "Remove panic from oneshot receiver": who asked again
// for a value that had been taken ended the program.
BOOST_AUTO_TEST_CASE(tokio_3674_who_asks_again_for_a_value_that_was_taken_is_told) {
  auto [set, result] = completion<std::unique_ptr<int>>{};
  set(std::make_unique<int>(7));
  BOOST_TEST(*result.get().await().value() == 7);
  for (int i = 0; i < 2; ++i) {
    const auto outcome = result.get().await();
    BOOST_REQUIRE(outcome.is_err());
    BOOST_TEST((outcome.error().code() == error_code::invalid_state));
  }
}

// https://github.com/irrustible/async-oneshot/issues/5 "Segfault while dropping Receiver": it woke
// the receiver in place of the sender.
BOOST_AUTO_TEST_CASE(async_oneshot_5_the_sender_hears_that_the_receiver_has_gone) {
  auto [set, result] = completion<int>{};
  auto sender =
      spawn(rt, [own = std::move(set)]() mutable -> async<void> { co_await own.unwanted(); });
  wait_until_idle(rt);
  BOOST_TEST(!sender.is_done());
  {
    const auto last = std::move(result);
  }
  wait_until_idle(rt);
  BOOST_TEST(sender.is_done());
}

// https://github.com/pola-rs/polars/pull/21296 "fix: Resolve deadlock due to leaking in Connector
// recv drop": a value that the receiver had not taken was never destroyed. tokio's oneshot promises
// what is tested here, https://docs.rs/tokio/latest/tokio/sync/oneshot/index.html: the
// message "will remain in the channel until the receiver is dropped, at which point the message
// will be dropped immediately".
BOOST_AUTO_TEST_CASE(polars_21296_a_value_that_nobody_got_goes_with_the_last_receiver) {
  const auto value = std::make_shared<int>(7);
  auto [set, result] = completion<std::shared_ptr<int>>{};
  BOOST_TEST(set(value));
  BOOST_TEST(value.use_count() == 2);
  {
    const auto last = std::move(result);
  }
  BOOST_TEST(value.use_count() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
