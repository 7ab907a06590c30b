#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>

#include <sweet/messages/task_result.hpp>
#include <sweet/node/wire/bytes.hpp>
#include <sweet/node/wire/frame_reader.hpp>
#include <sweet/node/wire/hello_frames.hpp>
#include <sweet/node/wire/refusal.hpp>
#include <sweet/node/wire/tls_channel.hpp>

namespace sweet::inline v0_5::detail::wire {

/// How long a handshake may take.
inline constexpr std::chrono::seconds handshake_time{5};

/// Fewest bytes of a shared secret.
inline constexpr std::size_t min_secret = 16;

/// What a node says of itself, and asks of its peers.
struct handshake_settings {
  version_range versions;
  std::string cluster;
  std::string name; ///< 1 to 255 of: letters, digits, '.', '-', '_'
  incarnation life;
  /// That all nodes of the cluster share; empty: TLS, or nobody, proves who is who.
  std::string secret;

  /// Makes the hello for a peer that has proved itself, or refuses it. If a link to it is held, its
  /// former connection has been cut. A server knows the client's hello, a client does not: null.
  std::function<std::variant<hello, refusal>(const introduction& peer, const hello* theirs)> say;
  /// Whether the node takes this peer; a reason and a text if not. Empty: it takes all.
  std::function<std::optional<std::pair<refusal_reason, std::string>>(const introduction&)> admit;
  /// Fills nonces; secure_random() but for tests.
  std::function<void(std::span<std::byte>)> random = secure_random;
};

/// Holds settings against what a peer would accept.
/// Errors: invalid_data, with a sentence: name or cluster that cannot be, a secret that is too
/// short.
task_result<void> check_settings(const handshake_settings& x);

/// Holds what a node says of itself against the 4 KiB of a HELLO.
/// Errors: invalid_data, with a sentence.
task_result<void> check_hello(const node_hello& x);

/// The hello of two nodes, for one side of one connection: bytes in, bytes out.
///
/// A server says nothing before the client has shown that it knows the secret, and tells a reason
/// for refusing only to one that has proved it. Whatever else comes ends the handshake in silence.
/// Not thread safe.
class handshake {
public:
  using time = std::chrono::steady_clock::time_point;

  enum class side : std::uint8_t { client, server };

  /// Begins. A client has something to send at once.
  /// @param settings must outlive this
  /// @param below what TLS tells of the connection, if there is TLS
  /// @pre check_settings(settings) is good
  handshake(side who, const handshake_settings& settings, time now, tls_channel below = {});

  /// Takes bytes off the front of `in`; once it is done() the rest belongs to the link.
  void receive(byte_view& in);

  /// Ends the handshake if its time is over.
  void tick(time now);

  /// Returns when tick() ends it.
  time deadline() const noexcept { return deadline_; }

  /// Returns bytes that are to be sent, also after the handshake is done or has failed.
  bytes take_output() { return std::exchange(output_, {}); }

  /// Tells whether both sides accept each other.
  bool done() const noexcept { return state_ == state::done; }

  /// Tells whether there will be no link; the connection is closed once the output has been sent.
  bool failed() const noexcept { return state_ == state::failed; }

  /// Returns why failed(), in words, for the log of this node.
  const std::string& failure() const noexcept { return failure_; }

  /// Returns the refusal that was sent or received; empty if the handshake has ended in silence.
  const std::optional<refusal>& refused() const noexcept { return refused_; }

  /// Returns the highest life of this node that the peer holds down, as its refusal says; 0: none.
  std::uint32_t held_life() const noexcept { return held_life_; }

  /// Returns who the peer is. @pre done()
  const introduction& peer() const noexcept { return who_ == side::client ? server_ : client_; }

  /// Returns what the peer says of itself and of the link. @pre done()
  const hello& said() const noexcept { return theirs_; }

  /// Returns the version of the protocol that both speak. @pre done()
  std::uint16_t version() const noexcept;

private:
  enum class state : std::uint8_t { open, challenge, proof, hello, done, failed };

  void take(const frame& x);
  void take_open(const frame& x);
  void take_challenge(const frame& x);
  void take_proof(const frame& x);
  void take_hello(const frame& x);
  introduction introduce() const;
  mac prove(std::string_view label) const;
  bool judge();
  bool say_hello();
  bool proved() const noexcept { return state_ == state::hello; }
  void refuse(refusal why);
  void refuse(refusal_reason reason, std::string text);
  void fail(std::string why);
  template <class Frame>
  bool read(const frame& x, Frame& to);
  template <class Frame>
  void send(const Frame& x);
  introduction& own() noexcept { return who_ == side::client ? client_ : server_; }

  side who_;
  const handshake_settings& settings_;
  tls_channel below_;
  time deadline_;
  state state_;
  frame_reader reader_{max_hello_frame};
  bytes output_;
  introduction client_;
  introduction server_;
  hello theirs_;
  std::string failure_;
  std::optional<refusal> refused_;
  std::uint32_t held_life_ = 0;
};

} // namespace sweet::inline v0_5::detail::wire
