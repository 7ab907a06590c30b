// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/child_process.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <memory>
#include <optional>
#include <string>

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/wait.h>

using namespace sweet;
using namespace sweet::detail;
using namespace std::chrono_literals;

namespace child_process_test {
namespace {

// Drives one child by hand, as the reactor would.
struct driven_child {
  explicit driven_child(process_spec spec) {
    unique_fd null{::open("/dev/null", O_RDWR | O_CLOEXEC)};
    auto spawned = spawn_child(spec, null);
    BOOST_REQUIRE(std::holds_alternative<spawned_child>(spawned));
    child = std::make_unique<child_process>(
        std::get<spawned_child>(std::move(spawned)), child_process::clock::now(), std::nullopt,
        view, nullptr, [this](process_result r) { result.emplace(std::move(r)); });
  }

  child_process::source& exit() { return child->sources()[0]; }

  static void wait_for(const child_process::source& source) {
    pollfd p{source.fd.get(), POLLIN, 0};
    BOOST_REQUIRE(::poll(&p, 1, -1) == 1);
  }

  void run_to_end() {
    wait_for(exit());
    child->on_readable(exit(), buffer);
    while (!child->ended()) {
      BOOST_REQUIRE(child->deadline().has_value());
      view.forget();
      child->on_deadline(buffer);
    }
    child->complete();
  }

  std::array<char, 16> buffer;
  process_view view;
  std::unique_ptr<child_process> child;
  std::optional<process_result> result;
};

} // namespace
} // namespace child_process_test

BOOST_AUTO_TEST_SUITE(child_process_test)

BOOST_AUTO_TEST_CASE(output_is_drained_at_the_exit) {
  driven_child x{{{"/bin/sh", "-c", "echo out of more than one buffer; echo err >&2; exit 7"}}};
  x.run_to_end();
  BOOST_TEST(x.result->out.text() == "out of more than one buffer\n");
  BOOST_TEST(x.result->err.text() == "err\n");
  BOOST_TEST(to_string(x.result->status) == "exit 7");
  BOOST_TEST(!x.result->left_processes);
}

BOOST_AUTO_TEST_CASE(closed_output_is_not_the_end) {
  driven_child x{{{"/bin/sh", "-c", "exec >/dev/null 2>&1; echo x; exec sleep 1000"}}};
  for (std::size_t i : {1U, 2U}) {
    driven_child::wait_for(x.child->sources()[i]);
    x.child->on_readable(x.child->sources()[i], x.buffer);
    BOOST_TEST(!x.child->sources()[i].fd);
  }
  BOOST_TEST(!x.child->ended());
  BOOST_TEST(!x.child->deadline().has_value());
  BOOST_TEST(x.child->kill() == 0);
  x.run_to_end();
  BOOST_TEST(to_string(x.result->status) == "SIGKILL");
}

BOOST_AUTO_TEST_CASE(a_closed_source_is_silent_even_if_others_hold_a_copy) {
  driven_child x{{{"true"}}};
  unique_fd epoll{::epoll_create1(EPOLL_CLOEXEC)};
  epoll_event event{};
  event.events = EPOLLIN;
  BOOST_REQUIRE(::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, x.exit().fd.get(), &event) == 0);
  x.exit().epoll = epoll.get();
  // As a child has one between its start and its exec.
  unique_fd copy{::fcntl(x.exit().fd.get(), F_DUPFD_CLOEXEC, 0)};
  BOOST_TEST(::epoll_wait(epoll.get(), &event, 1, -1) == 1);
  x.run_to_end();
  BOOST_TEST(::epoll_wait(epoll.get(), &event, 1, 0) == 0);
}

BOOST_AUTO_TEST_CASE(no_signal_is_sent_after_the_end) {
  driven_child x{{{"true"}}};
  x.run_to_end();
  BOOST_TEST(x.child->terminate(0s) == ESRCH);
  BOOST_TEST(x.child->kill() == ESRCH);
}

BOOST_AUTO_TEST_CASE(a_status_that_somebody_else_took_is_unknown) {
  driven_child x{{{"true"}}};
  BOOST_REQUIRE(::waitpid(x.child->pid(), nullptr, 0) == x.child->pid());
  x.run_to_end();
  BOOST_TEST(!x.result->status.known);
  BOOST_TEST(!x.result->status.success());
  BOOST_TEST(to_string(x.result->status) == "unknown exit status");
}

BOOST_AUTO_TEST_CASE(grace_ends_with_sigkill) {
  driven_child x{{{"/bin/sh", "-c", "trap '' TERM; echo up; while :; do :; done"}}};
  driven_child::wait_for(x.child->sources()[1]);
  BOOST_TEST(!x.child->deadline().has_value());
  BOOST_TEST(x.child->terminate(1h) == 0);
  const auto late = x.child->deadline();
  BOOST_REQUIRE(late.has_value());
  BOOST_TEST((*late > child_process::clock::now() + 59min));
  // The earliest counts.
  BOOST_TEST(x.child->terminate(0s) == 0);
  BOOST_TEST((*x.child->deadline() <= child_process::clock::now()));
  BOOST_TEST(x.child->terminate(1h) == 0);
  BOOST_TEST((*x.child->deadline() <= child_process::clock::now()));
  x.child->on_deadline(x.buffer);
  BOOST_TEST(!x.child->deadline().has_value());
  x.run_to_end();
  BOOST_TEST(to_string(x.result->status) == "SIGKILL");
}

BOOST_AUTO_TEST_CASE(a_process_that_was_given_up_has_ended) {
  driven_child x{{{"/bin/sh", "-c", "echo out; exec sleep 1000"}}};
  driven_child::wait_for(x.child->sources()[1]);
  x.child->give_up(x.buffer);
  BOOST_TEST(x.child->ended());
  x.child->complete();
  BOOST_TEST(!x.result->status.known);
  BOOST_TEST(!x.result->left_processes);
  BOOST_TEST(x.result->still_running == std::vector{x.child->pid()},
             boost::test_tools::per_element());
  BOOST_TEST(x.result->out.text() == "out\n");
  BOOST_TEST(x.child->kill() == 0);
  BOOST_TEST(::waitpid(x.child->pid(), nullptr, 0) == x.child->pid());
}

BOOST_AUTO_TEST_SUITE_END()
