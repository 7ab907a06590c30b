#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <string>
#include <vector>

struct x509_st;

namespace sweet::inline v0_5::detail::tls {

/// Returns the names of nodes that a certificate is for: its subject alternative names of type DNS,
/// letter by letter. The common name is none, and neither is a wildcard for others.
std::vector<std::string> names_in(const x509_st& certificate);

/// Returns names for people: `"a", "b"`, or `nobody`.
std::string listed(const std::vector<std::string>& names);

} // namespace sweet::inline v0_5::detail::tls
