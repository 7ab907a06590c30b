#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include <sweet/node/wire/bytes.hpp>
#include <sweet/node/wire/frame_type.hpp>

namespace sweet::inline v0_5::detail::wire {

/// Bytes before the body of a frame: u32 length of what follows, u8 type.
inline constexpr std::size_t frame_header = 5;

/// Bytes of a frame at most, header included: what fits into one record of TLS.
inline constexpr std::size_t max_frame = 16 * 1024;

/// Bytes of a frame at most as long as the peer is a stranger.
inline constexpr std::size_t max_hello_frame = 4 * 1024;

/// Appends a frame.
/// @pre it has max_frame bytes at most
inline void append_frame(bytes& out, frame_type type, byte_view body) {
  append_number(out, static_cast<std::uint32_t>(1 + body.size()));
  append_number(out, static_cast<std::uint8_t>(type));
  out.insert(out.end(), body.begin(), body.end());
}

/// A frame that has been read.
struct frame {
  frame_type type{};
  byte_view body; ///< valid until the reader is asked for the next one
};

/// Finds the frames in a stream of bytes, in whatever portions they come. It holds what has come of
/// one frame, and nothing for what a length only claims.
class frame_reader {
public:
  explicit frame_reader(std::size_t max_bytes = max_frame) noexcept : max_bytes_(max_bytes) {}

  /// Takes bytes off the front of `in`, and returns the next frame. Returns none if `in` is used
  /// up, or holds something that is no frame; then failed().
  std::optional<frame> next(byte_view& in);

  /// Tells whether something else than a frame has come. It stays so.
  bool failed() const noexcept { return !failure_.empty(); }

  /// Returns why failed(), in words.
  const std::string& failure() const noexcept { return failure_; }

  /// Returns how many bytes are held of a frame that is not complete.
  std::size_t held() const noexcept { return is_handed_out_ ? 0 : held_.size(); }

private:
  bool take(byte_view& in, std::size_t until);
  bool looks_right(byte_view start);

  std::size_t max_bytes_;
  bytes held_;
  bool is_handed_out_ = false; ///< `held_` is a frame that was returned
  std::string failure_;
};

} // namespace sweet::inline v0_5::detail::wire
