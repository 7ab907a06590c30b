#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <string>

#include <sweet/actors/runtime/runtime.hpp>
#include <sweet/node/node_settings.hpp>

namespace sweet::inline v0_5::detail {

/// Opens the port that a node listens on; without one the acceptor is not open.
/// @throws std::invalid_argument if the address cannot be, std::system_error if the system refuses
/// it; both name it
boost::asio::ip::tcp::acceptor open_port(runtime& rt, const node_settings& x);

/// Returns the address by which others reach a port, "host:port"; empty if it is not open. The host
/// is what the settings say, and the name of this machine for one that means all of its addresses.
std::string address_of(const boost::asio::ip::tcp::acceptor& port, const node_settings& x);

/// Tells whether a node may talk to this address: without TLS nothing protects what nodes say on
/// the way, so it may be of the loopback device only.
bool is_safe(const boost::asio::ip::address& x, const node_settings& by);
/// Says why an address is not safe.
std::string is_unsafe(const std::string& address);

/// Has the system take little that it cannot send yet: what it has taken, urgent frames cannot
/// pass. Where the system refuses that, heartbeats wait behind its whole buffer.
void let_urgent_frames_pass(boost::asio::ip::tcp::socket& x);

} // namespace sweet::inline v0_5::detail
