// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/link/connection.hpp>
#include <sweet/node/wire/codec.hpp>
#include <sweet/node/wire/frame_reader.hpp>

#include <boost/test/unit_test.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <poll.h>
#include <utility>
#include <vector>

using namespace sweet;
namespace wire = sweet::detail::wire;
using tcp = boost::asio::ip::tcp;

namespace connection_test {
namespace {

/// A connection, whose thread for I/O is the test, and the socket at its other end.
struct fixture {
  struct heard_frames final : detail::link_events {
    void heard(detail::connection&) override {}
    void came(detail::connection&, std::vector<wire::link_frame>&& frames) override {
      for (auto& x : frames)
        all.push_back(std::move(x));
    }
    std::vector<wire::link_frame> all;
  };

  fixture() {
    tcp::acceptor port{context, {boost::asio::ip::address_v4::loopback(), 0}};
    other.connect(port.local_endpoint());
    auto own = port.accept();
    descriptor = own.native_handle();
    by = std::make_shared<detail::connection>(detail::hello_stream{std::move(own), nullptr}, 1,
                                              wire::introduction{}, nullptr, events);
    by->carry(to);
  }

  void begin() {
    BOOST_TEST_REQUIRE(to->connect(*by, 0, 0));
    by->run({});
    context.poll(); // it waits for bytes now
  }

  template <class Frame>
  void say(const Frame& x) {
    wire::bytes out;
    wire::append_frame(out, Frame::type, wire::encode(x).value());
    boost::asio::write(other, boost::asio::buffer(out));
  }

  /// As by a process that ends while something is on its way to it.
  void reset() {
    other.set_option(tcp::socket::linger{true, 0});
    other.close();
    pollfd sees{descriptor, 0, 0};
    ::poll(&sees, 1, 20'000); // until the reset has come
    BOOST_TEST((sees.revents & POLLERR) != 0);
  }

  boost::asio::io_context context;
  tcp::socket other{context};
  heard_frames events;
  int descriptor = -1;
  const std::shared_ptr<detail::peer> to = std::make_shared<detail::peer>(incarnation{2, 2, 1});
  std::shared_ptr<detail::connection> by;
};

} // namespace
} // namespace connection_test

BOOST_FIXTURE_TEST_SUITE(connection_test, connection_test::fixture)

BOOST_AUTO_TEST_CASE(what_has_waited_for_a_connection_leaves_with_its_beginning) {
  to->pull(3);
  begin();
  BOOST_TEST(other.available() != 0u);
}

BOOST_AUTO_TEST_CASE(what_has_come_is_read_although_nothing_can_be_sent_any_more) {
  wire::heartbeat last;
  last.news.upto = 77;
  begin();
  say(last);
  reset();
  BOOST_TEST(to->beat({})); // this finds out that the other end has gone
  context.poll();
  BOOST_TEST_REQUIRE(events.all.size() == 1u);
  BOOST_TEST((std::get<wire::heartbeat>(events.all.front()) == last));
  BOOST_TEST(by->ended().is_ready());
}

BOOST_AUTO_TEST_SUITE_END()
