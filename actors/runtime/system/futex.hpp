#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <atomic>
#include <cstdint>
#include <ctime>

namespace sweet::inline v0_5::detail {

/// Sleeps while the word holds `value`: until it is woken, for `timeout` at most, or for no reason.
void futex_wait(std::atomic<std::uint32_t>& word, std::uint32_t value,
                const timespec* timeout = nullptr) noexcept;
/// Wakes one of those that sleep. Only the address of the word is looked at: the word itself may be
/// gone.
void futex_wake_one(std::atomic<std::uint32_t>& word) noexcept;

} // namespace sweet::inline v0_5::detail
