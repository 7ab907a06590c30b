// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/wire/outbox.hpp>

#include <algorithm>
#include <utility>

#include <sweet/messages/error_code.hpp>
#include <sweet/node/wire/piece.hpp>

namespace sweet::inline v0_5::detail::wire {

bool outbox::full(lane x) const noexcept {
  const use& used = used_[static_cast<std::size_t>(x)];
  return used.frames >= window_.frames || used.bytes >= window_.bytes;
}

task_result<void> outbox::put(frame_type type, bytes body, std::uint64_t token) {
  if (body.size() > max_value)
    return task_error{error_code::invalid_data,
                      "a value of " + std::to_string(body.size()) +
                          " bytes cannot be sent to another node; at most " +
                          std::to_string(max_value) + " can"};
  if (full(lane_of(type, body.size())))
    return task_error{
        error_code::resource_limit,
        "the window to the other node is full: it has not acknowledged what was sent"};
  use& used = used_by(lane_of(type, body.size()));
  ++used.frames;
  used.bytes += body.size();
  auto value = std::make_shared<outgoing_value>();
  value->type = type;
  value->body = std::move(body);
  value->token = token;
  queue_of(value->place()).push_back(std::move(value));
  return {};
}

std::optional<outgoing_frame> outbox::next() {
  const auto found = std::ranges::find_if(waiting_, [](const queue& x) { return !x.empty(); });
  if (found == waiting_.end())
    return std::nullopt;
  auto value = std::move(found->front());
  found->pop_front();
  if (value->place() == lane::bulk)
    return next_piece(std::move(value));
  const std::size_t size = value->body.size();
  return outgoing_frame{std::move(value), 0, size};
}

outgoing_frame outbox::next_piece(std::shared_ptr<outgoing_value> value) {
  if (value->stream == 0)
    value->stream = ++last_stream_ == 0 ? ++last_stream_ : last_stream_;
  outgoing_frame frame{value, value->next, std::min(max_piece, value->body.size() - value->next)};
  value->next += frame.size;
  // The first ones take turns; the others wait behind them.
  queue& others = queue_of(lane::bulk);
  if (!frame.is_last())
    others.insert(others.begin() +
                      static_cast<std::ptrdiff_t>(std::min(others.size(), max_streams - 1)),
                  std::move(value));
  return frame;
}

bool outbox::arrived(const outgoing_frame& x) {
  if (!x.is_last())
    return false;
  use& used = used_by(x.value->place());
  --used.frames;
  used.bytes -= x.value->body.size();
  return true;
}

void outbox::take_back(const std::deque<outgoing_frame>& frames) {
  for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame) {
    queue& waiting = queue_of(frame->value->place());
    if (std::ranges::find(waiting, frame->value) == waiting.end())
      waiting.push_front(frame->value);
    frame->value->next = frame->begin;
  }
  // The peer holds the beginnings of as many values as take turns, so these come first.
  queue& bulk = queue_of(lane::bulk);
  queue begun;
  for (const auto& value : bulk)
    if (value->next != 0)
      begun.push_back(value);
  std::erase_if(bulk, [](const auto& value) { return value->next != 0; });
  bulk.insert(bulk.begin(), begun.begin(), begun.end());
}

std::vector<std::uint64_t> outbox::tokens() const {
  std::vector<std::uint64_t> all;
  for (const queue& waiting : waiting_)
    for (const auto& value : waiting)
      all.push_back(value->token);
  return all;
}

bool outbox::empty() const noexcept {
  return std::ranges::all_of(waiting_, [](const queue& x) { return x.empty(); });
}

} // namespace sweet::inline v0_5::detail::wire
