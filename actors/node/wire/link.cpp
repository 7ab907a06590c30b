// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/wire/link.hpp>

#include <algorithm>
#include <variant>

namespace sweet::inline v0_5::detail::wire {

namespace {

// An ACK goes with whatever else is sent; by itself after so many frames, or bytes.
constexpr std::uint64_t ack_after_frames = 8;
constexpr std::size_t ack_after_bytes = 64 * 1024;

} // namespace

// ---- connections
// ---------------------------------------------------------------------------------

void link::cut() {
  is_connected_ = false;
  heartbeat_.clear();
  reader_ = frame_reader{};
}

std::uint64_t link::connect(std::uint64_t received) {
  failure_.clear();
  if (!acknowledge(received)) {
    fail("the peer claims to have received " + std::to_string(received) + " frames of " +
         std::to_string(acknowledged_ + in_flight_.size()));
    return 0;
  }
  // What the peer does not have gets new numbers, and may leave in another order.
  outbox_.take_back(in_flight_);
  in_flight_.clear();
  told_ = received_;
  untold_bytes_ = 0;
  is_connected_ = true;
  return ++connection_;
}

void link::fail(std::string why) {
  if (!failed())
    failure_ = std::move(why);
  is_connected_ = false;
}

// ---- what is sent
// --------------------------------------------------------------------------------

task_result<void> link::put(const heartbeat& x) {
  auto body = encode(x);
  if (!body)
    return body.error();
  if (body.value().size() > max_frame - frame_header)
    return invalid_data("a heartbeat of " + std::to_string(body.value().size()) +
                        " bytes does not fit into one frame");
  heartbeat_ = std::move(body).value();
  return {};
}

bool link::owes_ack() const noexcept {
  const auto untold = received_ - told_;
  return untold >= (peer_leaves_ ? 1 : ack_after_frames) || untold_bytes_ >= ack_after_bytes;
}

bool link::wants_to_send() const noexcept {
  return is_connected_ && (!heartbeat_.empty() || owes_ack() || !outbox_.empty());
}

void link::append_ack(bytes& out) {
  bytes body;
  append_number(body, received_);
  append_frame(out, frame_type::ack, body);
  told_ = received_;
  untold_bytes_ = 0;
}

void link::append_numbered(bytes& out, const outgoing_frame& x) {
  const outgoing_value& value = *x.value;
  const bool in_pieces = value.place() == lane::bulk;
  const std::size_t head = in_pieces ? piece_head::size : 0;
  append_number(out, static_cast<std::uint32_t>(1 + number_bytes + head + x.size));
  append_number(out, static_cast<std::uint8_t>(in_pieces ? frame_type::piece : value.type));
  append_number(out, acknowledged_ + in_flight_.size() + 1);
  if (in_pieces)
    append_piece_head(out, {value.stream, value.type, static_cast<std::uint32_t>(value.body.size()),
                            static_cast<std::uint32_t>(x.begin)});
  const auto first = value.body.begin() + static_cast<std::ptrdiff_t>(x.begin);
  out.insert(out.end(), first, first + static_cast<std::ptrdiff_t>(x.size));
}

void link::fill(bytes& out, std::size_t limit) {
  if (!wants_to_send())
    return;
  if (received_ != told_)
    append_ack(out);
  if (!heartbeat_.empty()) {
    append_frame(out, frame_type::heartbeat, heartbeat_);
    heartbeat_.clear();
  }
  const std::size_t before = out.size();
  while (out.size() - before < limit) {
    const auto frame = outbox_.next();
    if (!frame)
      return;
    append_numbered(out, *frame);
    in_flight_.push_back(*frame);
  }
}

std::vector<std::uint64_t> link::unacknowledged() const {
  std::vector<std::uint64_t> all;
  for (const outgoing_frame& x : in_flight_)
    if (x.is_last())
      all.push_back(x.value->token);
  for (const std::uint64_t token : outbox_.tokens())
    all.push_back(token);
  std::erase(all, std::uint64_t{0});
  return all;
}

bool link::can_resume(std::uint64_t received) const noexcept {
  return received >= acknowledged_ && received - acknowledged_ <= in_flight_.size();
}

bool link::acknowledge(std::uint64_t received) {
  if (!can_resume(received))
    return false;
  for (; acknowledged_ != received; ++acknowledged_) {
    const outgoing_frame& frame = in_flight_.front();
    if (outbox_.arrived(frame) && frame.value->token != 0)
      arrived_.push_back(frame.value->token);
    in_flight_.pop_front();
  }
  return true;
}

// ---- what is received
// ----------------------------------------------------------------------------

void link::receive(std::uint64_t connection, byte_view in, std::vector<link_frame>& to) {
  if (connection != connection_)
    return;
  while (is_connected_) {
    const auto next = reader_.next(in);
    if (!next)
      break;
    take(*next, to);
  }
  if (reader_.failed())
    fail(reader_.failure());
}

void link::take(const frame& x, std::vector<link_frame>& to) {
  if (is_numbered(x.type))
    take_numbered(x, to);
  else if (x.type == frame_type::ack)
    take_ack(x.body);
  else
    deliver(x.type, x.body, to);
}

void link::take_ack(byte_view body) {
  ack read;
  if (auto done = decode(body, read); !done)
    fail("ACK: " + done.error().message());
  else if (!acknowledge(read.received))
    fail("ACK of frame " + std::to_string(read.received) + ", where " +
         std::to_string(acknowledged_) + " to " +
         std::to_string(acknowledged_ + in_flight_.size()) + " are possible");
}

void link::take_numbered(const frame& x, std::vector<link_frame>& to) {
  if (x.body.size() < number_bytes)
    return fail(std::string{sweet::name_of(x.type)} + " without its number");
  const auto number = number_at<std::uint64_t>(x.body);
  if (number != received_ + 1)
    return fail(std::string{sweet::name_of(x.type)} + " has number " + std::to_string(number) +
                ", where " + std::to_string(received_ + 1) + " is due");
  received_ = number;
  untold_bytes_ += x.body.size();
  const byte_view body = x.body.subspan(number_bytes);
  if (x.type != frame_type::piece)
    return deliver(x.type, body, to);
  if (const auto whole = pieces_.add(body))
    deliver(whole->type, whole->body, to);
  else if (pieces_.failed())
    fail(pieces_.failure());
}

void link::deliver(frame_type type, byte_view body, std::vector<link_frame>& to) {
  auto read = read_link_frame(type, body);
  if (!read)
    return fail(read.error().message());
  peer_leaves_ = peer_leaves_ || std::holds_alternative<leave>(read.value());
  to.push_back(std::move(read).value());
}

} // namespace sweet::inline v0_5::detail::wire
