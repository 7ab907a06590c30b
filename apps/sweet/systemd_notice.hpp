#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <string>
#include <string_view>

namespace sweet::command {

/// Tells systemd, or whoever else has set NOTIFY_SOCKET, how a service is; see sd_notify(3). One
/// that nobody listens to costs nothing, and a notice that cannot be sent is dropped.
class systemd_notice {
public:
  /// Takes NOTIFY_SOCKET out of the environment: what this process starts has nothing to tell.
  /// @pre no other thread runs
  systemd_notice();

  /// Sends lines such as "READY=1\nSTATUS=up".
  void send(std::string_view lines) const noexcept;

private:
  std::string address_; ///< a path, or '@' and an abstract name; empty: there is none
};

} // namespace sweet::command
