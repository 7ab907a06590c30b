#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/process_list.hpp>
#include <sweet/actors/process/process_reactor.hpp>

#include <csignal>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include <sweet/testing/scratch_folder.hpp>

namespace sweet::inline v0_5::testing {

/// The real command, and a folder for its job files. When a test is over, no process that it
/// started may be left.
class sweet_command {
public:
  sweet_command() : mark_(std::to_string(::getpid()) + "-" + folder.path()) {}

  struct running {
    detail::process_reactor::handle handle;
    std::future<process_result> result;

    /// To its group, as Ctrl-C does; what it has started has groups of its own.
    void signal(int number) const { ::kill(-handle.pid(), number); }
    process_result end() { return result.get(); }
  };

  /// Starts any program.
  running start(std::vector<std::string> argv, const std::string& cwd = {}) {
    process_spec spec{std::move(argv)};
    spec.cwd = cwd;
    spec.env["SWEET_TEST_MARK"] = mark_;
    spec.env["SWEET"] = program;
    auto promise = std::make_shared<std::promise<process_result>>();
    auto result = promise->get_future();
    auto started =
        reactor_.start(spec, [promise](process_result r) { promise->set_value(std::move(r)); });
    if (auto* failure = std::get_if<detail::spawn_failure>(&started))
      throw std::runtime_error{failure->message};
    return {std::get<detail::process_reactor::handle>(std::move(started)), std::move(result)};
  }

  /// `sweet ARGUMENTS...`
  running sweet(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), program);
    return start(std::move(arguments));
  }

  /// `sweet run ARGUMENTS... FILE`, where FILE has that text
  running run(std::string_view text, std::vector<std::string> arguments = {}) {
    arguments.insert(arguments.begin(), "run");
    arguments.push_back(folder.write("jobs.toml", text));
    return sweet(std::move(arguments));
  }

  /// How many processes run that it has started, or that those have; zombies have no environment.
  std::size_t left() const {
    std::size_t count = 0;
    detail::process_list all;
    while (const char* pid = all.next()) {
      auto file = all.open(pid, "environ");
      std::string environment;
      char chunk[4096];
      for (ssize_t n = 0; file && (n = ::read(file.get(), chunk, sizeof chunk)) > 0;)
        environment.append(chunk, static_cast<std::size_t>(n));
      if (environment.find("SWEET_TEST_MARK=" + mark_) != std::string::npos)
        ++count;
    }
    return count;
  }

  scratch_folder folder;
  const std::string program = SWEET_TEST_PROGRAM;

private:
  std::string mark_;
  detail::process_reactor reactor_;
};

} // namespace sweet::inline v0_5::testing
