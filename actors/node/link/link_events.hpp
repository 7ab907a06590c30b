#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>
#include <vector>

#include <sweet/node/wire/link_frame.hpp>

namespace sweet::inline v0_5::detail {

class connection;

/// What a connection tells its node. The thread for I/O calls.
class link_events {
public:
  /// Bytes have come: the other node is alive.
  virtual void heard(connection& by) = 0;
  /// What these bytes say.
  virtual void came(connection& by, std::vector<wire::link_frame>&& frames) = 0;

protected:
  ~link_events() = default;
};

} // namespace sweet::inline v0_5::detail
