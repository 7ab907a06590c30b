// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/tls/tls_session.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "tls_fixture.hpp"

namespace tls_session_test {

using namespace tls_test;
using tls_test::side;

const cluster& nodes() {
  static const cluster x{"one", "two"};
  return x;
}

/// Contexts of two nodes that believe each other, in each way that there is.
struct pair {
  tls::tls_context client;
  tls::tls_context server;
};

std::vector<pair> good_pairs() {
  const tls::tls_options old{.oldest = tls::tls_version::tls_1_2};
  return {{nodes().context("one"), nodes().context("two")},
          {nodes().context("one", old), nodes().context("two", old)},
          {with_secret(), with_secret()}};
}

void both_ready(const talk& x) {
  BOOST_TEST(x.client.failure() == "");
  BOOST_TEST(x.server.failure() == "");
  BOOST_TEST(x.client.is_ready());
  BOOST_TEST(x.server.is_ready());
}

wire::bytes client_hello() {
  return tls::tls_session{side::client, nodes().context("one")}.take_output();
}

BOOST_AUTO_TEST_SUITE(tls_session_test)

BOOST_AUTO_TEST_CASE(two_sides_find_each_other_whatever_parts_their_bytes_come_in) {
  for (const auto& [client, server] : good_pairs())
    for (const std::size_t at_once : {1UL, 2UL, 7UL, 500UL, 1UL << 20}) {
      talk x{client, server};
      x.run(at_once);
      both_ready(x);
      BOOST_TEST(x.client.write(wire::as_bytes("to the server")));
      BOOST_TEST(x.server.write(wire::as_bytes("to the client")));
      x.run(at_once);
      BOOST_TEST(as_text(x.to_server) == "to the server");
      BOOST_TEST(as_text(x.to_client) == "to the client");
    }
}

BOOST_AUTO_TEST_CASE(a_megabyte_goes_each_way_in_random_parts) {
  for (const auto& [client, server] : good_pairs()) {
    talk x{client, server};
    x.run();
    const auto up = noise(1 << 20, 1);
    const auto down = noise(1 << 20, 2);
    std::mt19937 random{3};
    wire::byte_view left_up = up;
    wire::byte_view left_down = down;
    const auto write_some = [&random](tls::tls_session& from, wire::byte_view& left) {
      const auto part = left.first(std::min<std::size_t>(random() % 60'000, left.size()));
      BOOST_TEST_REQUIRE(from.write(part));
      left = left.subspan(part.size());
    };
    while (!left_up.empty() || !left_down.empty()) {
      write_some(x.client, left_up);
      write_some(x.server, left_down);
      x.run(1 + random() % 20'000);
    }
    both_ready(x);
    BOOST_TEST((x.to_server == up));
    BOOST_TEST((x.to_client == down));
  }
}

BOOST_AUTO_TEST_CASE(a_record_has_16_kib_at_most) {
  talk x{with_secret(), with_secret()};
  x.run();
  x.client.write(noise(100'000));
  const auto said = x.client.take_output();
  std::size_t records = 0;
  for (wire::byte_view left = said; !left.empty(); ++records) {
    const std::size_t size =
        std::to_integer<std::size_t>(left[3]) * 256 + std::to_integer<std::size_t>(left[4]);
    BOOST_TEST(size <= (16U << 10) + 17);
    left = left.subspan(5 + size);
  }
  BOOST_TEST(records == 7);
}

BOOST_AUTO_TEST_CASE(output_is_appended_to_what_the_caller_has) {
  talk x{with_secret(), with_secret()};
  x.run();
  wire::bytes out;
  x.client.write(wire::as_bytes("one "));
  x.client.take_output(out);
  x.client.write(wire::as_bytes("two"));
  x.client.take_output(out);
  BOOST_TEST(!x.client.has_output());
  x.server.feed(out);
  BOOST_TEST(as_text(read_all(x.server)) == "one two");
}

BOOST_AUTO_TEST_CASE(what_a_client_writes_behind_its_proof_arrives) {
  talk x{nodes().context("one"), nodes().context("two")};
  x.server.feed(x.client.take_output());
  x.client.feed(x.server.take_output());
  BOOST_TEST_REQUIRE(x.client.is_ready());
  const auto text = noise(200'000);
  x.client.write(text);
  // More than 64 KiB, the end of the handshake and what comes after it at once.
  x.server.feed(x.client.take_output());
  BOOST_TEST((read_all(x.server) == text));
}

BOOST_AUTO_TEST_CASE(keys_are_renewed) {
  const tls::tls_options often{.records_per_key = 3};
  talk x{nodes().context("one", often), nodes().context("two")};
  x.run();
  std::string expected;
  std::size_t key_updates = 0;
  for (int i = 0; i < 20; ++i) {
    x.client.write(wire::as_bytes("x"));
    auto said = x.client.take_output();
    // A record of one character has 5 + 1 + 1 + 16 bytes.
    key_updates += said.size() > 23 ? 1 : 0;
    x.server.feed(said);
    expected += 'x';
    const auto got = read_all(x.server);
    x.to_server.insert(x.to_server.end(), got.begin(), got.end());
  }
  x.run();
  both_ready(x);
  BOOST_TEST(key_updates == 6);
  BOOST_TEST(as_text(x.to_server) == expected);
}

BOOST_AUTO_TEST_CASE(nothing_is_written_before_the_peer_is_known) {
  talk x{with_secret(), with_secret()};
  BOOST_TEST(!x.client.write(wire::as_bytes("early")));
  BOOST_TEST(!x.server.write(wire::as_bytes("early")));
  BOOST_TEST(!x.server.has_output());
  x.run();
  BOOST_TEST(x.to_server.empty());
}

BOOST_AUTO_TEST_CASE(sessions_in_several_threads_share_a_context) {
  const auto [client, server] = good_pairs().front();
  std::atomic<int> good{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        for (int j = 0; j < 10; ++j) {
          talk x{client, server};
          x.run();
          x.client.write(wire::as_bytes("text"));
          x.run();
          good += as_text(x.to_server) == "text" ? 1 : 0;
        }
      });
  }
  BOOST_TEST(good == 40);
}

// ---- names and channels
// --------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_peer_is_who_its_certificate_is_for) {
  talk x{nodes().context("one"), nodes().context("two")};
  x.run();
  BOOST_TEST((x.client.peer_names() == std::vector<std::string>{"two"}));
  BOOST_TEST((x.server.peer_names() == std::vector<std::string>{"one"}));
  BOOST_TEST(x.client.peer_is("two"));
  for (const char* other : {"one", "TWO", "two.", "tw", "", "*"})
    BOOST_TEST(!x.client.peer_is(other));
}

BOOST_AUTO_TEST_CASE(who_knows_the_secret_may_take_any_name) {
  talk x{with_secret(), with_secret()};
  x.run();
  BOOST_TEST(x.client.peer_names().empty());
  BOOST_TEST(x.client.peer_is("anybody"));
}

BOOST_AUTO_TEST_CASE(both_ends_of_one_connection_have_its_channel_binding) {
  std::vector<tls::channel_id> seen;
  for (const auto& [client, server] : good_pairs())
    for (int i = 0; i < 2; ++i) {
      talk x{client, server};
      x.run();
      const auto id = x.client.channel_binding();
      BOOST_TEST((id == x.server.channel_binding()));
      BOOST_TEST(std::ranges::count(seen, id) == 0);
      seen.push_back(id);
    }
}

BOOST_AUTO_TEST_CASE(the_hello_of_nodes_knows_what_tls_does) {
  for (const auto& [client, server] : good_pairs()) {
    talk x{client, server};
    x.run();
    const auto of_client = x.client.channel();
    const auto id = x.client.channel_binding();
    BOOST_TEST(std::ranges::equal(of_client.binding, id));
    BOOST_TEST((of_client.binding == x.server.channel().binding));
    BOOST_TEST(of_client.peer_names.has_value() == client.has_certificates());
    if (of_client.peer_names)
      BOOST_TEST((*of_client.peer_names == std::vector<std::string>{"two"}));
  }
}

// ---- the end
// -------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_clean_end_differs_from_a_cut) {
  for (const auto& [client, server] : good_pairs()) {
    talk x{client, server};
    x.run();
    x.client.write(wire::as_bytes("the last words"));
    x.client.close();
    BOOST_TEST(!x.client.write(wire::as_bytes("more")));
    x.run();
    BOOST_TEST(as_text(x.to_server) == "the last words");
    BOOST_TEST(x.server.is_closed());
    x.server.end_of_stream();
    BOOST_TEST(x.server.failure() == "");
    // The other direction goes on.
    BOOST_TEST(x.server.write(wire::as_bytes("go on")));
    x.run();
    BOOST_TEST(as_text(x.to_client) == "go on");
    x.server.close();
    x.run();
    x.client.end_of_stream();
    BOOST_TEST(x.client.is_closed());
    BOOST_TEST(!x.client.failed());
  }
}

BOOST_AUTO_TEST_CASE(a_cut_is_a_failure_wherever_it_is) {
  for (const auto& [client, server] : good_pairs())
    for (const std::size_t lost : {0UL, 1UL, 10UL}) {
      talk x{client, server};
      x.run();
      x.client.write(wire::as_bytes("first"));
      x.client.write(wire::as_bytes("second"));
      const auto said = x.client.take_output();
      x.server.feed(wire::byte_view{said}.first(said.size() - lost));
      BOOST_TEST(as_text(read_all(x.server)) == (lost == 0 ? "firstsecond" : "first"));
      BOOST_TEST(!x.server.is_closed());
      x.server.end_of_stream();
      BOOST_TEST(contains(x.server.failure(), "it was cut"));
    }
}

BOOST_AUTO_TEST_CASE(an_end_before_the_peer_is_known_is_a_failure) {
  for (const std::size_t size : {0UL, 3UL, 100UL}) {
    tls::tls_session x{side::server, nodes().context("two")};
    x.feed(wire::byte_view{client_hello()}.first(size));
    BOOST_TEST(!x.failed());
    x.end_of_stream();
    BOOST_TEST(contains(x.failure(), "before it has proved who it is"));
  }
}

BOOST_AUTO_TEST_CASE(what_somebody_changes_on_the_way_is_a_failure) {
  for (const auto& [client, server] : good_pairs())
    for (const std::size_t place : {0UL, 3UL, 5UL, 12UL}) {
      talk x{client, server};
      x.run();
      x.client.write(wire::as_bytes("a frame"));
      auto said = x.client.take_output();
      said[place] ^= std::byte{0x40};
      x.server.feed(said);
      BOOST_TEST(read_all(x.server).empty());
      if (!x.server.failed()) // a length that grew
        x.server.end_of_stream();
      BOOST_TEST(x.server.failed());
      if (place == 12)
        BOOST_TEST(contains(x.server.failure(), "changed on the way"));
      const auto first = x.server.failure();
      x.server.feed(client_hello());
      x.server.end_of_stream();
      BOOST_TEST(x.server.failure() == first);
      // The peer is told.
      x.run();
      BOOST_TEST((x.client.failed() || place == 3));
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace tls_session_test
