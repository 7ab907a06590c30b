// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/sources/line_reader.hpp>

#include <algorithm>
#include <utility>

namespace sweet::inline v0_5 {

line_reader::line_reader(std::unique_ptr<detail::byte_stream> from,
                         const line_options& options) noexcept
    : from_(std::move(from)), max_line_(std::min(options.max_line, std::string{}.max_size() - 1)),
      delimiter_(options.delimiter), crlf_(options.crlf) {}

std::optional<task_result<std::string>> line_reader::next() {
  std::string line;
  bool begun = false;
  bool ended = false;
  bool too_long = false;
  // One byte more than allowed may be the '\r' that does not count.
  const auto room = max_line_ + (crlf_ ? 1 : 0);
  while (!ended) {
    if (rest_.empty() && !at_end_) {
      rest_ = from_->read();
      at_end_ = rest_.empty();
    }
    if (rest_.empty())
      break;
    begun = true;
    const auto end = rest_.find(delimiter_);
    ended = end != std::string_view::npos;
    const auto piece = rest_.substr(0, end);
    too_long = too_long || piece.size() > room - line.size();
    if (!too_long)
      line += piece;
    rest_.remove_prefix(ended ? end + 1 : piece.size());
  }
  if (!begun) {
    from_->finish();
    return std::nullopt;
  }
  ++line_;
  if (crlf_ && line.ends_with('\r'))
    line.pop_back();
  if (too_long || line.size() > max_line_)
    return detail::line_error(name(), line_,
                              "the line is longer than " + std::to_string(max_line_) + " bytes");
  return line;
}

} // namespace sweet::inline v0_5
