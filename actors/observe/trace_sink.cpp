// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/observe/trace_sink.hpp>

#include <exception>
#include <string>

namespace sweet::detail {

void trace_sink::write(const trace_event& event) const noexcept {
  const auto tell = [&](const char* why) {
    log_.write({log_level::error, event.task, event.name,
                std::string{"the trace sink of the runtime threw: "} + why, event.time});
  };
  try {
    write_(event);
  } catch (const std::exception& e) {
    tell(e.what());
  } catch (...) {
    tell("what is no std::exception");
  }
}

} // namespace sweet::detail
