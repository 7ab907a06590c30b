#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <optional>
#include <string>
#include <vector>

#include <sweet/node/wire/bytes.hpp>

namespace sweet::inline v0_5::detail::wire {

/// What TLS tells of one connection; as it is by default, there is no TLS.
struct tls_channel {
  /// The names that the certificate of the peer is for. Empty if nodes have no certificates, so
  /// that a peer may take any name.
  std::optional<std::vector<std::string>> peer_names;
  /// What both ends of this connection know and nobody else.
  bytes binding;
};

} // namespace sweet::inline v0_5::detail::wire
