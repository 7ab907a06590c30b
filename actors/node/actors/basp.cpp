// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/actors/basp.hpp>

#include <vector>

#include <caf/atom.hpp>
#include <caf/binary_serializer.hpp>

namespace sweet::inline v0_5::detail {

namespace {

// Messages, and errors with messages, may lie in each other so often: CAF reads them by recursion.
constexpr int max_messages = 64;
// Actors that a message goes through.
constexpr std::size_t max_stages = 16;
// How long what tells why an actor has ended may be.
constexpr std::uint32_t max_down = 64 * 1024;

constexpr std::string_view link_types = "@<>+@atom+@strong_actor_ptr";

/// Reads a payload as CAF writes it: big endian, counts by 7 bits.
class payload_reader {
public:
  explicit payload_reader(std::string_view in) noexcept : left_(in) {}

  bool failed() const noexcept { return failed_; }
  std::string_view left() const noexcept { return left_; }

  std::string_view take(std::size_t n) noexcept {
    if (n > left_.size())
      failed_ = true;
    if (failed_)
      return {};
    const auto taken = left_.substr(0, n);
    left_.remove_prefix(n);
    return taken;
  }
  std::uint64_t number(std::size_t bytes) noexcept {
    std::uint64_t x = 0;
    for (const char c : take(bytes))
      x = (x << 8) | static_cast<unsigned char>(c);
    return x;
  }
  std::size_t count() noexcept {
    std::size_t x = 0;
    for (int shift = 0; shift < 32; shift += 7) {
      const auto low = number(1);
      x |= static_cast<std::size_t>(low & 0x7f) << shift;
      if ((low & 0x80) == 0)
        return x;
    }
    failed_ = true;
    return 0;
  }
  /// @returns the bytes of the node
  std::string_view node() noexcept {
    const auto begin = left_;
    const auto kind = number(8);
    if (kind == static_cast<std::uint64_t>(caf::node_id::default_data::class_id))
      take(4 + caf::node_id::default_data::host_id_size);
    else if (kind != static_cast<std::uint64_t>(caf::atom("")))
      failed_ = true;
    return begin.substr(0, begin.size() - left_.size());
  }

private:
  std::string_view left_;
  bool failed_ = false;
};

std::string written(caf::actor_system& sys, const caf::node_id& x) {
  std::vector<char> out;
  caf::binary_serializer sink{sys, out};
  static_cast<void>(sink(x)); // bytes in memory
  return {out.begin(), out.end()};
}

std::string why_no_content(std::string_view payload) {
  int messages = 0;
  for (auto at = payload.find("@<>"); at != payload.npos; at = payload.find("@<>", at + 3))
    ++messages;
  if (messages > max_messages)
    return "messages lie in each other more than " + std::to_string(max_messages) + " deep";
  // CAF takes as much memory as the count of the bytes claims, up to 4 GiB.
  if (payload.find("+@charbuf") != payload.npos)
    return "a std::vector<char> has no place in a message to another node; a std::string has";
  return {};
}

bool is_link(std::uint64_t x) noexcept {
  return x == caf::link_atom::uint_value() || x == caf::unlink_atom::uint_value();
}

} // namespace

basp_header read_basp_header(std::span<const char, basp_header::size> in) noexcept {
  payload_reader from{std::string_view{in.data(), in.size()}};
  basp_header x;
  x.operation = static_cast<std::uint8_t>(from.number(1));
  from.take(2);
  x.flags = static_cast<std::uint8_t>(from.number(1));
  x.payload = static_cast<std::uint32_t>(from.number(4));
  x.data = from.number(8);
  x.source = from.number(8);
  x.target = from.number(8);
  return x;
}

basp_rules::basp_rules(caf::actor_system& sys, const caf::node_id& from, const caf::node_id& to)
    : from_(written(sys, from)), to_(written(sys, to)) {}

std::string basp_rules::why_not(const basp_header& x) const {
  if (x.payload > max_basp_payload)
    return "a message between actors of " + std::to_string(x.payload) + " bytes; at most " +
           std::to_string(max_basp_payload) + " are taken";
  if (x.flags != 0)
    return "a message to an actor by its name in CAF's registry";
  const auto has = [&x](bool source, bool target, bool data, bool payload) {
    return (source || x.source == 0) && (target == (x.target != 0)) && (data || x.data == 0) &&
           payload == (x.payload != 0);
  };
  const auto sense = [&] {
    switch (x.operation) {
      case basp_header::direct:
      case basp_header::routed: return has(true, true, true, true);
      case basp_header::monitor: return has(false, true, false, true);
      case basp_header::down:
        return x.source != 0 && x.payload <= max_down && has(true, false, false, true);
      case basp_header::heartbeat: return has(false, false, false, false);
      default: return false;
    }
  }();
  return sense ? std::string{}
               : "a message of BASP that is out of place: operation " + std::to_string(x.operation);
}

std::string basp_rules::why_not(const basp_header& x, std::string_view payload) const {
  static constexpr const char* other_node = "a message of BASP that is from or for a third node";
  switch (x.operation) {
    case basp_header::monitor: return payload == from_ + to_ ? std::string{} : other_node;
    case basp_header::down:
      return payload.starts_with(from_ + to_) ? why_no_content(payload) : other_node;
    case basp_header::routed:
      // A link is said by the actor at the other end, as CAF sees it.
      if (!payload.starts_with(to_ + to_))
        return other_node;
      return why_no_message(payload.substr(2 * to_.size()), true);
    case basp_header::direct: return why_no_message(payload, false);
    default: return {};
  }
}

std::string basp_rules::why_no_message(std::string_view payload, bool is_routed) const {
  static constexpr const char* unreadable = "a message between actors that does not read";
  payload_reader in{payload};
  const auto stages = in.count();
  if (stages > max_stages)
    return unreadable;
  for (std::size_t i = 0; i != stages; ++i) {
    in.number(8);
    in.node();
  }
  const auto zero = in.number(2);
  const auto types = in.take(in.count());
  if (in.failed() || zero != 0 || !types.starts_with("@<>"))
    return unreadable;
  // CAF takes the actor of these for one of the other node without a look.
  if (types == link_types) {
    const auto what = in.number(8);
    in.number(8);
    const auto node = in.node();
    if (is_link(what))
      return !in.failed() && in.left().empty() && node == from_
                 ? std::string{}
                 : "a link with an actor that is not of the other node";
  }
  if (is_routed)
    return "a message in the name of an actor of another node";
  return why_no_content(payload);
}

} // namespace sweet::inline v0_5::detail
