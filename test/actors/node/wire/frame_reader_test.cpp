// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/wire/frame_reader.hpp>

#include <boost/test/unit_test.hpp>

#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace wire = sweet::detail::wire;
using wire::frame_type;

namespace frame_reader_test {

struct seen {
  frame_type type{};
  wire::bytes body;
  friend bool operator==(const seen&, const seen&) = default;
};

std::vector<seen> read_all(wire::frame_reader& reader, wire::byte_view in) {
  std::vector<seen> all;
  while (const auto next = reader.next(in))
    all.push_back({next->type, {next->body.begin(), next->body.end()}});
  BOOST_TEST((in.empty() || reader.failed()));
  return all;
}

wire::bytes body_of(std::size_t size) {
  wire::bytes body;
  for (std::size_t i = 0; i < size; ++i)
    body.push_back(static_cast<std::byte>(i * 7));
  return body;
}

std::vector<seen> some_frames() {
  return {{frame_type::heartbeat, body_of(0)},
          {frame_type::ack, body_of(8)},
          {frame_type::piece, body_of(wire::max_frame - wire::frame_header)},
          {frame_type::open, body_of(1)}};
}

wire::bytes written(const std::vector<seen>& frames) {
  wire::bytes out;
  for (const seen& x : frames)
    wire::append_frame(out, x.type, x.body);
  return out;
}

std::string why_not(wire::byte_view in, std::size_t max = wire::max_frame) {
  wire::frame_reader reader{max};
  BOOST_TEST(read_all(reader, in).empty());
  BOOST_TEST(reader.held() <= wire::frame_header);
  // It stays so.
  const auto good = written({{frame_type::ack, {}}});
  wire::byte_view more = good;
  BOOST_TEST(!reader.next(more));
  return reader.failure();
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

BOOST_AUTO_TEST_SUITE(frame_reader_test)

BOOST_AUTO_TEST_CASE(frames_are_found_in_any_portions) {
  const auto sent = written(some_frames());
  std::mt19937 random{7};
  for (int round = 0; round < 300; ++round) {
    wire::frame_reader reader;
    std::vector<seen> all;
    wire::byte_view rest = sent;
    // Portions from single bytes to all at once.
    const std::size_t most = round % 3 == 0 ? 3 : round % 3 == 1 ? 5000 : sent.size();
    while (!rest.empty()) {
      const std::size_t size = std::min<std::size_t>(1 + random() % most, rest.size());
      for (const seen& x : read_all(reader, rest.first(size)))
        all.push_back(x);
      BOOST_TEST(reader.held() < wire::max_frame);
      rest = rest.subspan(size);
    }
    BOOST_TEST_REQUIRE((all == some_frames()));
    BOOST_TEST(reader.held() == 0U);
  }
}

BOOST_AUTO_TEST_CASE(a_header_that_claims_4_gib_costs_nothing) {
  const wire::bytes claim{std::byte{0xff}, std::byte{0xff}, std::byte{0xff}, std::byte{0xff}};
  BOOST_TEST(contains(why_not(claim), "a frame of 4294967299 bytes"));
  wire::bytes one_more;
  wire::append_number(one_more, static_cast<std::uint32_t>(wire::max_frame - 3));
  BOOST_TEST(contains(why_not(one_more), "16385 bytes, where 5 to 16384 are possible"));
  // One that is possible holds what has come of it, and no more.
  wire::bytes start;
  wire::append_number(start, static_cast<std::uint32_t>(wire::max_frame - 4));
  start.push_back(std::byte{6});
  wire::frame_reader reader;
  BOOST_TEST(read_all(reader, start).empty());
  BOOST_TEST(!reader.failed());
  BOOST_TEST(reader.held() == 5U);
}

BOOST_AUTO_TEST_CASE(nonsense_is_refused_as_early_as_possible) {
  BOOST_TEST(contains(why_not(wire::as_bytes("GET / HTTP/1.1\r\n")), "another protocol"));
  BOOST_TEST(contains(why_not(wire::as_bytes("GET ")), "another protocol"));
  BOOST_TEST(
      contains(why_not(wire::as_bytes(std::string_view{"\0\0\0\0", 4})), "a frame of 4 bytes"));
  BOOST_TEST(
      contains(why_not(wire::as_bytes(std::string_view{"\1\0\0\0\x14", 5})), "unknown type 20"));
  BOOST_TEST(
      contains(why_not(wire::as_bytes(std::string_view{"\1\0\0\0\xff", 5})), "unknown type 255"));
}

BOOST_AUTO_TEST_CASE(a_stranger_gets_4_kib) {
  wire::frame_reader reader{wire::max_hello_frame};
  const auto fits =
      written({{frame_type::open, body_of(wire::max_hello_frame - wire::frame_header)}});
  BOOST_TEST(read_all(reader, fits).size() == 1U);
  const auto longer =
      written({{frame_type::open, body_of(wire::max_hello_frame - wire::frame_header + 1)}});
  BOOST_TEST(contains(why_not(longer, wire::max_hello_frame), "5 to 4096 are possible"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace frame_reader_test
