// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/spawn_child.hpp>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <new>
#include <optional>
#include <poll.h>
#include <string_view>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sweet/actors/process/own_children.hpp>
#include <sweet/actors/process/pidfd.hpp>
#include <sweet/actors/process/program_path.hpp>
#include <sweet/actors/runtime/system/sanitizers.hpp>

namespace sweet::inline v0_5::detail {

namespace {

spawn_failure failure(int error, const std::string& what) {
  return {error, what + ": " + std::generic_category().message(error)};
}

struct pipe_ends {
  unique_fd read;
  unique_fd write;
};

// Makes a pipe with both ends above the standard descriptors. One of those could be overwritten in
// the child before it is used, in a program that was itself started with some of them closed.
int open_pipe(pipe_ends& to) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return errno;
  to = {unique_fd{ends[0]}, unique_fd{ends[1]}};
  for (auto* end : {&to.read, &to.write}) {
    if (end->get() > STDERR_FILENO)
      continue;
    unique_fd higher{::fcntl(end->get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1)};
    if (!higher)
      return errno;
    *end = std::move(higher);
  }
  // Only our end: O_NONBLOCK belongs to the open file, and programs do not expect it on their
  // standard output.
  return ::fcntl(to.read.get(), F_SETFL, O_NONBLOCK) == 0 ? 0 : errno;
}

// The child's environment. Unchanged variables are not copied.
class environment {
public:
  explicit environment(const process_spec& spec) {
    for (char** variable = ::environ; *variable; ++variable) {
      std::string_view text{*variable};
      if (!spec.env.empty() && spec.env.count(std::string{text.substr(0, text.find('='))}) != 0)
        continue;
      variables_.push_back(*variable);
      if (text.substr(0, 5) == "PATH=")
        path_ = text.substr(5);
    }
    changed_.reserve(spec.env.size());
    for (const auto& [name, value] : spec.env) {
      if (!value)
        continue;
      changed_.push_back(name + "=" + *value);
      variables_.push_back(changed_.back().data());
      if (name == "PATH")
        path_ = *value;
    }
    variables_.push_back(nullptr);
  }

  [[nodiscard]] char* const* get() const { return variables_.data(); }

  [[nodiscard]] std::string_view search_path() const { return path_; }

private:
  std::vector<char*> variables_;
  std::vector<std::string> changed_;
  // The PATH for a program without one.
  std::string_view path_ = "/usr/local/bin:/usr/bin:/bin";
};

// The steps of the child between its start and its program.
enum class stage_of_start : std::uint8_t { none, session, output, folder, limit, program };

// The child's answer, in memory that parent and child share. With vfork() they share all memory;
// under tools that make a fork() of it they share only this.
class answer {
public:
  struct value {
    stage_of_start failed = stage_of_start::none;
    int error = 0;
  };

  answer()
      : memory_(::mmap(nullptr, sizeof(value), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                       -1, 0)) {
    if (memory_ == MAP_FAILED)
      throw std::bad_alloc{};
    new (memory_) value{};
  }
  answer(const answer&) = delete;
  answer& operator=(const answer&) = delete;
  ~answer() { ::munmap(memory_, sizeof(value)); }

  // Volatile: the child writes while the parent is in vfork(), of which the compiler knows nothing.
  [[nodiscard]] volatile value& get() const { return *static_cast<volatile value*>(memory_); }

private:
  void* memory_;
};

// All that the child needs, made before its start. The child shares the memory of a process with
// threads, so it must neither allocate nor lock.
struct plan {
  const char* program = nullptr;
  char* const* argv = nullptr;
  char* const* environment = nullptr;
  const char* folder = nullptr; // null: stays where it is
  int in = -1;
  int out = -1; // -1: stays what it is
  int err = -1;
  std::optional<rlim_t> open_files;
  volatile answer::value* told = nullptr;
  int running = -1; // closed when the program runs or the child has ended; -1: vfork() waits itself
};

[[noreturn]] void fail(const plan& p, stage_of_start at) {
  p.told->error = errno;
  p.told->failed = at;
  ::_exit(127);
}

// Runs the child from its start until its program.
[[noreturn]] void become(const plan& p) {
  // A handler of ours would run our code in the child; and the child shall not ignore the signals
  // that we ignore.
  struct sigaction standard{};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number)
    ::sigaction(number, &standard, nullptr);
  if (::setsid() < 0)
    fail(p, stage_of_start::session);
  if (::dup2(p.in, STDIN_FILENO) < 0 || (p.out >= 0 && ::dup2(p.out, STDOUT_FILENO) < 0) ||
      (p.err >= 0 && ::dup2(p.err, STDERR_FILENO) < 0))
    fail(p, stage_of_start::output);
  if (p.running > STDERR_FILENO + 1)
    ::dup3(p.running, STDERR_FILENO + 1, O_CLOEXEC);
  ::closefrom(p.running < 0 ? STDERR_FILENO + 1 : STDERR_FILENO + 2);
  if (p.folder && ::chdir(p.folder) != 0)
    fail(p, stage_of_start::folder);
  if (p.open_files) {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = std::min(*p.open_files, limit.rlim_max);
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0)
      fail(p, stage_of_start::limit);
  }
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execve(p.program, p.argv, p.environment);
  fail(p, stage_of_start::program);
}

// Starts the child, and returns once it runs its program, or has failed. The child borrows this
// thread's stack and memory until then, so it costs no copy of the page tables.
[[gnu::noinline]] pid_t start(const plan& p) {
  // No handler may run in the child, which would change the memory of both.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const auto child = ::vfork();
  if (child == 0)
    become(p);
  const auto error = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return child;
}

spawn_failure explain(stage_of_start failed, int error, const process_spec& spec,
                      const std::string& program) {
  if (failed == stage_of_start::folder)
    return failure(error, "cannot enter folder `" + spec.cwd + "`");
  auto what = "cannot run `" + spec.argv.front() + "`";
  auto seen = program.front() == '/' || spec.cwd.empty() ? program : spec.cwd + "/" + program;
  if (failed == stage_of_start::program && error == ENOENT && ::access(seen.c_str(), F_OK) == 0)
    return {error, what + ": the program that its first line (#!) names does not exist"};
  if (error == ENOEXEC)
    return {error, what + ": it is no program for this machine, and no script with a first line "
                          "such as #!/bin/sh"};
  if (error == E2BIG)
    return {error, what + ": its arguments and environment are too long"};
  return failure(error, what);
}

} // namespace

std::variant<spawned_child, spawn_failure> spawn_child(const process_spec& spec,
                                                       const unique_fd& null) {
  if (spec.argv.empty() || spec.argv.front().empty())
    return spawn_failure{EINVAL, "cannot run a process without a program"};
  environment env{spec};
  auto program = find_program(spec.argv.front(), env.search_path());
  if (program.error == ENOENT)
    return spawn_failure{ENOENT, "cannot run `" + spec.argv.front() + "`: not found in PATH (" +
                                     std::string{env.search_path()} + ")"};
  if (program.error != 0)
    return failure(program.error, "cannot run `" + spec.argv.front() + "`");

  spawned_child child;
  pipe_ends out;
  pipe_ends err;
  auto captured =
      spec.output == process_output::capture || spec.output == process_output::capture_merged;
  auto separate = spec.output == process_output::capture;
  if (auto error = captured ? open_pipe(out) : 0)
    return failure(error, "cannot make a pipe for `" + spec.argv.front() + "`");
  if (auto error = separate ? open_pipe(err) : 0)
    return failure(error, "cannot make a pipe for `" + spec.argv.front() + "`");

  std::vector<char*> argv;
  argv.reserve(spec.argv.size() + 1);
  for (const auto& argument : spec.argv)
    argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);

  const answer told;
  plan p;
  p.program = program.path.c_str();
  p.argv = argv.data();
  p.environment = env.get();
  p.folder = spec.cwd.empty() ? nullptr : spec.cwd.c_str();
  p.in = null.get();
  if (spec.output != process_output::inherit) {
    p.out = captured ? out.write.get() : null.get();
    p.err = separate ? err.write.get() : STDOUT_FILENO;
  }
  p.open_files = spec.open_files;
  p.told = &told.get();
  own_children::birth birth;
#if SWEET_THREAD_SANITIZER
  // ThreadSanitizer makes a fork() of vfork(), which returns before the child has its program.
  pipe_ends running;
  if (auto error = open_pipe(running))
    return failure(error, "cannot make a pipe for `" + spec.argv.front() + "`");
  p.running = running.write.get();
#endif
  child.pid = start(p);
  if (child.pid < 0)
    return failure(errno, "cannot make a process for `" + spec.argv.front() + "`");
#if SWEET_THREAD_SANITIZER
  running.write.reset();
  for (pollfd end{running.read.get(), POLLIN, 0}; ::poll(&end, 1, -1) < 0;) {
  }
#endif
  birth.named(child.pid);
  if (p.told->failed != stage_of_start::none) {
    own_children::wait(child.pid);
    return explain(p.told->failed, p.told->error, spec, program.path);
  }

  child.pidfd = open_pidfd(child.pid);
  if (!child.pidfd) {
    auto error = errno;
    ::kill(-child.pid, SIGKILL);
    own_children::wait(child.pid);
    return failure(error, "cannot watch `" + spec.argv.front() + "`");
  }
  child.out = std::move(out.read);
  child.err = std::move(err.read);
  return child;
}

} // namespace sweet::inline v0_5::detail
