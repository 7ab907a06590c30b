#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <array>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <spawn.h>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace bench {

/// A second process of this program, which runs a node. It ends when its stdin does, so with this
/// process too, however that ends; with the object it is gone.
class node_process {
public:
  node_process(unsigned threads, bool tls) {
    // Closed by exec: another process must not hold the stdin of this one open.
    std::array<int, 2> in{};
    std::array<int, 2> out{};
    if (pipe2(in.data(), O_CLOEXEC) != 0 || pipe2(out.data(), O_CLOEXEC) != 0)
      throw std::system_error(errno, std::generic_category(), "pipe");
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, in[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, out[1], STDOUT_FILENO);
    std::string self = "/proc/self/exe";
    std::string node = "--node";
    std::string workers = std::to_string(threads);
    std::string how = tls ? "tls" : "plain";
    std::array<char*, 5> words{self.data(), node.data(), workers.data(), how.data(), nullptr};
    const int error = posix_spawn(&pid_, self.c_str(), &files, nullptr, words.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    close(in[0]);
    close(out[1]);
    stdin_ = in[1];
    if (error == 0)
      read_address(out[0]);
    close(out[0]);
    if (error != 0 || address_.empty()) {
      end();
      throw std::runtime_error("the second process did not start");
    }
  }
  node_process(const node_process&) = delete;
  node_process& operator=(const node_process&) = delete;
  ~node_process() { end(); }

  const std::string& address() const { return address_; }

private:
  void read_address(int from) {
    for (char c = 0; read(from, &c, 1) == 1 && c != '\n';)
      address_ += c;
  }

  /// Within 10 s.
  void end() {
    close(stdin_);
    if (pid_ <= 0)
      return;
    for (int i = 0; i < 1'000; ++i) {
      if (waitpid(pid_, nullptr, WNOHANG) != 0)
        return;
      usleep(10'000);
    }
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }

  pid_t pid_ = 0;
  int stdin_ = -1;
  std::string address_;
};

} // namespace bench
