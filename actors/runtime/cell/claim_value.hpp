#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>

namespace sweet::inline v0_5::detail {

/// Claims the value of a shared task for one taker. @returns whether the caller has it now
bool claim_value(cell& c) noexcept;

/// Claims the value of a shared task for the task `taker`, null for none. @returns false if another
/// taker was faster
bool claim_value_for(cell* taker, cell& c) noexcept;

/// Whether `taker` has been told to stop and must leave the value to other tasks. In its context.
bool claims_too_late(cell& taker) noexcept;

/// Claims the value of a shared task for a handle, in the name of the task that this thread runs,
/// if it runs one. The value stays where it is if that task is to stop or its time is over. Once
/// claimed in time, the value is not lost to a timeout that comes after the body has returned.
/// @returns false if another taker was faster
/// @throws cancelled if the task of this thread is interrupted
bool claim_value_in_time(cell& c);

} // namespace sweet::inline v0_5::detail
