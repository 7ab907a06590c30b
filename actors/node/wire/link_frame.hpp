#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <variant>

#include <sweet/messages/task_result.hpp>
#include <sweet/node/wire/bytes.hpp>
#include <sweet/node/wire/frames.hpp>
#include <sweet/node/wire/refusal.hpp>

namespace sweet::inline v0_5::detail::wire {

/// What a peer has said, once the hello is over.
using link_frame = std::variant<heartbeat, pull, submit, started, progress, output, cancel, result,
                                leave, refusal, lookup, found, actors, actors_end>;

/// Reads what a peer has said from the body of its frame, or from its pieces put together.
/// Errors: invalid_data, with a sentence that names the frame.
task_result<link_frame> read_link_frame(frame_type type, byte_view body);

} // namespace sweet::inline v0_5::detail::wire
