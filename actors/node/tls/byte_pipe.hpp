#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstddef>

#include <sweet/node/wire/bytes.hpp>

struct bio_st;

namespace sweet::inline v0_5::detail::tls {

/// What a connection of OpenSSL has in place of a socket: the bytes that have come and the bytes
/// that are to be sent, in memory of ours. Not thread safe.
class byte_pipe {
public:
  byte_pipe() = default;
  byte_pipe(const byte_pipe&) = delete;
  byte_pipe& operator=(const byte_pipe&) = delete;

  /// Appends bytes that have come from the peer.
  void put(wire::byte_view in);

  /// Returns the bytes that have come, and that OpenSSL has not taken yet.
  wire::byte_view unread() const noexcept { return wire::byte_view{in_}.subspan(taken_); }

  /// Gives up what has come, and its memory.
  void drop_input() noexcept;

  /// Returns what is to be sent. The caller may take all of it out.
  wire::bytes& output() noexcept { return out_; }
  /// Returns what is to be sent.
  const wire::bytes& output() const noexcept { return out_; }

  /// Makes OpenSSL's view of this, which the caller owns. This must outlive it.
  bio_st* make_bio();

  /// Takes up to `size` bytes of what has come. Returns how many. For OpenSSL.
  std::size_t take(char* to, std::size_t size) noexcept;

private:
  wire::bytes in_;
  std::size_t taken_ = 0;
  wire::bytes out_;
};

} // namespace sweet::inline v0_5::detail::tls
