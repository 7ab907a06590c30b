// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/spawn_child.hpp>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sweet/actors/process/own_children.hpp>
#include <sweet/actors/process/program_path.hpp>

namespace sweet::detail {

namespace {

spawn_failure failure(int error, const std::string& what) {
  return {error, what + ": " + std::generic_category().message(error)};
}

struct pipe_ends {
  unique_fd read;
  unique_fd write;
};

// Both ends above the standard descriptors: one of those could otherwise be overwritten in the
// child before it is used, in a program that was itself started with some of them closed.
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
  // What a program gets that has no PATH.
  std::string_view path_ = "/usr/local/bin:/usr/bin:/bin";
};

class file_actions {
public:
  file_actions() { check(::posix_spawn_file_actions_init(&value_)); }

  file_actions(const file_actions&) = delete;
  file_actions& operator=(const file_actions&) = delete;

  ~file_actions() { ::posix_spawn_file_actions_destroy(&value_); }

  void duplicate(int from, int to) { check(::posix_spawn_file_actions_adddup2(&value_, from, to)); }

  void change_folder(const std::string& folder) {
    check(::posix_spawn_file_actions_addchdir_np(&value_, folder.c_str()));
  }

  void close_from(int lowest) {
    check(::posix_spawn_file_actions_addclosefrom_np(&value_, lowest));
  }

  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &value_; }

private:
  // They can only run out of memory.
  static void check(int error) {
    if (error != 0)
      throw std::bad_alloc{};
  }

  posix_spawn_file_actions_t value_;
};

class attributes {
public:
  attributes() {
    if (::posix_spawnattr_init(&value_) != 0)
      throw std::bad_alloc{};
    sigset_t all;
    sigset_t none;
    sigfillset(&all);
    sigemptyset(&none);
    // None of these can fail with these arguments.
    ::posix_spawnattr_setsigdefault(&value_, &all);
    ::posix_spawnattr_setsigmask(&value_, &none);
    ::posix_spawnattr_setflags(&value_,
                               POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  }

  attributes(const attributes&) = delete;
  attributes& operator=(const attributes&) = delete;

  ~attributes() { ::posix_spawnattr_destroy(&value_); }

  [[nodiscard]] const posix_spawnattr_t* get() const { return &value_; }

private:
  posix_spawnattr_t value_;
};

// posix_spawn answers one errno for all that the child does before it is the program: find out
// which step it was.
spawn_failure explain(int error, const process_spec& spec, const std::string& program) {
  if (!spec.cwd.empty() && ::access(spec.cwd.c_str(), X_OK) != 0)
    return failure(errno, "cannot enter folder `" + spec.cwd + "`");
  auto what = "cannot run `" + spec.argv.front() + "`";
  auto seen = program.front() == '/' || spec.cwd.empty() ? program : spec.cwd + "/" + program;
  if (error == ENOENT && ::access(seen.c_str(), F_OK) == 0)
    return {error, what + ": the program that its first line (#!) names does not exist"};
  if (error == ENOEXEC)
    return {error, what + ": it is no program for this machine, and no script with a first line "
                          "such as #!/bin/sh"};
  if (error == E2BIG)
    return {error, what + ": its arguments and environment are too long"};
  return failure(error, what);
}

} // namespace

// The C library of Debian 12 declares pidfd_open without C linkage.
unique_fd open_pidfd(pid_t pid) {
  return unique_fd{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
}

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

  file_actions actions;
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
  actions.duplicate(null.get(), STDIN_FILENO);
  if (spec.output != process_output::inherit) {
    actions.duplicate(captured ? out.write.get() : null.get(), STDOUT_FILENO);
    actions.duplicate(separate ? err.write.get() : STDOUT_FILENO, STDERR_FILENO);
  }
  actions.close_from(STDERR_FILENO + 1);
  if (!spec.cwd.empty())
    actions.change_folder(spec.cwd);

  attributes how;
  std::vector<char*> argv;
  argv.reserve(spec.argv.size() + 1);
  for (const auto& argument : spec.argv)
    argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  own_children::birth birth;
  if (auto error = ::posix_spawn(&child.pid, program.path.c_str(), actions.get(), how.get(),
                                 argv.data(), env.get()))
    return explain(error, spec, program.path);
  birth.named(child.pid);

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

} // namespace sweet::detail
