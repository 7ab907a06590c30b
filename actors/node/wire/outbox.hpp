#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include <sweet/messages/task_result.hpp>
#include <sweet/node/wire/bytes.hpp>
#include <sweet/node/wire/frame_type.hpp>
#include <sweet/node/wire/piece.hpp>

namespace sweet::inline v0_5::detail::wire {

/// How much may wait in an outbox, or be under way: for each lane on its own.
/// @pre `bytes` is 64 MiB at most: a peer holds that of unfinished values, and one value more
struct outbox_window {
  std::size_t frames = 50;             ///< values, however many pieces they are
  std::size_t bytes = 8 * 1024 * 1024; ///< of their bodies
};

/// What goes first.
enum class lane : std::uint8_t {
  control = 0, ///< PULL, CANCEL, LEAVE
  results = 1, ///< STARTED, OUTPUT, RESULT
  work = 2,    ///< SUBMIT, PROGRESS
  actors = 3,  ///< LOOKUP, FOUND, ACTORS, ACTORS_END
  bulk = 4,    ///< whatever does not fit into one frame
};
inline constexpr std::size_t lanes = 5;

/// Returns the lane of a value.
/// @param size of its body
constexpr lane lane_of(frame_type x, std::size_t size) noexcept {
  if (size > max_body)
    return lane::bulk;
  switch (x) {
    case frame_type::started:
    case frame_type::output:
    case frame_type::result: return lane::results;
    case frame_type::submit:
    case frame_type::progress: return lane::work;
    case frame_type::lookup:
    case frame_type::found:
    case frame_type::actors:
    case frame_type::actors_end: return lane::actors;
    default: return lane::control;
  }
}

/// A value on its way out: one frame, or pieces.
struct outgoing_value {
  frame_type type{};
  bytes body;
  std::uint64_t token = 0;  ///< by which the caller knows it
  std::uint32_t stream = 0; ///< of its pieces
  std::size_t next = 0;     ///< where the next frame of it begins

  lane place() const noexcept { return lane_of(type, body.size()); }
};

/// A part of a value that is one frame.
struct outgoing_frame {
  std::shared_ptr<outgoing_value> value;
  std::size_t begin = 0;
  std::size_t size = 0;

  bool is_last() const noexcept { return begin + size == value->body.size(); }
};

/// Values that wait to be sent to one incarnation of a peer, in the order in which they go: control
/// before results before work before what actors say before pieces of large values, which take
/// turns. So neither a cancel nor a result nor a small task waits behind a large value.
///
/// Each lane has a window, which a value leaves when it is acknowledged. So a peer that has stopped
/// costs no more memory than that, and a full lane never holds up another.
class outbox {
public:
  explicit outbox(outbox_window window = {}) noexcept : window_(window) {}

  /// Tells whether the lane takes nothing before something is acknowledged.
  bool full(lane x) const noexcept;

  /// Takes a value. The one that fills the window may be larger than what was left of it.
  /// Errors: resource_limit if its lane is full; invalid_data if it has more than 64 MiB.
  /// @pre `is_numbered(type)`
  task_result<void> put(frame_type type, bytes body, std::uint64_t token);

  /// Returns the next frame to send; empty if nothing waits.
  std::optional<outgoing_frame> next();

  /// Notes that a frame has arrived. @returns whether its value has arrived as a whole
  bool arrived(const outgoing_frame& x);

  /// Takes frames back that next() has returned, in that order, since they have not arrived.
  void take_back(const std::deque<outgoing_frame>& frames);

  /// Returns the tokens of all values that wait; those that have begun to leave included.
  std::vector<std::uint64_t> tokens() const;

  /// Tells whether next() would return nothing.
  bool empty() const noexcept;

private:
  using queue = std::deque<std::shared_ptr<outgoing_value>>;
  struct use {
    std::size_t frames = 0;
    std::size_t bytes = 0;
  };

  queue& queue_of(lane x) noexcept { return waiting_[static_cast<std::size_t>(x)]; }
  use& used_by(lane x) noexcept { return used_[static_cast<std::size_t>(x)]; }
  outgoing_frame next_piece(std::shared_ptr<outgoing_value> value);

  outbox_window window_;
  std::array<use, lanes> used_;
  std::array<queue, lanes> waiting_;
  std::uint32_t last_stream_ = 0;
};

} // namespace sweet::inline v0_5::detail::wire
