// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/wire/piece.hpp>

#include <utility>

namespace sweet::inline v0_5::detail::wire {

void append_piece_head(bytes& out, const piece_head& x) {
  append_number(out, x.stream);
  append_number(out, static_cast<std::uint8_t>(x.type));
  append_number(out, x.total);
  append_number(out, x.begin);
}

bool piece_table::fail(std::string why) {
  failure_ = std::move(why);
  streams_.clear();
  held_ = 0;
  return false;
}

bool piece_table::fits(const piece_head& head, byte_view part) {
  if (!is_known(head.type) || !is_numbered(head.type) || head.type == frame_type::piece)
    return fail("a piece of something that does not travel in pieces");
  if (head.total <= max_body || head.total > max_value)
    return fail("pieces of a value of " + std::to_string(head.total) + " bytes");
  const auto found = streams_.find(head.stream);
  if (found == streams_.end()) {
    if (head.begin != 0)
      return fail("a piece of a value whose first piece has not come");
    if (streams_.size() >= max_streams)
      return fail("pieces of more than " + std::to_string(max_streams) + " values at a time");
  } else if (found->second.type != head.type || found->second.total != head.total ||
             found->second.body.size() != head.begin) {
    return fail("a piece that does not follow the one before it");
  }
  if (part.empty() || part.size() > head.total - head.begin)
    return fail("a piece that is empty or goes beyond the end of its value");
  if (part.size() > max_unfinished - held_)
    return fail("pieces of more than " + std::to_string(max_unfinished) + " bytes at a time");
  return true;
}

std::optional<whole_value> piece_table::add(byte_view body) {
  if (failed())
    return std::nullopt;
  if (body.size() < piece_head::size) {
    fail("a piece without its head");
    return std::nullopt;
  }
  const piece_head head{number_at<std::uint32_t>(body), static_cast<frame_type>(body[4]),
                        number_at<std::uint32_t>(body.subspan(5)),
                        number_at<std::uint32_t>(body.subspan(9))};
  const byte_view part = body.subspan(piece_head::size);
  if (!fits(head, part))
    return std::nullopt;
  partial& value = streams_[head.stream];
  value.type = head.type;
  value.total = head.total;
  value.body.insert(value.body.end(), part.begin(), part.end());
  held_ += part.size();
  if (value.body.size() < value.total)
    return std::nullopt;
  held_ -= value.total;
  whole_value whole{value.type, std::move(value.body)};
  streams_.erase(head.stream);
  return whole;
}

} // namespace sweet::inline v0_5::detail::wire
