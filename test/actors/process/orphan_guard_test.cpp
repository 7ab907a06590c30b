// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/orphan_guard.hpp>

#include <csignal>
#include <cstdlib>
#include <optional>
#include <sstream>
#include <string>
#include <thread>

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sweet/actors/process/process_group.hpp>
#include <sweet/actors/process/running_process.hpp>
#include <sweet/actors/process/spawn_child.hpp>
#include <sweet/testing/scratch_folder.hpp>

using namespace sweet;

namespace orphan_guard_test {
namespace {

// A process that guards, starts a marked shell, and then does nothing more.
struct guarded_process {
  explicit guarded_process(const std::string& script, bool dismiss = false) {
    int end[2];
    BOOST_REQUIRE(::pipe2(end, O_CLOEXEC) == 0);
    pid = ::fork();
    if (pid == 0) {
      std::optional<orphan_guard> guard{std::in_place};
      process_spec spec{{"/bin/sh", "-c", script}};
      guard->mark(spec);
      detail::unique_fd null{::open("/dev/null", O_RDWR | O_CLOEXEC)};
      auto child = detail::spawn_child(spec, null);
      if (dismiss)
        guard.reset();
      group = std::get<detail::spawned_child>(child).pid;
      if (::write(end[1], &group, sizeof group) != sizeof group)
        ::_exit(1);
      while (true)
        ::pause();
    }
    ::close(end[1]);
    BOOST_REQUIRE(::read(end[0], &group, sizeof group) == sizeof group);
    ::close(end[0]);
  }

  void kill() const {
    ::kill(pid, SIGKILL);
    BOOST_REQUIRE(::waitpid(pid, nullptr, 0) == pid);
  }

  pid_t pid = 0;
  pid_t group = 0;
};

void wait_for_end_of(pid_t group) {
  while (detail::group_runs(group))
    std::this_thread::yield();
}

} // namespace
} // namespace orphan_guard_test

BOOST_AUTO_TEST_SUITE(orphan_guard_test)

BOOST_AUTO_TEST_CASE(marks_are_words_of_one_variable) {
  ::unsetenv(orphan_guard::variable);
  process_spec spec;
  {
    orphan_guard guard;
    guard.mark(spec);
  }
  auto outer = spec.env[orphan_guard::variable].value();
  BOOST_TEST(outer.starts_with(std::to_string(::getpid()) + "-"));
  ::setenv(orphan_guard::variable, outer.c_str(), 1);
  {
    orphan_guard guard;
    guard.mark(spec);
  }
  ::unsetenv(orphan_guard::variable);
  auto both = spec.env[orphan_guard::variable].value();
  BOOST_TEST(both.starts_with(outer + " "));
  BOOST_TEST(both != outer + " " + outer);
}

BOOST_AUTO_TEST_CASE(stands_as_soon_as_it_is_there) {
  // On one processor nothing runs beside us: what the guard has not done yet we would see.
  cpu_set_t before;
  BOOST_REQUIRE(::sched_getaffinity(0, sizeof before, &before) == 0);
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(static_cast<std::size_t>(::sched_getcpu()), &one);
  BOOST_REQUIRE(::sched_setaffinity(0, sizeof one, &one) == 0);
  for (int round = 0; round < 20; ++round) {
    orphan_guard guard;
    const auto children = detail::children_of(::getpid());
    BOOST_REQUIRE(children.size() == 1U);
    // A signal to our group does not reach it.
    BOOST_TEST(::getsid(children.front()) == children.front());
  }
  BOOST_REQUIRE(::sched_setaffinity(0, sizeof before, &before) == 0);
}

BOOST_AUTO_TEST_CASE(ends_when_it_is_dismissed) {
  {
    orphan_guard guard;
  }
  BOOST_TEST((::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD));
}

BOOST_AUTO_TEST_CASE(kills_what_a_killed_process_leaves) {
  testing::scratch_folder folder;
  auto fifo = folder.make_fifo("fifo");
  guarded_process x{"trap '' TERM; sh -c 'echo up > " + fifo + "; sleep 1000' & wait"};
  BOOST_TEST(testing::read_file(fifo) == "up\n");
  BOOST_TEST(detail::group_runs(x.group));
  x.kill();
  wait_for_end_of(x.group);
}

BOOST_AUTO_TEST_CASE(kills_those_that_left_their_session) {
  testing::scratch_folder folder;
  auto fifo = folder.make_fifo("fifo");
  guarded_process x{"setsid sh -c 'echo $$ > " + fifo + "; sleep 1000' & wait"};
  pid_t daemon = std::stoi(testing::read_file(fifo));
  BOOST_TEST(detail::group_runs(daemon));
  x.kill();
  wait_for_end_of(daemon);
}

BOOST_AUTO_TEST_CASE(a_dismissed_guard_kills_nobody) {
  testing::scratch_folder folder;
  auto fifo = folder.make_fifo("fifo");
  guarded_process x{"echo up > " + fifo + "; exec sleep 1000", true};
  BOOST_TEST(testing::read_file(fifo) == "up\n");
  x.kill();
  BOOST_TEST(detail::group_runs(x.group));
  ::kill(-x.group, SIGKILL);
}

BOOST_AUTO_TEST_SUITE_END()
