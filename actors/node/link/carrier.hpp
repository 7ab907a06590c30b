#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstddef>
#include <optional>
#include <string>

#include <sweet/node/wire/bytes.hpp>

namespace sweet::inline v0_5::detail {

/// A connection that carries a link. A peer calls it under its mutex, from any thread.
class carrier {
public:
  /// Sends what the system takes at once. @returns how many bytes that were; empty after a failure,
  /// which ends the connection by and by
  virtual std::optional<std::size_t> send(wire::byte_view from) noexcept = 0;
  /// Has peer::writable() called once the system takes more.
  virtual void wait_until_writable() noexcept = 0;
  /// Has peer::nudged() called soon, by the thread for I/O. One call at a time is outstanding.
  virtual void nudge() noexcept = 0;
  /// Ends the connection by and by.
  /// @param why for the log of this node
  virtual void close(std::string why) noexcept = 0;

protected:
  ~carrier() = default;
};

} // namespace sweet::inline v0_5::detail
