#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <string>

#include <sweet/node/tls/tls_context.hpp>

struct ssl_st;

namespace sweet::inline v0_5::detail::tls {

/// Returns why the last call of OpenSSL for this connection has failed, as a sentence that says
/// which side has to change what; and forgets OpenSSL's errors in this thread.
std::string session_failure(const ssl_st& connection, const tls_context& context);

} // namespace sweet::inline v0_5::detail::tls
