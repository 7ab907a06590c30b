#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <string>
#include <string_view>

#include <sweet/messages/task_result.hpp>

namespace sweet::inline v0_5::detail::tls {

/// Who may be able to read a file.
enum class readers : unsigned char { anybody, owner };

/// Returns all of a file of at most 1 MiB.
///
/// A file for its owner alone is refused if it belongs to the user of this process and others can
/// read or write it, as ssh does with private keys. One that belongs to another user is taken as it
/// is: whoever has lent it has decided who may read it.
/// @param what what it is, for errors: "the private key"
/// Errors: io, invalid_data.
task_result<std::string> read_file(const std::string& path, std::string_view what, readers who);

} // namespace sweet::inline v0_5::detail::tls
