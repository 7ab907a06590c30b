// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/wire/frame_reader.hpp>

#include <algorithm>

namespace sweet::inline v0_5::detail::wire {

namespace {

constexpr std::size_t length_bytes = 4;

std::size_t frame_size(byte_view start) {
  return length_bytes + number_at<std::uint32_t>(start);
}

frame as_frame(byte_view whole) {
  return {static_cast<frame_type>(whole[length_bytes]), whole.subspan(frame_header)};
}

} // namespace

bool frame_reader::looks_right(byte_view start) {
  const std::size_t size = frame_size(start);
  if (size < frame_header || size > max_bytes_) {
    failure_ = "a frame of " + std::to_string(size) + " bytes, where " +
               std::to_string(frame_header) + " to " + std::to_string(max_bytes_) +
               " are possible: the peer speaks another protocol";
    return false;
  }
  if (start.size() >= frame_header && !is_known(static_cast<frame_type>(start[length_bytes]))) {
    failure_ = "a frame of the unknown type " +
               std::to_string(std::to_integer<unsigned>(start[length_bytes]));
    return false;
  }
  return true;
}

bool frame_reader::take(byte_view& in, std::size_t until) {
  if (held_.size() < until) {
    const std::size_t more = std::min(until - held_.size(), in.size());
    held_.insert(held_.end(), in.begin(), in.begin() + static_cast<std::ptrdiff_t>(more));
    in = in.subspan(more);
  }
  return held_.size() >= until;
}

std::optional<frame> frame_reader::next(byte_view& in) {
  if (failed())
    return std::nullopt;
  if (is_handed_out_) {
    held_.clear();
    is_handed_out_ = false;
  }
  // A frame that lies in `in` as a whole is not copied.
  if (held_.empty() && in.size() >= frame_header) {
    if (!looks_right(in))
      return std::nullopt;
    if (const std::size_t size = frame_size(in); size <= in.size()) {
      const byte_view whole = in.first(size);
      in = in.subspan(size);
      return as_frame(whole);
    }
  }
  if (!take(in, length_bytes) || !looks_right(held_))
    return std::nullopt;
  if (!take(in, frame_header) || !looks_right(held_))
    return std::nullopt;
  if (!take(in, frame_size(held_)))
    return std::nullopt;
  is_handed_out_ = true;
  return as_frame(held_);
}

} // namespace sweet::inline v0_5::detail::wire
