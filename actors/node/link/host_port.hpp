#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <string>
#include <string_view>

#include <sweet/messages/task_result.hpp>

namespace sweet::inline v0_5::detail {

/// An address as people write it: "host:port", or "[::1]:port".
struct host_port {
  std::string host;
  std::string port;
};

/// Reads an address. Errors: invalid_data, with a sentence.
task_result<host_port> read_host_port(std::string_view text);

/// Writes an address.
std::string to_string(const host_port& x);

} // namespace sweet::inline v0_5::detail
