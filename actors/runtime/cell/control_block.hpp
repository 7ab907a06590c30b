#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>

#include <caf/fwd.hpp>
#include <caf/node_id.hpp>

#include <cstdint>

namespace sweet::inline v0_5::detail {

/// Makes CAF's control block of a task anew, with that id. Under the task's mutex, or before the
/// block has been used.
void construct_control(cell& c, std::uint64_t id, caf::actor_system& system,
                       caf::node_id::data* node) noexcept;

} // namespace sweet::inline v0_5::detail
