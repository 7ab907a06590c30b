// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/link/port.hpp>

#include <boost/asio/ip/host_name.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>
#include <system_error>

#include <sweet/asio/io.hpp>
#include <sweet/node/checked_setting.hpp>
#include <sweet/node/link/host_port.hpp>

namespace sweet::inline v0_5::detail {

using boost::asio::ip::tcp;

tcp::acceptor open_port(runtime& rt, const node_settings& x) {
  tcp::acceptor port{io(rt)};
  if (x.listen.empty())
    return port;
  const auto address = checked_setting(read_host_port(x.listen));
  tcp::resolver resolver{io(rt)};
  try {
    const tcp::endpoint at = *resolver.resolve(address.host, address.port, tcp::resolver::passive);
    if (!is_safe(at.address(), x))
      throw std::invalid_argument{"node_builder: " + is_unsafe(x.listen)};
    port.open(at.protocol());
    port.set_option(tcp::acceptor::reuse_address{true});
    port.bind(at);
    port.listen();
  } catch (const boost::system::system_error& e) {
    throw std::system_error{e.code(), "node_builder: this node cannot listen on " + x.listen};
  }
  return port;
}

std::string address_of(const tcp::acceptor& port, const node_settings& x) {
  if (!port.is_open())
    return {};
  const auto at = port.local_endpoint();
  return to_string(host_port{at.address().is_unspecified()
                                 ? boost::asio::ip::host_name()
                                 : checked_setting(read_host_port(x.listen)).host,
                             std::to_string(at.port())});
}

bool is_safe(const boost::asio::ip::address& x, const node_settings& by) {
  return x.is_loopback() || by.certificates || (!by.secret.empty() && !by.without_tls);
}

std::string is_unsafe(const std::string& address) {
  return address + " is no address of the loopback device (127.0.0.1, [::1]), and without "
                   "certificates() or a secret() nothing protects what nodes say on the way";
}

void let_urgent_frames_pass(tcp::socket& x) {
  const int most = 16 * 1024;
  static_cast<void>(
      ::setsockopt(x.native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &most, sizeof most));
}

} // namespace sweet::inline v0_5::detail
