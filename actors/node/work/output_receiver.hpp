#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>
#include <functional>
#include <string_view>

namespace sweet::inline v0_5::detail {

/// Takes what a function on a node gives by its remote_output, in order, with the attempt that says
/// it. It is called by the thread that reads from links: it has to be quick, and must not ask the
/// node for anything.
using output_receiver = std::function<void(std::uint32_t attempt, std::string_view text)>;

} // namespace sweet::inline v0_5::detail
