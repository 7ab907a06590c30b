#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <ctime>
#include <optional>
#include <string>
#include <vector>

#include <sweet/messages/task_result.hpp>
#include <sweet/node/tls/certificate_files.hpp>
#include <sweet/node/tls/openssl_objects.hpp>

namespace sweet::inline v0_5::detail::tls {

/// What a node shows to others, and whom it believes.
struct identity {
  owned_certificate certificate;
  std::vector<owned_certificate> above; ///< between the certificate and its authority
  owned_key key;
  owned_store authorities;
};

/// Reads the files of a node, and holds them against each other: the key fits the certificate, and
/// the certificate is for the name of the node, for clients and servers, and valid now under one of
/// the authorities. So a node learns from its own files what its peers would refuse.
/// @param now in place of the time that it is
/// Errors: io, invalid_data; each names the file, and says what to do.
task_result<identity> read_identity(const certificate_files& files, const std::string& node_name,
                                    std::optional<std::time_t> now);

} // namespace sweet::inline v0_5::detail::tls
