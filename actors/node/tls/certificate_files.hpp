#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <string>

namespace sweet::inline v0_5::detail::tls {

/// The paths of what a node needs to prove who it is, and to believe others; all of them are PEM.
struct certificate_files {
  std::string certificate; ///< of this node; after it, those between it and the authority
  std::string key;         ///< the private key of the certificate, without a passphrase
  std::string authorities; ///< the certificates of those that sign for nodes
};

} // namespace sweet::inline v0_5::detail::tls
