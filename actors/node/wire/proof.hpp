#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include <sweet/node/wire/bytes.hpp>

namespace sweet::inline v0_5::detail::wire {

/// Random bytes that are used once, so that no proof fits a second time.
using nonce = std::array<std::byte, 32>;

/// What HMAC-SHA-256 gives.
using mac = std::array<std::byte, 32>;

/// Fills `to` with random bytes of OpenSSL that nobody can guess.
/// @throws std::runtime_error if the system has none
void secure_random(std::span<std::byte> to);

/// Returns HMAC-SHA-256 of a message.
mac hmac_sha256(std::string_view key, byte_view message);

/// Tells whether two are equal, in a time that does not tell where they differ.
bool same_mac(const mac& a, const mac& b) noexcept;

} // namespace sweet::inline v0_5::detail::wire
