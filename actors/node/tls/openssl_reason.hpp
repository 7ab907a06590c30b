#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <string>

namespace sweet::inline v0_5::detail::tls {

/// Returns in OpenSSL's words why its last call in this thread has failed, and forgets it.
std::string openssl_reason();

/// Returns what is wrong with a certificate, as the rest of a sentence: "has expired".
/// @param verify_error X509_V_ERR_... of OpenSSL
std::string certificate_problem(int verify_error);

} // namespace sweet::inline v0_5::detail::tls
