#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <memory>
#include <span>

#include <sweet/actors/task/async.hpp>
#include <sweet/messages/task_result.hpp>
#include <sweet/node/tls/tls_session.hpp>
#include <sweet/node/wire/bytes.hpp>

namespace sweet::inline v0_5::detail {

/// A connection of TCP, with TLS on it or without, until both sides have said hello. One task uses
/// it. What is being written or read lies in the task that does so: whoever awaits it may be
/// stopped, and gone, before it is over. All that its functions return as an error is unreachable
/// or invalid_data, with a sentence.
struct hello_stream {
  boost::asio::ip::tcp::socket socket;
  std::unique_ptr<tls::tls_session> tls; ///< null: without

  /// Has both sides prove who they are, where there is TLS.
  async<task_result<void>> secure();
  /// Writes all of it. @pre secure() has gone well
  async<task_result<void>> write(wire::bytes plain);
  /// Reads at least one byte, and at most `most`. @pre secure() has gone well
  async<task_result<wire::bytes>> read(std::size_t most);

private:
  async<task_result<void>> send(wire::bytes raw);
  async<task_result<void>> feed();
};

} // namespace sweet::inline v0_5::detail
