#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include <sweet/messages/incarnation.hpp>
#include <sweet/messages/task_result.hpp>
#include <sweet/node/wire/bytes.hpp>
#include <sweet/node/wire/codec.hpp>
#include <sweet/node/wire/frame_reader.hpp>
#include <sweet/node/wire/frames.hpp>
#include <sweet/node/wire/link_frame.hpp>
#include <sweet/node/wire/outbox.hpp>
#include <sweet/node/wire/piece.hpp>

namespace sweet::inline v0_5::detail::wire {

/// A link to one incarnation of a peer, over as many connections as it takes, one at a time: what
/// is put here arrives there once, as long as both incarnations live and resume. Bytes in, bytes
/// and frames out; it knows no socket and no time, and belongs to one thread at a time.
///
/// Numbered frames are kept until they are acknowledged. After a cut the peer tells how many it
/// has; the others go back to the outbox, and leave it by their urgency once more.
class link {
public:
  /// A link that no connection carries yet.
  explicit link(incarnation peer, outbox_window window = {}) : peer_(peer), outbox_(window) {}

  const incarnation& peer() const noexcept { return peer_; }

  // ---- connections ----

  /// Takes note that there is no connection now. What comes of the former one is dropped.
  void cut();

  /// Returns how many numbered frames have come, which the hello of the next connection says.
  std::uint64_t received() const noexcept { return received_; }

  /// Tells whether the link can go on where the peer says that it has so many numbered frames.
  bool can_resume(std::uint64_t received) const noexcept;

  /// Takes note of a connection whose hello is over: what has failed() the former one is forgotten.
  /// @param received by the peer, as its hello says; 0 at the first connection
  /// @returns its number, for receive(). If the peer claims what cannot be, the link has failed()
  /// @pre there is no connection: cut() came first
  std::uint64_t connect(std::uint64_t received);

  /// Tells whether the connection is over, since the peer has sent what makes no sense.
  bool failed() const noexcept { return !failure_.empty(); }

  /// Returns why failed(), in words.
  const std::string& failure() const noexcept { return failure_; }

  // ---- what is sent ----

  /// Queues a frame that is sent once, and kept until it is acknowledged.
  /// @param token returned by take_arrived() then; 0 for none
  /// Errors: resource_limit if the window of its lane is full; invalid_data if it cannot travel
  template <class Frame>
  task_result<void> put(const Frame& x, std::uint64_t token = 0) {
    static_assert(is_numbered(Frame::type));
    auto body = encode(x, codec_limits{.max_bytes = max_value});
    if (!body)
      return body.error();
    return outbox_.put(Frame::type, std::move(body).value(), token);
  }

  /// Sends this heartbeat next, in place of one that has not left yet.
  /// Errors: invalid_data if it does not fit into one frame
  task_result<void> put(const heartbeat& x);

  /// Tells whether a lane takes nothing before something is acknowledged.
  bool full(lane x) const noexcept { return outbox_.full(x); }

  /// Appends frames that are to be sent now, and notes that they are under way: at most `limit`
  /// bytes and one frame more. Small portions keep urgent frames from waiting behind others.
  void fill(bytes& out, std::size_t limit);

  /// Tells whether fill() would append something.
  bool wants_to_send() const noexcept;

  /// Tells whether nothing waits, and all that was sent has arrived.
  bool is_settled() const noexcept { return outbox_.empty() && in_flight_.empty(); }

  /// Returns the tokens of what has arrived since the last call, in the order of arrival.
  std::vector<std::uint64_t> take_arrived() { return std::exchange(arrived_, {}); }

  /// Returns the tokens of what has not been acknowledged: what is lost if the link ends now.
  std::vector<std::uint64_t> unacknowledged() const;

  // ---- what is received ----

  /// Takes bytes that have come over a connection, and appends what they say to `to`.
  /// @param connection as connect() has numbered it; bytes of another one are dropped
  void receive(std::uint64_t connection, byte_view in, std::vector<link_frame>& to);

private:
  /// A numbered frame that has not been acknowledged; the first one is number `acknowledged_ + 1`.
  using flight = std::deque<outgoing_frame>;

  void take(const frame& x, std::vector<link_frame>& to);
  void take_ack(byte_view body);
  void take_numbered(const frame& x, std::vector<link_frame>& to);
  void deliver(frame_type type, byte_view body, std::vector<link_frame>& to);
  bool acknowledge(std::uint64_t received);
  bool owes_ack() const noexcept;
  void append_ack(bytes& out);
  void append_numbered(bytes& out, const outgoing_frame& x);
  void fail(std::string why);

  incarnation peer_;
  outbox outbox_;
  flight in_flight_;
  std::uint64_t acknowledged_ = 0; ///< numbered frames that have arrived at the peer
  std::vector<std::uint64_t> arrived_;
  bytes heartbeat_;

  frame_reader reader_;
  piece_table pieces_;
  std::uint64_t received_ = 0; ///< numbered frames that have come
  std::uint64_t told_ = 0;     ///< of these, how many the peer knows of
  std::size_t untold_bytes_ = 0;
  bool peer_leaves_ = false; ///< it waits for nothing but acknowledgements

  std::uint64_t connection_ = 0;
  bool is_connected_ = false;
  std::string failure_;
};

} // namespace sweet::inline v0_5::detail::wire
