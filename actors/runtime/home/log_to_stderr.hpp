#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/log_record.hpp>

namespace sweet {

/// Writes warnings and errors to standard error, one line each; leaves out what matters less. What
/// a runtime does with log records unless runtime_options::log says otherwise. Any thread.
void log_to_stderr(const log_record& record);

} // namespace sweet
