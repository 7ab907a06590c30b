#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/incarnation.hpp>
#include <sweet/node/link/carrier.hpp>
#include <sweet/node/link/result_sink.hpp>
#include <sweet/node/link/urgency.hpp>
#include <sweet/node/wire/bytes.hpp>
#include <sweet/node/wire/frames.hpp>
#include <sweet/node/wire/link.hpp>
#include <sweet/node/wire/link_frame.hpp>

namespace sweet::inline v0_5::detail {

/// How much of what actors say waits behind the window of a link, in bytes.
inline constexpr std::size_t max_actor_backlog = std::size_t{64} * 1024 * 1024;

/// This node's end of the link to one start of another node. Any thread.
///
/// Tasks and results gather here, and leave together in as few frames as it takes. Where nothing
/// has gathered, whoever sends writes to the connection himself, which spares a change of thread.
class peer final : public result_sink {
public:
  explicit peer(incarnation who, wire::outbox_window window = {});

  const incarnation& who() const noexcept { return who_; }

  // ---- what is sent; without a connection it waits for the next one ----

  void submit(wire::submitted_task task, urgency how);
  void finish(wire::finished_task task, urgency how) override;
  void started(std::uint64_t id, std::uint32_t attempt) override;
  void report(wire::progress x) override;
  bool output(const wire::output& x) override;
  void cancel(std::uint64_t id, cancellation_level level, std::string reason);
  void pull(std::uint32_t slots);
  /// Says that this node is about to go, and has all that it sends acknowledged at once.
  void leave(std::string reason);
  /// Sends what has to do with actors: in this order, whatever the window says.
  /// @param x that fits into one frame
  /// @returns false if more than `max_actor_backlog` wait: it is not taken
  bool talk(wire::link_frame x);
  /// Sends that actors have nothing more to say for now, in place of what they have said that
  /// waits.
  void hang_up(std::string why);
  /// Sends a heartbeat, in place of one that has not left yet.
  /// @returns false if it does not fit into one frame
  bool beat(wire::heartbeat x);

  // ---- connections ----

  /// Ends the present connection, if there is one.
  void cut(std::string why);
  /// Returns how many numbered frames have come.
  std::uint64_t received() const;
  /// Takes a connection in place of the present one. What is left of that is sent again.
  /// @param told what received() was when this node said hello over the new one
  /// @param received what the other end has, as its hello says
  /// @returns false, with the link as it was, if one of the hellos is not true any more
  bool connect(carrier& by, std::uint64_t told, std::uint64_t received);
  /// Takes note that a connection is gone; another one than the present is gone already.
  void lost(carrier& by) noexcept;

  /// Tells the other end why the connection ends, unless it is not the present one.
  void refuse(carrier& by, const wire::refusal& x);

  /// Takes bytes of a connection. @returns false if they are nonsense, or the connection is not the
  /// present one
  bool receive(carrier& by, wire::byte_view in, std::vector<wire::link_frame>& to);
  /// Returns what was nonsense.
  std::string failure() const;

  /// Tells whether nothing waits, and all that was sent has arrived.
  bool is_settled() const;

  /// Sends what has gathered, as far as the connection takes it.
  void flush() noexcept;
  /// Called for carrier::nudge().
  void nudged(carrier& by) noexcept;
  /// Called for carrier::wait_until_writable().
  void writable(carrier& by) noexcept;

private:
  template <class Frame>
  void put(Frame x, urgency how);
  void leaves(urgency how);
  void pack();
  template <class Frame, class Task>
  void pack(std::vector<Task>& gathered, wire::lane where);
  template <class Queue>
  void pack_small(Queue& from);
  void send();

  const incarnation who_;
  mutable std::mutex mutex_;
  // All that follows is under the mutex.
  wire::link link_;
  carrier* by_ = nullptr;
  std::uint64_t connection_ = 0; ///< as the link numbers it
  wire::bytes out_;              ///< what the link has given out
  std::size_t sent_ = 0;         ///< of it
  bool is_nudged_ = false;       ///< a flush is on its way
  bool is_blocked_ = false;      ///< the connection takes nothing now
  std::vector<wire::submitted_task> submits_;
  std::vector<wire::finished_task> results_;
  std::vector<wire::link_frame> others_; ///< small frames that the window has not taken yet
  std::deque<wire::link_frame> talk_;    ///< of actors, for the same reason
  std::size_t talk_bytes_ = 0;           ///< of it
};

} // namespace sweet::inline v0_5::detail
