// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/link/host_port.hpp>

#include <algorithm>

namespace sweet::inline v0_5::detail {

task_result<host_port> read_host_port(std::string_view text) {
  const auto wrong = [&](const std::string& why) {
    return task_error{error_code::invalid_data, "an address is host:port, as in 10.0.0.7:7180 or "
                                                "[::1]:7180; \"" +
                                                    std::string{text} + "\" " + why};
  };
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos)
    return wrong("has no port");
  auto host = text.substr(0, colon);
  const auto port = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']'))
    host = host.substr(1, host.size() - 2);
  else if (host.find(':') != std::string_view::npos)
    return wrong("has several colons: write [] around an address of IPv6");
  if (host.empty())
    return wrong("has no host");
  const bool is_number = !port.empty() && port.size() <= 5 &&
                         std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; });
  if (!is_number || std::stoul(std::string{port}) > 65'535)
    return wrong("has a port that is no number from 0 to 65535");
  return host_port{std::string{host}, std::string{port}};
}

std::string to_string(const host_port& x) {
  return (x.host.find(':') == std::string::npos ? x.host : '[' + x.host + ']') + ':' + x.port;
}

} // namespace sweet::inline v0_5::detail
