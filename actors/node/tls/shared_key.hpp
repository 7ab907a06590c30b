#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <array>
#include <cstddef>
#include <string_view>

struct ssl_ctx_st;

namespace sweet::inline v0_5::detail::tls {

/// The key that nodes with the same secret prove to each other.
using shared_key = std::array<std::byte, 32>;

/// Returns the key of a secret: HKDF of RFC 5869 with SHA-256, the salt "sweet node" and the
/// label "sweet: TLS-PSK". So what TLS does with it tells nothing of other uses of the secret.
shared_key derive_key(std::string_view secret);

/// Makes connections of this context prove that they know the key, as an external PSK of TLS 1.3.
/// @param key must live as long as those connections
void use_shared_key(ssl_ctx_st& context, const shared_key& key);

} // namespace sweet::inline v0_5::detail::tls
