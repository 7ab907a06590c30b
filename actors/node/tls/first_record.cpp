// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/tls/first_record.hpp>

#include <algorithm>
#include <cstddef>

namespace sweet::inline v0_5::detail::tls {

namespace {

using kind = first_record::kind;

constexpr unsigned alert_record = 21;
constexpr unsigned handshake_record = 22;
constexpr unsigned client_hello = 1;
constexpr std::size_t record_header = 5;
constexpr std::size_t message_header = 4;
constexpr std::size_t max_record = 16 << 10;
constexpr std::size_t shown_bytes = 16;

unsigned at(wire::byte_view from, std::size_t place) noexcept {
  return std::to_integer<unsigned>(from[place]);
}

/// Returns the number at a place, which is big endian in TLS.
std::size_t number(wire::byte_view from, std::size_t place, std::size_t size) noexcept {
  std::size_t x = 0;
  for (const std::byte each : from.subspan(place, size))
    x = x << 8U | std::to_integer<std::size_t>(each);
  return x;
}

first_record other(wire::byte_view in) {
  std::string shown;
  for (const std::byte each : in.first(std::min(in.size(), shown_bytes))) {
    const char c = std::to_integer<char>(each);
    shown += c >= ' ' && c <= '~' ? c : '.';
  }
  return {kind::other, "the peer speaks no TLS: it begins with \"" + shown + '"'};
}

bool may_be_tls(wire::byte_view in, bool may_be_alert) noexcept {
  if (at(in, 0) != handshake_record && !(may_be_alert && at(in, 0) == alert_record))
    return false;
  return in.size() < 2 || at(in, 1) == 3;
}

} // namespace

first_record look_at_client(wire::byte_view in) {
  if (in.empty())
    return {};
  if (!may_be_tls(in, false))
    return other(in);
  if (in.size() < record_header)
    return {};
  const auto record = number(in, 3, 2);
  if (record < message_header || record > max_record)
    return other(in);
  if (in.size() > record_header && at(in, record_header) != client_hello)
    return other(in);
  if (in.size() >= record_header + message_header) {
    const auto hello = number(in, record_header + 1, 3);
    if (hello > max_record - message_header)
      return {kind::other, "the peer begins TLS with " + std::to_string(hello) +
                               " bytes, and 16 KiB are the most"};
  }
  return {in.size() < record_header + record ? kind::incomplete : kind::tls, {}};
}

first_record look_at_server(wire::byte_view in) {
  if (in.empty())
    return {};
  if (!may_be_tls(in, true))
    return other(in);
  return {in.size() < 2 ? kind::incomplete : kind::tls, {}};
}

} // namespace sweet::inline v0_5::detail::tls
