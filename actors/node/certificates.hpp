#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <chrono>
#include <string>

#include <sweet/messages/task_result.hpp>

namespace sweet::inline v0_5 {

/// When a certificate holds.
struct certificate_validity {
  /// From when on. The default is an hour ago, so that a node whose clock is a little slow takes
  /// it.
  std::chrono::system_clock::time_point from =
      std::chrono::system_clock::now() - std::chrono::hours{1};

  /// For how many days; at least 1, and at most 36,500.
  std::chrono::days days{365};
};

/// Makes an authority that signs for the nodes of a cluster: `ca.pem`, which every node needs, and
/// its private key `ca.key`, which only make_certificate() needs. Keep that away from the nodes:
/// who has it can be any node.
///
/// The key is of the curve P-256. Files are never overwritten; a key can be read by its owner only.
/// The folder is made, for its owner only, if it does not exist.
/// Thread safe. Blocks on the file system.
/// Errors: io, also if one of the files exists; invalid_data.
task_result<void> make_authority(const std::string& folder, const certificate_validity& validity = {
                                                                .days = std::chrono::days{3650}});

/// Makes the certificate of a node, signed by the authority of the same folder: `NAME.pem` and its
/// private key `NAME.key`. With `ca.pem` they are what that node needs.
///
/// The key is of the curve P-256, and the name is its only subject alternative name (DNS). Files
/// are never overwritten: a new certificate for the same node goes into another folder, or the
/// files are moved first. A key can be read by its owner only.
/// @param node the name of the node: 1 to 255 letters, digits, '.', '-' and '_'; not "ca"
/// Thread safe. Blocks on the file system.
/// Errors: io, also if one of the files exists, or there is no authority; invalid_data.
task_result<void> make_certificate(const std::string& folder, const std::string& node,
                                   const certificate_validity& validity = {});

} // namespace sweet::inline v0_5
