#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <memory>
#include <optional>
#include <string>

#include <sweet/actors/task/async.hpp>
#include <sweet/node/link/hello_stream.hpp>
#include <sweet/node/wire/bytes.hpp>
#include <sweet/node/wire/handshake.hpp>
#include <sweet/node/wire/link_frame.hpp>

namespace sweet::inline v0_5::detail {

/// A connection on which both sides say who they are.
struct greeting {
  hello_stream over;
  wire::handshake::side side;
  wire::handshake_settings introduced;
  std::optional<wire::handshake> hello{}; ///< once TLS has been made
  wire::bytes rest{};                     ///< what has come behind it
  /// For a server that accepts the client: what that has said next.
  std::optional<wire::link_frame> first{};
  std::string failure{}; ///< why there is no link; empty: there is
};

/// Says hello, up to the end of it, good or bad. What has to be said last, such as why the other is
/// refused, has been sent then. Whoever awaits it keeps the greeting: it is used until all tasks
/// below have ended.
async<void> greet(std::shared_ptr<greeting> x);

} // namespace sweet::inline v0_5::detail
