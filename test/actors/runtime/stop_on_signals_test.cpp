// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/system/sanitizers.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/no_more_threads.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/waits_for_ever.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <csignal>
#include <initializer_list>
#include <latch>
#include <mutex>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::busy_runtime_fixture;
using sweet::testing::no_more_threads;
using sweet::testing::wait_until_idle;
using sweet::testing::waits_for_ever;

namespace stop_on_signals_test {
namespace {

void (*disposition_of(int signal))(int) {
  struct sigaction action{};
  ::sigaction(signal, nullptr, &action);
  return action.sa_handler;
}

// What the process does with a signal, while it lives.
class disposition {
public:
  disposition(int signal, void (*handler)(int))
      : signal_(signal), before_(std::signal(signal, handler)) {}
  disposition(const disposition&) = delete;
  disposition& operator=(const disposition&) = delete;
  ~disposition() { std::signal(signal_, before_); }

private:
  int signal_;
  void (*before_)(int);
};

volatile std::sig_atomic_t heard = 0;

void hear(int) {
  heard = heard + 1;
}

void listen(runtime& rt, std::initializer_list<int> signals) {
  const stop_on_signals stop{rt, signals};
}

bool was_cancelled(const spawning_task<void>& task) {
  const auto outcome = task.await();
  return outcome.is_err() && outcome.error().code() == error_code::cancelled;
}

// Shields its wait from a graceful cancellation.
async<void> is_deaf(task_context ctx) {
  co_await ctx.shield(std::chrono::nanoseconds::max(), waits_for_ever);
}

/// A precondition: ThreadSanitizer keeps a signal back until its thread calls something that the
/// sanitizer knows, which a worker that sleeps does not; and it ends what has been forked beside
/// threads.
boost::test_tools::assertion_result has_no_thread_sanitizer(boost::unit_test::test_unit_id) {
  boost::test_tools::assertion_result answer{!SWEET_THREAD_SANITIZER};
  answer.message() << "ThreadSanitizer keeps signals back, and ends forked processes";
  return answer;
}

} // namespace
} // namespace stop_on_signals_test

BOOST_FIXTURE_TEST_SUITE(stop_on_signals_test, busy_runtime_fixture)

BOOST_AUTO_TEST_CASE(each_signal_cancels_all_tasks_a_level_harder) {
  const stop_on_signals stop{rt, {SIGINT, SIGTERM}};
  BOOST_TEST((stop.level() == cancellation_level::none));
  std::latch begun{3};
  std::latch end{1};
  bool cleaned_up = false;
  auto plain = rt.spawn([&](task_context ctx) -> async<void> {
    ctx.on_cancel([&] { cleaned_up = true; });
    begun.count_down();
    co_await waits_for_ever(ctx);
  });
  auto deaf = rt.spawn([&](task_context ctx) -> async<void> {
    begun.count_down();
    co_await is_deaf(ctx);
  });
  auto busy = async_task::to<void>(rt).blocking().run([&] {
    begun.count_down();
    end.wait();
  });
  begun.wait();
  wait_until_idle(rt);

  std::raise(SIGTERM);
  BOOST_TEST(was_cancelled(plain));
  BOOST_TEST(cleaned_up);
  BOOST_TEST((stop.level() == cancellation_level::graceful));
  BOOST_TEST((deaf.status() == task_status::pending_cancellation));

  std::raise(SIGINT);
  BOOST_TEST(was_cancelled(deaf));
  BOOST_TEST((stop.level() == cancellation_level::kill));
  BOOST_TEST((busy.status() == task_status::pending_cancellation));

  std::raise(SIGINT);
  BOOST_TEST(was_cancelled(busy));
  BOOST_TEST((stop.level() == cancellation_level::kill_hard));

  std::raise(SIGINT); // one too many
  end.count_down();
  rt.join();
}

BOOST_AUTO_TEST_CASE(tasks_that_start_later_are_cancelled_too) {
  const stop_on_signals stop{rt, {SIGINT}};
  auto first = rt.spawn(waits_for_ever);
  std::raise(SIGINT);
  BOOST_TEST(was_cancelled(first));
  BOOST_TEST(was_cancelled(rt.spawn(waits_for_ever)));
}

BOOST_AUTO_TEST_CASE(the_end_acts_on_what_has_come) {
  auto deaf = rt.spawn(is_deaf);
  wait_until_idle(rt);
  {
    const stop_on_signals stop{rt, {SIGINT}};
    std::raise(SIGINT);
    std::raise(SIGINT);
  }
  BOOST_TEST(was_cancelled(deaf));
}

BOOST_AUTO_TEST_CASE(the_end_restores_what_the_process_did) {
  const disposition own{SIGUSR1, hear};
  heard = 0;
  {
    const stop_on_signals stop{rt, {SIGUSR1}};
    BOOST_TEST((disposition_of(SIGUSR1) != hear));
  }
  BOOST_TEST((disposition_of(SIGUSR1) == hear));
  std::raise(SIGUSR1);
  BOOST_TEST(heard == 1);
  const stop_on_signals again{rt, {SIGUSR1}};
  std::raise(SIGUSR1);
  BOOST_TEST(was_cancelled(rt.spawn(waits_for_ever)));
  BOOST_TEST(heard == 1);
}

BOOST_AUTO_TEST_CASE(a_signal_that_is_ignored_stays_ignored) {
  const disposition ignored{SIGHUP, SIG_IGN};
  auto task = rt.spawn(waits_for_ever);
  {
    const stop_on_signals stop{rt, {SIGHUP, SIGTERM}};
    BOOST_TEST((disposition_of(SIGHUP) == SIG_IGN));
    std::raise(SIGHUP);
    std::raise(SIGTERM);
    BOOST_TEST(was_cancelled(task));
    BOOST_TEST((stop.level() == cancellation_level::graceful));
  }
  BOOST_TEST((disposition_of(SIGHUP) == SIG_IGN));
}

BOOST_AUTO_TEST_CASE(
    signals_are_heard_that_all_other_threads_block,
    *boost::unit_test::precondition(stop_on_signals_test::has_no_thread_sanitizer)) {
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR1);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
  {
    runtime deaf{runtime_options{.workers = 1}};
    const stop_on_signals stop{deaf, {SIGUSR1}};
    auto task = deaf.spawn(waits_for_ever);
    ::kill(::getpid(), SIGUSR1);
    BOOST_TEST(was_cancelled(task));
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

BOOST_AUTO_TEST_CASE(a_signal_has_one_listener_at_a_time) {
  runtime other{runtime_options{.workers = 1}};
  const stop_on_signals first{rt, {SIGUSR1}};
  BOOST_CHECK_EXCEPTION(listen(other, {SIGUSR2, SIGUSR1}), std::logic_error,
                        [](const std::exception& e) {
                          return std::string{e.what()} ==
                                 "stop_on_signals: another one handles SIGUSR1 already; end that "
                                 "first";
                        });
  BOOST_TEST((disposition_of(SIGUSR2) == SIG_DFL));
  const stop_on_signals second{other, {SIGUSR2}};
  auto here = rt.spawn(waits_for_ever);
  auto there = other.spawn(waits_for_ever);
  std::raise(SIGUSR2);
  BOOST_TEST(was_cancelled(there));
  BOOST_TEST((first.level() == cancellation_level::none));
  std::raise(SIGUSR1);
  BOOST_TEST(was_cancelled(here));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_handled_is_refused) {
  for (const int signal : {SIGKILL, SIGSTOP, 0, -1, 1000})
    BOOST_CHECK_THROW(listen(rt, {SIGTERM, signal}), std::invalid_argument);
  BOOST_TEST((disposition_of(SIGTERM) == SIG_DFL));
  {
    const no_more_threads none;
    BOOST_CHECK_THROW(listen(rt, {SIGTERM}), std::system_error);
  }
  BOOST_TEST((disposition_of(SIGTERM) == SIG_DFL));
}

BOOST_AUTO_TEST_CASE(
    a_forked_process_is_not_part_of_it,
    *boost::unit_test::precondition(stop_on_signals_test::has_no_thread_sanitizer)) {
  const stop_on_signals stop{rt, {SIGTERM}};
  const auto child = ::fork();
  if (child == 0) {
    std::raise(SIGTERM);
    ::_exit(0);
  }
  int status = 0;
  BOOST_TEST(::waitpid(child, &status, 0) == child);
  BOOST_TEST((WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM));
  auto task = rt.spawn(waits_for_ever);
  std::raise(SIGTERM);
  BOOST_TEST(was_cancelled(task));
  BOOST_TEST((stop.level() == cancellation_level::graceful)); // and no more
}

BOOST_AUTO_TEST_CASE(the_log_names_the_signal) {
  std::mutex mutex;
  std::vector<std::string> told;
  runtime logged{runtime_options{.workers = 1, .log = [&](const log_record& record) {
                                   std::lock_guard guard{mutex};
                                   told.push_back(to_string(record));
                                 }}};
  {
    const stop_on_signals stop{logged, {SIGTERM}};
    std::raise(SIGTERM);
  }
  std::lock_guard guard{mutex};
  BOOST_TEST(told == std::vector<std::string>{"info: SIGTERM cancels all tasks: graceful"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
