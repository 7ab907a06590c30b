// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/process_reactor.hpp>

#include <cerrno>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <future>
#include <semaphore>
#include <sstream>
#include <string>
#include <system_error>

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <sweet/actors/process/end_processes.hpp>
#include <sweet/actors/process/process_group.hpp>
#include <sweet/actors/process/running_process.hpp>
#include <sweet/actors/runtime/system/sanitizers.hpp>
#include <sweet/testing/scratch_folder.hpp>

using namespace sweet;
using namespace sweet::detail;
using namespace std::chrono_literals;

namespace process_reactor_test {
namespace {

class started_process {
public:
  started_process(process_reactor& reactor, process_spec spec)
      : end_(promise_->get_future()),
        started_(reactor.start(spec,
                               [p = promise_](process_result r) { p->set_value(std::move(r)); })) {}

  [[nodiscard]] const process_reactor::handle& handle() const {
    return std::get<process_reactor::handle>(started_);
  }

  [[nodiscard]] const spawn_failure* failure() const {
    return std::get_if<spawn_failure>(&started_);
  }

  process_result end() {
    if (const auto* f = failure())
      BOOST_FAIL(f->message);
    return end_.get();
  }

private:
  std::shared_ptr<std::promise<process_result>> promise_ =
      std::make_shared<std::promise<process_result>>();
  std::future<process_result> end_;
  std::variant<process_reactor::handle, spawn_failure> started_;
};

process_spec shell(std::string script, process_output output = process_output::capture) {
  process_spec result;
  result.argv = {"/bin/sh", "-c", std::move(script)};
  result.output = output;
  return result;
}

/// Whether a process group has a member that is no zombie. By /proc, and not by the library's own
/// group_runs(), which the reactor goes by: both would be wrong together.
bool has_members(pid_t group) {
  BOOST_REQUIRE(group > 0);
  for (const auto& entry : std::filesystem::directory_iterator{"/proc"}) {
    std::ifstream file{entry.path() / "stat"};
    std::string line;
    if (!std::getline(file, line))
      continue;
    // pid (name) state parent group; the name may contain anything.
    std::istringstream fields{line.substr(line.rfind(')') + 1)};
    char state = 0;
    pid_t parent = 0;
    pid_t its_group = 0;
    if (fields >> state >> parent >> its_group && its_group == group && state != 'Z' &&
        state != 'X')
      return true;
  }
  return false;
}

std::chrono::nanoseconds cpu_time() {
  timespec t{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return std::chrono::seconds{t.tv_sec} + std::chrono::nanoseconds{t.tv_nsec};
}

// Makes this process one that adopts orphans, for a while.
struct adopting_process {
  explicit adopting_process(process_reactor& reactor) {
    sigset_t ended;
    sigemptyset(&ended);
    sigaddset(&ended, SIGCHLD);
    ::pthread_sigmask(SIG_BLOCK, &ended, &before);
    BOOST_TEST(reactor.adopt_orphans());
  }
  adopting_process(const adopting_process&) = delete;
  adopting_process& operator=(const adopting_process&) = delete;
  ~adopting_process() {
    ::prctl(PR_SET_CHILD_SUBREAPER, 0);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  sigset_t before{};
};

// A reactor, and afterwards a look whether it has left any child of ours behind.
struct fixture {
  ~fixture() {
    reactor.reset();
    BOOST_TEST((::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD));
  }

  process_result run(process_spec spec) const {
    return started_process{*reactor, std::move(spec)}.end();
  }

  std::string failure(process_spec spec) const {
    started_process x{*reactor, std::move(spec)};
    BOOST_REQUIRE(x.failure());
    BOOST_TEST(reactor->running() == 0U);
    return x.failure()->message;
  }

  std::unique_ptr<process_reactor> reactor = std::make_unique<process_reactor>();
  sweet::testing::scratch_folder folder;
};

} // namespace
} // namespace process_reactor_test

BOOST_FIXTURE_TEST_SUITE(process_reactor_test, fixture)

BOOST_AUTO_TEST_CASE(reports_exit_codes_and_signals) {
  BOOST_TEST(run({{"true"}}).status.success());
  BOOST_TEST(to_string(run(shell("exit 255")).status) == "exit 255");
  auto killed = run(shell("kill -TERM $$"));
  BOOST_TEST(killed.status.signal == SIGTERM);
  BOOST_TEST(to_string(killed.status) == "SIGTERM");
  BOOST_TEST(!killed.status.success());
}

BOOST_AUTO_TEST_CASE(captures_both_streams) {
  auto r = run(shell("echo out; echo err >&2; echo out2"));
  BOOST_TEST(r.out.text() == "out\nout2\n");
  BOOST_TEST(r.err.text() == "err\n");
}

BOOST_AUTO_TEST_CASE(merged_output_keeps_the_order) {
  auto r = run(
      shell("for i in 1 2 3 4 5; do echo o$i; echo e$i >&2; done", process_output::capture_merged));
  BOOST_TEST(r.out.text() == "o1\ne1\no2\ne2\no3\ne3\no4\ne4\no5\ne5\n");
  BOOST_TEST(r.err.size() == 0U);
}

BOOST_AUTO_TEST_CASE(discarded_output_goes_nowhere) {
  auto r = run(shell("echo out; echo err >&2; readlink /proc/self/fd/1 > " + folder / "where",
                     process_output::discard));
  BOOST_TEST(r.out.size() + r.err.size() == 0U);
  BOOST_TEST(r.status.success());
}

BOOST_AUTO_TEST_CASE(nothing_of_much_output_is_lost) {
  std::ostringstream expected;
  for (int i = 1; i <= 1'300'000; ++i)
    expected << i << '\n';
  auto r = run(shell("seq 1300000 & seq 1300000 >&2; wait"));
  BOOST_TEST(r.status.success());
  BOOST_TEST(r.out.spilled());
  // BOOST_TEST would print ten megabytes.
  BOOST_TEST((r.out.text() == expected.str()));
  BOOST_TEST((r.err.text() == expected.str()));
  BOOST_TEST(r.out.tail(1) == "1300000\n");
}

BOOST_AUTO_TEST_CASE(a_watcher_gets_all_that_is_printed_and_nothing_is_kept) {
  auto spec = shell("seq 200000; echo end >&2", process_output::capture_merged);
  std::string seen;
  std::size_t pieces = 0;
  spec.on_output = [&](std::string_view bytes) {
    seen += bytes;
    ++pieces;
  };
  auto result = run(spec);
  BOOST_TEST(result.status.success());
  BOOST_TEST(result.out.size() == 0U);
  BOOST_TEST(pieces > 1U);
  std::string expected;
  for (int i = 1; i <= 200'000; ++i)
    expected += std::to_string(i) + '\n';
  BOOST_TEST((seen == expected + "end\n"));
}

BOOST_AUTO_TEST_CASE(output_may_be_binary) {
  auto r = run(shell(R"(printf '\000\001\377\n\r\000')"));
  BOOST_TEST((r.out.text() == std::string{"\0\1\377\n\r\0", 6}));
}

BOOST_AUTO_TEST_CASE(standard_input_is_empty) {
  auto r = run({{"cat"}});
  BOOST_TEST(r.status.success());
  BOOST_TEST(r.out.size() == 0U);
}

BOOST_AUTO_TEST_CASE(no_descriptor_is_inherited) {
  unique_fd leak{::open("/dev/null", O_RDONLY)};
  BOOST_REQUIRE(::fcntl(leak.get(), F_GETFD) == 0);
  // The shell expands the pattern itself, with the folder open as 3.
  BOOST_TEST(run(shell("echo /proc/$$/fd/*")).out.text().find("/fd/4") == std::string::npos);
  auto links =
      run(shell("cd /proc/self/fd; for i in *; do test $i -le 2 || readlink $i; done; true"))
          .out.text();
  BOOST_TEST(links.find("null") == std::string::npos);
  BOOST_TEST(links.find("pipe") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(signal_mask_and_dispositions_are_reset) {
  sigset_t some;
  sigset_t before;
  sigemptyset(&some);
  sigaddset(&some, SIGTERM);
  sigaddset(&some, SIGUSR1);
  ::pthread_sigmask(SIG_BLOCK, &some, &before);
  auto pipe = std::signal(SIGPIPE, SIG_IGN);
  auto status = run({{"cat", "/proc/self/status"}}).out.text();
  std::signal(SIGPIPE, pipe);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  BOOST_TEST(status.find("SigBlk:\t0000000000000000") != std::string::npos);
  auto at = status.find("SigIgn:\t");
  BOOST_REQUIRE(at != std::string::npos);
  auto ignored = std::stoull(status.substr(at + 8, 16), nullptr, 16);
  BOOST_TEST((ignored & 0x7fffffffULL) == 0U);
}

BOOST_AUTO_TEST_CASE(it_may_have_another_limit_of_open_files) {
  rlimit own{};
  ::getrlimit(RLIMIT_NOFILE, &own);
  const auto shown = [](rlim_t x) { return std::to_string(x) + "\n"; };
  BOOST_TEST(run(shell("ulimit -Sn")).out.text() == shown(own.rlim_cur));
  auto spec = shell("ulimit -Sn");
  spec.open_files = own.rlim_cur - 1;
  BOOST_TEST(run(spec).out.text() == shown(own.rlim_cur - 1));
  rlimit after{};
  ::getrlimit(RLIMIT_NOFILE, &after);
  BOOST_TEST(after.rlim_cur == own.rlim_cur);
}

BOOST_AUTO_TEST_CASE(leads_its_own_group_and_session) {
  auto r = run(
      shell("cut -d ' ' -f 1,5,6,7 /proc/$$/stat; if : 2>/dev/null </dev/tty; then echo tty; fi"));
  auto pid = std::to_string(r.pid);
  BOOST_TEST(r.out.text() == pid + " " + pid + " " + pid + " 0\n");
}

BOOST_AUTO_TEST_CASE(environment_is_inherited_changed_and_removed) {
  ::setenv("SWEET_TEST_KEPT", "kept", 1);
  ::setenv("SWEET_TEST_CHANGED", "old", 1);
  ::setenv("SWEET_TEST_GONE", "gone", 1);
  auto spec = shell("echo $SWEET_TEST_KEPT $SWEET_TEST_CHANGED ${SWEET_TEST_GONE-none} "
                    "$SWEET_TEST_NEW; env | grep -c SWEET_TEST_C");
  spec.env = {{"SWEET_TEST_CHANGED", "new = er"},
              {"SWEET_TEST_GONE", std::nullopt},
              {"SWEET_TEST_NEW", "new"}};
  BOOST_TEST(run(spec).out.text() == "kept new = er none new\n1\n");
}

BOOST_AUTO_TEST_CASE(runs_in_its_folder) {
  process_spec spec{{"pwd"}};
  spec.cwd = folder.path();
  BOOST_TEST(run(spec).out.text() == folder.path() + "\n");
  folder.write("tool", "#!/bin/sh\necho tool in $PWD\n");
  std::filesystem::permissions(folder / "tool", std::filesystem::perms::owner_all);
  spec.argv = {"./tool"};
  BOOST_TEST(run(spec).out.text() == "tool in " + folder.path() + "\n");
}

BOOST_AUTO_TEST_CASE(looks_the_program_up_in_the_path_it_gives) {
  folder.write("sweet-test-tool", "#!/bin/sh\necho found\n");
  std::filesystem::permissions(folder / "sweet-test-tool", std::filesystem::perms::owner_all);
  process_spec spec{{"sweet-test-tool"}};
  BOOST_TEST(failure(spec).starts_with("cannot run `sweet-test-tool`: not found in PATH ("));
  spec.env["PATH"] = "/nonexistent:" + folder.path();
  BOOST_TEST(run(spec).out.text() == "found\n");
}

BOOST_AUTO_TEST_CASE(says_why_nothing_was_started) {
  BOOST_TEST(failure({{}}) == "cannot run a process without a program");
  BOOST_TEST(failure({{"/nonexistent/x"}}) ==
             "cannot run `/nonexistent/x`: No such file or directory");
  BOOST_TEST(failure({{"/etc/passwd"}}) == "cannot run `/etc/passwd`: Permission denied");
  BOOST_TEST(failure({{"/tmp"}}) == "cannot run `/tmp`: Permission denied");
  process_spec spec{{"true"}};
  spec.cwd = folder / "nowhere";
  BOOST_TEST(failure(spec) == "cannot enter folder `" + spec.cwd + "`: No such file or directory");
  spec.cwd = folder.write("file", "");
  BOOST_TEST(failure(spec).starts_with("cannot enter folder `" + spec.cwd + "`: "));
  for (const char* text : {"#!/nonexistent\n", "no program\n"}) {
    auto path = folder.write("script", text);
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    spec = {{path}};
    BOOST_TEST(failure(spec).starts_with("cannot run `" + path + "`: "));
    spec = {{"./script"}};
    spec.cwd = folder.path();
    BOOST_TEST(failure(spec).starts_with("cannot run `./script`: "));
  }
  BOOST_TEST(failure(spec).find("#!/bin/sh") != std::string::npos);
  BOOST_TEST(failure({{"true", std::string(10'000'000, 'x')}}).find("too long") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(reports_what_was_used) {
  const auto before = std::chrono::steady_clock::now();
  auto r = run(shell("i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done"));
  const auto took = std::chrono::steady_clock::now() - before;
  const auto computed = r.usage.user + r.usage.system;
  BOOST_TEST(computed.count() > 0);
  // One thread: it cannot have computed for longer, but for how coarsely the kernel may count.
  BOOST_TEST((r.usage.wall >= computed - 20ms));
  BOOST_TEST((r.usage.wall <= took));
  // The peak of a process that takes 200 MB lies above that of this one.
  auto big = run({{"dd", "if=/dev/zero", "of=/dev/null", "bs=200M", "count=1"}});
  BOOST_TEST(big.status.success());
  BOOST_TEST(big.usage.max_rss > 200'000'000U);
}

BOOST_AUTO_TEST_CASE(a_signal_reaches_the_whole_group) {
  // The fifo tells that the grandchild is there.
  auto fifo = folder.make_fifo("fifo");
  started_process x{*reactor, shell("sh -c 'echo up > " + fifo + "; exec sleep 1000' & wait")};
  BOOST_TEST(sweet::testing::read_file(fifo) == "up\n");
  auto group = x.handle().pid();
  BOOST_TEST(has_members(group));
  BOOST_TEST(x.handle().terminate(1h) == 0);
  auto r = x.end();
  BOOST_TEST(r.status.signal == SIGTERM);
  BOOST_TEST(!has_members(group));
  BOOST_TEST(x.handle().terminate(1h) == ESRCH);
}

BOOST_AUTO_TEST_CASE(sigterm_wakes_a_stopped_group) {
  auto fifo = folder.make_fifo("fifo");
  started_process x{*reactor, shell("echo up > " + fifo + "; kill -STOP $$; sleep 1000")};
  BOOST_TEST(sweet::testing::read_file(fifo) == "up\n");
  BOOST_TEST(x.handle().terminate(1h) == 0);
  BOOST_TEST(x.end().status.signal == SIGTERM);
}

BOOST_AUTO_TEST_CASE(who_ignores_sigterm_gets_sigkill) {
  auto fifo = folder.make_fifo("fifo");
  auto waits = "trap '' TERM; echo up > " + fifo + "; while :; do :; done";
  started_process x{*reactor, shell(waits)};
  BOOST_TEST(sweet::testing::read_file(fifo) == "up\n");
  BOOST_TEST(x.handle().terminate(1h) == 0);
  BOOST_TEST(has_members(x.handle().pid()));
  BOOST_TEST(x.handle().kill() == 0);
  BOOST_TEST(x.end().status.signal == SIGKILL);
  BOOST_TEST(!has_members(x.handle().pid()));
}

BOOST_AUTO_TEST_CASE(sigkill_follows_when_the_grace_is_over) {
  auto fifo = folder.make_fifo("fifo");
  started_process x{*reactor, shell("trap '' TERM; echo up > " + fifo + "; while :; do :; done")};
  BOOST_TEST(sweet::testing::read_file(fifo) == "up\n");
  BOOST_TEST(x.handle().terminate(100ms) == 0);
  BOOST_TEST(x.end().status.signal == SIGKILL);
}

BOOST_AUTO_TEST_CASE(sigkill_follows_for_members_that_outlive_their_leader) {
  auto fifo = folder.make_fifo("fifo");
  started_process x{*reactor,
                    shell("(trap '' TERM; echo up > " + fifo + "; while :; do :; done) & wait")};
  BOOST_TEST(sweet::testing::read_file(fifo) == "up\n");
  // Long enough for the end of the leader to be seen first.
  BOOST_TEST(x.handle().terminate(2s) == 0);
  auto r = x.end();
  BOOST_TEST(r.status.signal == SIGTERM);
  BOOST_TEST(r.left_processes);
  BOOST_TEST(!has_members(r.pid));
}

BOOST_AUTO_TEST_CASE(members_that_outlive_a_sigterm_of_ours_are_waited_for) {
  // The shell dies of SIGTERM at once; the member cleans up for as long as the fifo lets it.
  auto up = folder.make_fifo("up");
  auto go = folder.make_fifo("go");
  started_process x{*reactor, shell("(trap 'read x < " + go + "; echo $x; exit' TERM; echo up > " +
                                    up + "; while :; do :; done) & trap - TERM; wait")};
  BOOST_TEST(sweet::testing::read_file(up) == "up\n");
  BOOST_TEST(x.handle().terminate(1h) == 0);
  std::ofstream{go} << "cleaned up\n";
  auto r = x.end();
  BOOST_TEST(r.status.signal == SIGTERM);
  BOOST_TEST(r.out.text() == "cleaned up\n");
}

BOOST_AUTO_TEST_CASE(a_grandchild_that_holds_the_output_does_not_hang) {
  auto r = run(shell("sleep 1000 & echo done"));
  BOOST_TEST(r.out.text() == "done\n");
  BOOST_TEST(r.status.success());
  BOOST_TEST(r.left_processes);
  BOOST_TEST(!has_members(r.pid));
}

BOOST_AUTO_TEST_CASE(a_grandchild_without_the_output_is_not_left_behind) {
  auto r = run(shell("sleep 1000 >/dev/null 2>&1 & true"));
  BOOST_TEST(r.left_processes);
  BOOST_TEST(!has_members(r.pid));
}

BOOST_AUTO_TEST_CASE(a_grandchild_that_ignores_sigterm_is_not_left_behind) {
  auto r = run(shell("(trap '' TERM; sleep 1000) & true"));
  BOOST_TEST(r.left_processes);
  BOOST_TEST(!has_members(r.pid));
}

BOOST_AUTO_TEST_CASE(late_output_of_the_group_is_captured) {
  // The member waits until the shell was waited for, as a `tee` would that is behind.
  auto r = run(shell("(while kill -0 $$; do :; done 2>/dev/null; echo late) & echo early"));
  BOOST_TEST(r.out.text() == "early\nlate\n");
  BOOST_TEST(!r.left_processes);
}

BOOST_AUTO_TEST_CASE(a_daemon_is_cut_off_and_lives_on) {
  auto fifo = folder.make_fifo("fifo");
  auto r =
      run(shell("setsid sh -c 'echo $$; echo up > " + fifo + "; exec sleep 1000' & cat " + fifo));
  BOOST_TEST(r.output_cut_off);
  BOOST_TEST(!r.left_processes);
  std::istringstream out{r.out.text()};
  pid_t daemon = 0;
  std::string up;
  BOOST_TEST(bool(out >> daemon >> up));
  BOOST_TEST(::kill(daemon, 0) == 0);
  ::kill(daemon, SIGKILL);
}

// -- whatever group or session
// ---------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(what_has_left_the_group_ends_with_its_process) {
  const adopting_process here{*reactor};
  auto fifo = folder.make_fifo("fifo");
  // What is started tells its id, and the shell goes on once it has.
  const std::string tells = "sh -c 'echo $$ > " + fifo + "; exec sleep 1000'";
  for (const std::string how : {"timeout 1000 ", "setsid ", "setsid -f ", "env -i "}) {
    BOOST_TEST_CONTEXT(how) {
      auto spec = shell(how + tells + " >/dev/null 2>&1 & cat " + fifo);
      spec.scope = process_scope::descendants;
      auto r = run(spec);
      BOOST_TEST(r.left_processes);
      BOOST_TEST(r.still_running.empty());
      BOOST_TEST(!find_running(std::stoi(r.out.text())).has_value());
    }
  }
}

BOOST_AUTO_TEST_CASE(sigterm_goes_to_the_group_and_to_others_once_their_parents_have_ended) {
  const adopting_process here{*reactor};
  auto up = folder.make_fifo("up");
  auto end = folder.make_fifo("end");
  auto spec = shell("setsid sh -c 'trap \"echo asked; exit\" TERM; echo up > " + up +
                    "; while :; do sleep 0.01; done' & trap 'echo leader; read x < " + end +
                    "; exit' TERM; while :; do sleep 0.01; done");
  spec.scope = process_scope::descendants;
  started_process x{*reactor, spec};
  BOOST_TEST(sweet::testing::read_file(up) == "up\n");
  BOOST_TEST(x.handle().terminate(1h) == 0);
  std::ofstream{end} << "go on\n";
  auto r = x.end();
  BOOST_TEST(r.out.text() == "leader\nasked\n");
  BOOST_TEST(!r.left_processes);
}

BOOST_AUTO_TEST_CASE(sigkill_goes_to_all_at_once) {
  const adopting_process here{*reactor};
  auto up = folder.make_fifo("up");
  auto spec = shell("trap '' TERM; setsid setsid sh -c 'echo $$ > " + up +
                    "; while :; do sleep 0.01; done' & while :; do sleep 0.01; done");
  spec.scope = process_scope::descendants;
  started_process x{*reactor, spec};
  const auto hidden = std::stoi(sweet::testing::read_file(up));
  BOOST_TEST(x.handle().terminate(1h) == 0);
  BOOST_TEST(find_running(hidden).has_value());
  BOOST_TEST(x.handle().kill() == 0);
  auto r = x.end();
  BOOST_TEST(r.status.signal == SIGKILL);
  BOOST_TEST(!find_running(hidden).has_value());
}

BOOST_AUTO_TEST_CASE(families_do_not_touch_each_other) {
  const adopting_process here{*reactor};
  auto up = folder.make_fifo("up");
  auto spec = shell("setsid -f sh -c 'echo $$ > " + up + "; exec sleep 1000'; exec sleep 1000");
  spec.scope = process_scope::descendants;
  started_process other{*reactor, spec};
  const auto hidden = std::stoi(sweet::testing::read_file(up));
  auto leaver = shell("setsid -f sleep 1000 >/dev/null 2>&1");
  leaver.scope = process_scope::descendants;
  BOOST_TEST(run(leaver).left_processes);
  auto good = shell("exit 0");
  good.scope = process_scope::descendants;
  BOOST_TEST(!run(good).left_processes);
  BOOST_TEST(find_running(hidden).has_value());
  BOOST_TEST(other.handle().kill() == 0);
  other.end();
  BOOST_TEST(!find_running(hidden).has_value());
}

BOOST_AUTO_TEST_CASE(what_hides_from_its_process_is_found_as_an_orphan) {
  const adopting_process here{*reactor};
  auto fifo = folder.make_fifo("fifo");
  auto spec = shell("env -i setsid sh -c 'trap \"\" TERM; sh -c \"exec sleep 1000\" & echo $$ > " +
                    fifo + "; wait' >/dev/null 2>&1 & cat " + fifo);
  spec.scope = process_scope::descendants;
  const auto hidden = std::stoi(run(spec).out.text());
  BOOST_TEST(find_running(hidden).has_value());
  const auto end = end_orphans(100ms);
  BOOST_TEST(end.stopped == 2U);
  BOOST_TEST(end.still_running.empty());
  BOOST_TEST(!find_running(hidden).has_value());
}

BOOST_AUTO_TEST_CASE(orphans_are_waited_for) {
  const adopting_process here{*reactor};
  // Daemons that end at once; the shell ends when no zombie is left of them.
  auto spec = shell("me=$(cut -d' ' -f4 /proc/$$/stat); for i in 1 2 3 4; do setsid -f true; done; "
                    "while cat /proc/[0-9]*/stat 2>/dev/null | grep -q \") Z $me \"; do :; done");
  spec.scope = process_scope::descendants;
  BOOST_TEST(run(spec).status.success());
}

BOOST_AUTO_TEST_CASE(the_destructor_leaves_nothing_behind) {
  auto fifo = folder.make_fifo("fifo");
  started_process x{*reactor,
                    shell("trap '' TERM; sh -c 'echo up > " + fifo + "; sleep 1000' & wait")};
  BOOST_TEST(sweet::testing::read_file(fifo) == "up\n");
  BOOST_TEST(reactor->running() == 1U);
  reactor.reset();
  BOOST_TEST(x.end().status.signal == SIGKILL);
  BOOST_TEST(!has_members(x.handle().pid()));
}

BOOST_AUTO_TEST_CASE(many_run_at_once) {
  constexpr int count = SWEET_THREAD_SANITIZER ? 250 : 1000;
  std::counting_semaphore<> slots{64};
  std::atomic<int> good = 0;
  for (int i = 0; i < count; ++i) {
    slots.acquire();
    auto started = reactor->start(
        shell("echo $PPID; exit " + std::to_string(i % 7)), [&, i](process_result r) {
          good += r.status.code == i % 7 && r.out.text() == std::to_string(::getpid()) + "\n";
          slots.release();
        });
    BOOST_REQUIRE(std::holds_alternative<process_reactor::handle>(started));
  }
  for (int i = 0; i < 64; ++i)
    slots.acquire();
  BOOST_TEST(good == count);
  reactor.reset();
}

BOOST_AUTO_TEST_CASE(starts_come_from_many_threads) {
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 25; ++i) {
        auto promise = std::make_shared<std::promise<process_result>>();
        auto started = reactor->start(
            {{"echo", "hi"}}, [promise](process_result r) { promise->set_value(std::move(r)); });
        if (std::holds_alternative<process_reactor::handle>(started))
          good += promise->get_future().get().out.text() == "hi\n";
      }
    });
  for (auto& thread : threads)
    thread.join();
  BOOST_TEST(good == 100);
}

BOOST_AUTO_TEST_CASE(waiting_takes_no_cpu_time) {
  auto before = cpu_time();
  run({{"sleep", "1"}});
  BOOST_TEST((cpu_time() - before < 50ms));
}

BOOST_AUTO_TEST_CASE(refuses_to_work_while_sigchld_is_ignored) {
  auto before = std::signal(SIGCHLD, SIG_IGN);
  BOOST_CHECK_THROW(process_reactor{}, std::system_error);
  std::signal(SIGCHLD, before);
}

BOOST_AUTO_TEST_SUITE_END()
