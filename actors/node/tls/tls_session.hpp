#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sweet/node/tls/byte_pipe.hpp>
#include <sweet/node/tls/tls_context.hpp>
#include <sweet/node/wire/bytes.hpp>
#include <sweet/node/wire/tls_channel.hpp>

struct ssl_st;

namespace sweet::inline v0_5::detail::tls {

/// What a peer may send before it has proved who it is.
inline constexpr std::size_t max_unproved_bytes = 64 << 10;

/// Bytes that both ends of one connection of TLS have in common, and nobody else.
using channel_id = std::array<std::byte, 32>;

/// TLS of one side of one connection: ciphertext in and out on one side, plaintext on the other,
/// without a socket, a thread and a clock.
///
///     session.feed(received);                               // from the socket
///     while (auto size = session.read(buffer)) use(buffer, size);
///     session.write(plaintext);                             // once it is_ready()
///     send(session.take_output());                          // after each call above
///
/// Until is_ready() a peer is a stranger. It may send 64 KiB in all. Before a server has the first
/// record of a client it holds nothing for it but these bytes, and to a peer that speaks another
/// protocol it says nothing. The owner limits the time.
///
/// After a failure there is output once more, by which the peer learns why. Not thread safe.
class tls_session {
public:
  enum class side : std::uint8_t { client, server };

  /// Begins. A client has output at once.
  /// @throws std::bad_alloc
  tls_session(side who, tls_context context);
  tls_session(const tls_session&) = delete;
  tls_session& operator=(const tls_session&) = delete;
  ~tls_session();

  /// Takes bytes that the peer has sent. Call read() until it returns 0 after it.
  void feed(wire::byte_view ciphertext);

  /// Tells that no more bytes will come. That is a failure, unless the peer has said close_notify:
  /// whoever cuts the connection must not make a part look like the whole.
  /// @pre read() has returned 0
  void end_of_stream();

  /// Reads what the peer has written. @returns the number of bytes; 0: there is no more for now, or
  /// is_closed(), or failed()
  std::size_t read(std::span<std::byte> to);

  /// Encrypts all of it, in records of at most 16 KiB, so that output grows by about as much.
  /// @returns whether it was; if not, the session is not ready, closed by this side, or has failed
  bool write(wire::byte_view plaintext);

  /// Says close_notify: this side writes no more. The peer may go on.
  void close();

  /// Tells whether there is something to send.
  bool has_output() const noexcept { return !pipe_.output().empty(); }

  /// Returns what is to be sent.
  wire::bytes take_output();

  /// Appends what is to be sent, without copying it if `to` is empty.
  void take_output(wire::bytes& to);

  /// Tells whether the peer has proved who it is, and both sides may write.
  bool is_ready() const noexcept { return is_ready_; }

  /// Tells whether all that the peer has written has been read: it has said close_notify.
  bool is_closed() const noexcept { return is_closed_; }

  /// Tells whether the session is over; the connection is closed once the output has been sent.
  bool failed() const noexcept { return !failure_.empty(); }

  /// Returns why failed(), in words. The first reason stays.
  const std::string& failure() const noexcept { return failure_; }

  /// Returns the names that the certificate of the peer is for; empty if a secret is shared.
  /// @pre is_ready()
  const std::vector<std::string>& peer_names() const noexcept { return peer_names_; }

  /// Tells whether the peer may call itself so: its certificate is for that name. Where a secret is
  /// shared, everybody that knows it may take any name.
  /// @pre is_ready()
  bool peer_is(std::string_view name) const;

  /// Returns what only the two ends of this connection know (tls-exporter of RFC 9266): a proof
  /// that contains it is worth nothing on another connection.
  /// @pre is_ready()
  channel_id channel_binding() const;

  /// Returns what the hello of the nodes wants to know of this connection.
  /// @pre is_ready()
  wire::tls_channel channel() const;

private:
  void start();
  bool is_recognised();
  void shake_hands();
  void become_ready();
  /// Looks at a call of OpenSSL that has not succeeded: it waits for bytes, or has failed.
  void note(int result);
  void fail(std::string why);
  void renew_key();

  side who_;
  tls_context context_;
  byte_pipe pipe_;
  std::unique_ptr<ssl_st, void (*)(ssl_st*)> connection_;
  std::size_t unproved_ = 0;
  std::uint64_t records_ = 0;
  bool is_known_as_tls_ = false;
  bool is_ready_ = false;
  bool is_closed_ = false;
  bool has_closed_ = false;
  std::string failure_;
  std::vector<std::string> peer_names_;
};

} // namespace sweet::inline v0_5::detail::tls
