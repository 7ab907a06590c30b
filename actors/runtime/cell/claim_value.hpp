#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>

namespace sweet::detail {

/// Claims the value of a shared task for one taker. @returns whether it is the caller's
bool claim_value(cell& c) noexcept;

/// Claims it for a task, null for none. @returns false if another was faster
bool claim_value_for(cell* taker, cell& c) noexcept;

/// Whether a task that has been told to stop must leave the value to others. In its context.
bool claims_too_late(cell& taker) noexcept;

/// The same for a handle, in the body of the task that this thread runs, if it runs one. The value
/// stays where it is if that task is to stop, or its time is over; once claimed in time, it is not
/// lost to a timeout that comes when the body has returned.
/// @throws cancelled if the task of this thread is interrupted
bool claim_value_in_time(cell& c);

} // namespace sweet::detail
