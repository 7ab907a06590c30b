#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include <sweet/node/wire/bytes.hpp>
#include <sweet/node/wire/frame_reader.hpp>
#include <sweet/node/wire/frame_type.hpp>

namespace sweet::inline v0_5::detail::wire {

/// Bytes of the number that a numbered frame begins with.
inline constexpr std::size_t number_bytes = 8;

/// Bytes of a value that fit into one numbered frame.
inline constexpr std::size_t max_body = max_frame - frame_header - number_bytes;

/// What a PIECE says before its bytes.
struct piece_head {
  static constexpr std::size_t size = 13;

  std::uint32_t stream = 0; ///< tells pieces of one value from those of another
  frame_type type{};        ///< of the whole value
  std::uint32_t total = 0;  ///< bytes of the whole value
  std::uint32_t begin = 0;  ///< where these bytes belong
};

/// Bytes of a value in one PIECE at most.
inline constexpr std::size_t max_piece = max_body - piece_head::size;

/// Bytes of a value at most, in however many pieces.
inline constexpr std::size_t max_value = 64 * 1024 * 1024;

/// Values that a link sends in pieces at the same time, at most; the others wait.
inline constexpr std::size_t max_streams = 16;

/// Bytes of values that have not arrived as a whole, at most.
inline constexpr std::size_t max_unfinished = 128 * 1024 * 1024;

void append_piece_head(bytes& out, const piece_head& x);

/// A value that has arrived as a whole.
struct whole_value {
  frame_type type{};
  bytes body;
};

/// Puts the pieces of values together. It takes no memory for what has not arrived.
class piece_table {
public:
  /// Takes the body of a PIECE, after its number. Returns the value if this was its last piece.
  std::optional<whole_value> add(byte_view body);

  /// Tells whether a piece did not fit. It stays so.
  bool failed() const noexcept { return !failure_.empty(); }

  /// Returns why failed(), in words.
  const std::string& failure() const noexcept { return failure_; }

  /// Returns the bytes of values that have not arrived as a whole.
  std::size_t held() const noexcept { return held_; }

private:
  struct partial {
    frame_type type{};
    std::size_t total = 0;
    bytes body;
  };

  bool fits(const piece_head& head, byte_view part);
  bool fail(std::string why);

  std::map<std::uint32_t, partial> streams_;
  std::size_t held_ = 0;
  std::string failure_;
};

} // namespace sweet::inline v0_5::detail::wire
