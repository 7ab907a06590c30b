#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/node_builder.hpp>
#include <sweet/sweet.hpp>

#include <caf/actor_system_config.hpp>
#include <caf/io/middleman.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

/// A runtime with actors that nodes may talk to, as a process of its own has it, and its log.
class actor_process {
public:
  ~actor_process() {
    rt.cancel();
    rt.join();
  }

  /// A node that is quick to notice what happens.
  sweet::node_builder node(std::string name) {
    using namespace std::chrono_literals;
    return sweet::node_builder(rt)
        .name(std::move(name))
        .listen("127.0.0.1:0")
        .secret("a secret of the tests")
        .detector({.heartbeat = 100ms, .min_deviation = 50ms, .pause = 500ms})
        .reconnect(sweet::backoff::fixed(20ms));
  }

  /// Waits until a line of the log has this in it, and forgets the lines so far.
  /// @returns false if none comes within 100 s
  bool logs(const std::string& part) {
    std::unique_lock guard{mutex_};
    const auto has = [&] {
      return std::ranges::any_of(lines_,
                                 [&](const auto& x) { return x.find(part) != std::string::npos; });
    };
    const bool came = changed_.wait_for(guard, std::chrono::seconds{100}, has);
    lines_.clear();
    return came;
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> lines_; ///< under the mutex

public:
  sweet::runtime rt{sweet::runtime_options{
      .workers = 2,
      .configure = [](caf::actor_system_config& x) { x.load<caf::io::middleman>(); },
      .log =
          [this](const sweet::log_record& x) {
            const std::lock_guard guard{mutex_};
            lines_.push_back(x.text);
            changed_.notify_all();
          }}};
};
