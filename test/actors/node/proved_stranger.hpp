#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/wire/handshake.hpp>
#include <sweet/node/wire/link.hpp>

#include <boost/test/unit_test.hpp>

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <chrono>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

/// Says hello as a node that knows the secret, without TLS, and then whatever it is told to.
class proved_stranger {
public:
  proved_stranger(const std::string& address, const std::string& secret, std::string name) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port =
        htons(static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
    BOOST_TEST_REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
    const timeval patience{20, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    std::array<std::byte, 16> random{};
    sweet::detail::wire::secure_random(random);
    life_ = {sweet::detail::wire::number_at<std::uint64_t>(sweet::detail::wire::byte_view{random}),
             sweet::detail::wire::number_at<std::uint64_t>(
                 sweet::detail::wire::byte_view{random}.subspan(8)),
             1};
    said_.cluster = "sweet";
    said_.name = name;
    said_.secret = secret;
    said_.life = life_;
    said_.say = [&](const sweet::detail::wire::introduction&, const sweet::detail::wire::hello*) {
      sweet::detail::wire::hello x;
      x.node.who.name = name;
      x.node.who.incarnation = life_;
      return x;
    };
    sweet::detail::wire::handshake hello{sweet::detail::wire::handshake::side::client, said_,
                                         std::chrono::steady_clock::now()};
    std::array<std::byte, sweet::detail::wire::max_hello_frame> buffer{};
    while (!hello.done()) {
      send(hello.take_output());
      const auto n = ::recv(socket_, buffer.data(), buffer.size(), 0);
      BOOST_TEST_REQUIRE(n > 0);
      auto in = sweet::detail::wire::byte_view{buffer}.first(static_cast<std::size_t>(n));
      hello.receive(in);
      BOOST_TEST_REQUIRE(!hello.failed());
    }
    send(hello.take_output());
    link_.cut();
    connection_ = link_.connect(0);
    sweet::node_heartbeat beat;
    beat.session = {1, hello.peer().life.life};
    BOOST_TEST_REQUIRE(link_.put(sweet::detail::wire::heartbeat{beat}).is_ok());
    flush();
  }
  proved_stranger(const proved_stranger&) = delete;
  proved_stranger& operator=(const proved_stranger&) = delete;
  ~proved_stranger() { ::close(socket_); }

  template <class Frame>
  void say(const Frame& x) {
    BOOST_TEST_REQUIRE(link_.put(x).is_ok());
    flush();
  }

  /// Waits for a frame; others before it are dropped.
  template <class Frame>
  Frame hear() {
    for (;;) {
      while (!heard_.empty()) {
        const auto next = std::move(heard_.front());
        heard_.erase(heard_.begin());
        if (const auto* found = std::get_if<Frame>(&next))
          return *found;
      }
      BOOST_TEST_REQUIRE(read());
    }
  }

  /// Waits until the other side has closed.
  void wait_until_closed() {
    while (read()) {
    }
  }

private:
  bool read() {
    std::array<std::byte, 16 * 1024> buffer{};
    const auto n = ::recv(socket_, buffer.data(), buffer.size(), 0);
    BOOST_TEST_REQUIRE((n >= 0 || errno == ECONNRESET));
    if (n <= 0)
      return false;
    link_.receive(connection_,
                  sweet::detail::wire::byte_view{buffer}.first(static_cast<std::size_t>(n)),
                  heard_);
    flush();
    return true;
  }
  void flush() {
    sweet::detail::wire::bytes out;
    link_.fill(out, std::size_t{64} * 1024 * 1024);
    send(out);
  }
  void send(sweet::detail::wire::byte_view x) {
    while (!x.empty()) {
      const auto n = ::send(socket_, x.data(), x.size(), MSG_NOSIGNAL);
      if (n <= 0)
        return; // it is closed, which the test looks for
      x = x.subspan(static_cast<std::size_t>(n));
    }
  }

  int socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sweet::incarnation life_;
  sweet::detail::wire::handshake_settings said_;
  sweet::detail::wire::link link_{sweet::incarnation{},
                                  {.frames = 100'000, .bytes = std::size_t{64} * 1024 * 1024}};
  std::uint64_t connection_ = 0;
  std::vector<sweet::detail::wire::link_frame> heard_;
};
