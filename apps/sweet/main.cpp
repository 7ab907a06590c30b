// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/exception_text.hpp>

#include <csignal>
#include <exception>
#include <iostream>

#include <fcntl.h>
#include <unistd.h>

#include "ask_nodes.hpp"
#include "cert_command.hpp"
#include "command_line.hpp"
#include "interrupt_signals.hpp"
#include "node_command.hpp"
#include "run_command.hpp"

namespace {

// A descriptor that we open must not become the standard output that we print to.
bool open_standard_descriptors() {
  for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(fd, F_GETFD) < 0 && ::open("/dev/null", O_RDWR) != fd)
      return false;
  return true;
}

} // namespace

int main(int argc, char* argv[]) {
  using namespace sweet::command;
  // First of all: an interrupt that comes early waits until it is heard.
  const auto blocked = block_signals();
  if (!open_standard_descriptors())
    return exit_wrong_usage;
  // A write to a pipe without a reader is an error of that write. The program that has started us
  // may have switched off SIGCHLD, which we need.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGCHLD, SIG_DFL);
  try {
    auto what = read_command_line(argc, argv);
    if (auto* code = std::get_if<int>(&what))
      return *code;
    const struct {
      const sigset_t& blocked;
      int operator()(const run_options& x) const { return run_jobs(x, blocked); }
      int operator()(const cert_options& x) const { return make_certificates(x); }
      int operator()(const node_options& x) const { return run_node(x, blocked); }
      int operator()(const nodes_options& x) const { return list_nodes(x, blocked); }
      int operator()(const drain_options& x) const { return drain_a_node(x, blocked); }
    } carry_out{blocked};
    return std::visit(carry_out, std::get<command_options>(what));
  } catch (const std::exception& e) {
    std::cerr << "sweet: " << sweet::detail::exception_text(e) << '\n';
    return exit_wrong_usage;
  }
}
