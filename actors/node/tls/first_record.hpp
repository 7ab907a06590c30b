#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>
#include <string>

#include <sweet/node/wire/bytes.hpp>

namespace sweet::inline v0_5::detail::tls {

/// What the first bytes of a peer are.
struct first_record {
  enum class kind : std::uint8_t { incomplete, tls, other };

  kind what = kind::incomplete;
  std::string why; ///< the sentence, if it is another protocol
};

/// Looks at what a client has sent first: TLS is a ClientHello of at most 16 KiB, whose first
/// record is here as a whole. Until then nothing but its bytes is held for a stranger.
first_record look_at_client(wire::byte_view from_start);

/// Looks at what a server has sent first: TLS is a record of a handshake, or of an alert.
first_record look_at_server(wire::byte_view from_start);

} // namespace sweet::inline v0_5::detail::tls
