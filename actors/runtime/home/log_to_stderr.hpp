#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/log_record.hpp>

namespace sweet::inline v0_5 {

/// Writes a warning or an error to standard error, as one line; ignores records of lower levels. It
/// is the default of runtime_options::log. Any thread.
void log_to_stderr(const log_record& record);

} // namespace sweet::inline v0_5
