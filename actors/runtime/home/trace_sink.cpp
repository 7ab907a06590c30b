// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/home/trace_sink.hpp>

#include <sweet/actors/runtime/home/user_callback.hpp>
#include <sweet/messages/exception_text.hpp>

#include <string>

namespace sweet::inline v0_5::detail {

void trace_sink::write(const trace_event& event) const noexcept {
  try {
    const user_callback callback{home_};
    write_(event);
  } catch (...) {
    log_.write_made([&event] {
      return log_record{log_level::error, event.task, event.name,
                        "the trace sink of the runtime threw: " + exception_text(), event.time};
    });
  }
}

} // namespace sweet::inline v0_5::detail
