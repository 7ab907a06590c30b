#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <optional>
#include <string>

#include <sweet/actors/task/async.hpp>
#include <sweet/messages/task_result.hpp>
#include <sweet/node/wire/bytes.hpp>
#include <sweet/node/wire/frame_reader.hpp>
#include <sweet/node/wire/handshake.hpp>
#include <sweet/node/wire/link_frame.hpp>

namespace sweet::inline v0_5::detail {

/// Says hello over a connection, up to the end of it, good or bad. What has to be said last, such
/// as why the other is refused, has been sent then.
/// Errors: unreachable if the connection ends before
/// @param rest what has come behind the hello
async<task_result<void>> greet(boost::asio::ip::tcp::socket& over, wire::handshake& with,
                               wire::bytes& rest);

/// Reads the first frame behind a hello.
/// Errors: invalid_data, unreachable if the connection ends
/// @param rest what has come before; then what has come behind the frame
async<task_result<wire::link_frame>> first_frame(boost::asio::ip::tcp::socket& from,
                                                 wire::bytes& rest);

} // namespace sweet::inline v0_5::detail
