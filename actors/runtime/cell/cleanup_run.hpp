#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>

namespace sweet::inline v0_5::detail {

struct side_block;

/// Starts the next clean-up of a cancelled task whose body and children are gone.
/// @returns false if none is left
bool clean_up(cell& c, side_block& side) noexcept;

} // namespace sweet::inline v0_5::detail
