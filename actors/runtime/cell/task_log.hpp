#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/home/log_sink.hpp>
#include <sweet/messages/log_level.hpp>

#include <new>
#include <string>
#include <string_view>
#include <utility>

namespace sweet::inline v0_5::detail {

/// Writes to the log of the runtime in the task's name: to runtime_options::log or, without one, to
/// standard error from warnings on, see log_to_stderr(). Any thread that may touch the task.
void log_as(cell& c, log_level level, std::string text);

/// Writes the text that `make_text()` returns as log_as() does, where nothing may be thrown. If
/// there is no memory for that, standard error says so.
template <class F>
void try_log_as(cell& c, log_level level, F&& make_text) noexcept {
  try {
    log_as(c, level, make_text());
  } catch (const std::bad_alloc&) {
    log_sink::tell_no_memory();
  }
}

} // namespace sweet::inline v0_5::detail
