#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/runtime.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <utility>

namespace sweet {

/// Describes a runtime that owns its actor system. A value: each call returns a new builder.
///
///     sweet::runtime rt = sweet::runtime_builder{}.name("crawler").workers(4).build();
class [[nodiscard]] runtime_builder {
public:
  /// The name of the root in snapshots; default: "sweet".
  runtime_builder name(std::string name) const {
    auto copy = *this;
    copy.options_.name = std::move(name);
    return copy;
  }

  /// Threads that run tasks at the same time; default, and 0: one for each core that the process
  /// may use, see runtime_options::workers.
  runtime_builder workers(std::size_t n) const {
    auto copy = *this;
    copy.options_.workers = n;
    return copy;
  }

  /// What tasks and CAF's own timeouts go by; default: the steady clock of the system.
  /// It must outlive the runtime.
  runtime_builder time(clock& c) const {
    auto copy = *this;
    copy.options_.time = &c;
    return copy;
  }

  /// Called with CAF's configuration before the actor system is made: load modules, add message
  /// types, set CAF's own options. The last call wins.
  runtime_builder configure(std::function<void(caf::actor_system_config&)> f) const {
    auto copy = *this;
    copy.options_.configure = std::move(f);
    return copy;
  }

  /// When the end of the runtime gets harder on tasks that do not stop; default: kill after 30 s,
  /// kill_hard 1 s later. See runtime_options::shutdown.
  runtime_builder shutdown(const cancellation_times& times) const {
    auto copy = *this;
    copy.options_.shutdown = times;
    return copy;
  }

  /// Called with what tasks and the runtime have to tell, by any thread, by several at once; see
  /// runtime_options::log. Default: warnings and errors go to standard error, one line each.
  runtime_builder log(std::function<void(const log_record&)> sink) const {
    auto copy = *this;
    copy.options_.log = std::move(sink);
    return copy;
  }

  /// Called with what happens to the tasks that are traced, see runtime_options::trace. Default:
  /// nobody looks.
  runtime_builder trace(std::function<void(const trace_event&)> sink) const {
    auto copy = *this;
    copy.options_.trace = std::move(sink);
    return copy;
  }

  /// Makes the runtime. @throws what CAF throws
  runtime build() const { return runtime{options_}; }

private:
  runtime_options options_;
};

} // namespace sweet
