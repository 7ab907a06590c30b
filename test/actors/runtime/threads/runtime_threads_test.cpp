// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Runtimes whose threads cannot be made, end late, or belong to another process.

#include <sweet/actors/process/run_process.hpp>
#include <sweet/actors/runtime/system/sanitizers.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/forked.hpp>
#include <sweet/testing/no_more_threads.hpp>

#include <boost/test/unit_test.hpp>

#include <caf/all.hpp>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <latch>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>

#include <sys/resource.h>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::in_forked_process;
using sweet::testing::no_more_threads;

namespace runtime_threads_test {
namespace {

/// Why a runtime could not be made; empty if it could.
std::string refusal(std::size_t workers) {
  try {
    runtime rt{runtime_options{.workers = workers}};
    return {};
  } catch (const std::system_error& e) {
    return e.what();
  }
}

/// A precondition: the sanitizers need all the addresses that there are.
boost::test_tools::assertion_result addresses_can_be_limited(boost::unit_test::test_unit_id) {
  boost::test_tools::assertion_result answer{!SWEET_ADDRESS_SANITIZER && !SWEET_THREAD_SANITIZER};
  answer.message() << "the sanitizers need all the addresses that there are";
  return answer;
}

std::size_t address_space() {
  std::size_t pages = 0;
  std::ifstream{"/proc/self/statm"} >> pages;
  return pages * 4096;
}

int answer(runtime& rt) {
  return rt.spawn([] { return 42; }).await().value();
}

} // namespace
} // namespace runtime_threads_test

BOOST_AUTO_TEST_SUITE(runtime_threads_test)

// -- threads that cannot be made ------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_runtime_without_threads_is_refused_with_a_sentence) {
  using namespace runtime_threads_test;
  std::optional<no_more_threads> none{std::in_place};
  BOOST_TEST(refusal(2) ==
             "the threads of a sweet::runtime of 2 workers cannot be started: Resource "
             "temporarily unavailable");
  none.reset();
  BOOST_TEST(refusal(2) == "");
}

BOOST_AUTO_TEST_CASE(a_wrapped_system_without_threads_is_refused_by_the_runtime) {
  using namespace runtime_threads_test;
  std::optional<no_more_threads> none{std::in_place};
  caf::actor_system_config cfg;
  configure(cfg);
  caf::actor_system system{cfg};
  BOOST_CHECK_THROW(runtime{system}, std::system_error);
}

BOOST_AUTO_TEST_CASE(
    threads_that_were_made_before_one_is_refused_end,
    *boost::unit_test::precondition(runtime_threads_test::addresses_can_be_limited)) {
  using namespace runtime_threads_test;
  const auto child = in_forked_process([] {
    const rlimit some{address_space() + (std::size_t{400} << 20),
                      address_space() + (std::size_t{400} << 20)};
    if (::setrlimit(RLIMIT_AS, &some) != 0)
      return 1;
    if (refusal(200).empty())
      return 2;
    return answer(*std::make_unique<runtime>(runtime_options{.workers = 1})) == 42 ? 0 : 3;
  });
  BOOST_TEST(child.exited);
  BOOST_TEST(child.exit_code == 0);
}

BOOST_AUTO_TEST_CASE(a_blocking_body_without_a_thread_fails) {
  runtime rt{runtime_options{.workers = 1}};
  const no_more_threads none;
  const auto outcome = async_task::to<int>(rt).blocking().run([] { return 1; }).await();
  BOOST_REQUIRE(outcome.is_err());
  BOOST_TEST((outcome.error().code() == error_code::resource_limit));
}

BOOST_AUTO_TEST_CASE(a_blocking_body_below_another_without_a_thread_fails) {
  runtime rt{runtime_options{.workers = 1}};
  std::optional<no_more_threads> none;
  const auto outcome = async_task::to<error_code>(rt)
                           .blocking()
                           .run([&](task_context ctx) {
                             none.emplace();
                             return async_task::to<int>(ctx.runtime())
                                 .blocking()
                                 .run([] { return 1; })
                                 .await()
                                 .error()
                                 .code();
                           })
                           .await();
  none.reset();
  BOOST_REQUIRE(outcome.is_ok());
  BOOST_TEST((outcome.value() == error_code::resource_limit));
}

BOOST_AUTO_TEST_CASE(a_worker_that_cannot_be_replaced_does_not_wait) {
  runtime rt{runtime_options{.workers = 1}};
  async_event go;
  auto other = rt.spawn([&]() -> async<void> { co_await go; });
  auto waits = rt.spawn([&] {
    const no_more_threads none;
    const auto outcome = other.await();
    return outcome.is_err() ? outcome.error().code() : error_code::unknown;
  });
  BOOST_TEST((waits.await().value() == error_code::resource_limit));
  go.set();
  BOOST_TEST(other.await().is_ok());
}

BOOST_AUTO_TEST_CASE(a_process_without_the_thread_that_looks_after_it_fails) {
  runtime rt{runtime_options{.workers = 1}};
  const no_more_threads none;
  const auto outcome = rt.spawn([](task_context ctx) {
                           return run_process(ctx, process_spec{.argv = {"true"}});
                         }).await();
  BOOST_REQUIRE(outcome.is_err());
  BOOST_TEST((outcome.error().root_cause().code() == error_code::failure));
}

BOOST_AUTO_TEST_CASE(timers_need_no_new_thread) {
  runtime rt{runtime_options{.workers = 1}};
  const no_more_threads none;
  auto late = async_task::to<void>(rt).deadline(5ms).run(
      [](task_context ctx) -> async<void> { co_await ctx.sleep_for(1h); });
  BOOST_TEST((late.await().error().code() == error_code::timeout));
}

// -- where a runtime may live ---------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_runtime_may_have_static_storage) {
  using namespace runtime_threads_test;
  const auto child = in_forked_process([]() -> int {
    static runtime first{runtime_options{.workers = 1}};
    static runtime second{runtime_options{.workers = 1}};
    if (answer(first) + answer(second) != 84)
      return 1;
    std::exit(0);
  });
  BOOST_TEST(child.exited);
  BOOST_TEST(child.exit_code == 0);
  BOOST_TEST(child.standard_error == "");
}

BOOST_AUTO_TEST_CASE(a_runtime_may_be_local_to_a_thread_or_leaked) {
  using namespace runtime_threads_test;
  const auto child = in_forked_process([]() -> int {
    int sum = 0;
    std::thread{[&] {
      thread_local runtime own{runtime_options{.workers = 1}};
      sum += answer(own);
    }}.join();
    static auto& leaked = *new runtime{runtime_options{.workers = 1}};
    sum += answer(leaked);
    if (sum != 84)
      return 1;
    std::exit(0);
  });
  BOOST_TEST(child.exited);
  BOOST_TEST(child.exit_code == 0);
  BOOST_TEST(child.standard_error == "");
}

BOOST_AUTO_TEST_CASE(another_thread_may_destroy_a_runtime) {
  using namespace runtime_threads_test;
  auto rt = std::make_unique<runtime>(runtime_options{.workers = 1});
  BOOST_TEST(answer(*rt) == 42);
  std::thread{[&] { rt = nullptr; }}.join();
}

// -- fork() ---------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_forked_process_is_told_that_it_has_no_threads) {
  using namespace runtime_threads_test;
  auto rt = std::make_unique<runtime>(runtime_options{.workers = 1});
  auto waits = rt->spawn([](task_context ctx) -> async<void> { co_await ctx.sleep_for(1h); });
  const auto child = in_forked_process([&] {
    const auto refuses = [](auto f) {
      try {
        f();
      } catch (const std::logic_error&) {
        return true;
      }
      return false;
    };
    if (!refuses([&] { static_cast<void>(rt->spawn([] {})); }))
      return 1;
    if (!refuses([&] { static_cast<void>(waits.await()); }))
      return 2;
    if (!refuses([&] { rt->join(); }))
      return 3;
    rt = nullptr;
    runtime own{runtime_options{.workers = 1}};
    return answer(own) == 42 ? 0 : 4;
  });
  BOOST_TEST(child.exited);
  BOOST_TEST(child.exit_code == 0);
  BOOST_TEST(answer(*rt) == 42);
}

BOOST_AUTO_TEST_SUITE_END()
