// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/wire/outbox.hpp>

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>
#include <vector>

#include <sweet/node/wire/piece.hpp>

namespace wire = sweet::detail::wire;
using wire::frame_type;
using wire::lane;

namespace outbox_test {

constexpr std::size_t large = 100'000;

wire::bytes body_of(std::size_t size, int seed = 0) {
  wire::bytes body(size);
  for (std::size_t i = 0; i < size; ++i)
    body[i] = static_cast<std::byte>(i * 31 + static_cast<std::size_t>(seed));
  return body;
}

void put(wire::outbox& box, frame_type type, std::uint64_t token, std::size_t size = 10) {
  BOOST_TEST_REQUIRE(box.put(type, body_of(size), token).is_ok());
}

std::vector<std::uint64_t> drain(wire::outbox& box) {
  std::vector<std::uint64_t> tokens;
  while (const auto frame = box.next())
    tokens.push_back(frame->value->token);
  return tokens;
}

wire::bytes piece(const wire::piece_head& head, wire::byte_view part) {
  wire::bytes out;
  wire::append_piece_head(out, head);
  out.insert(out.end(), part.begin(), part.end());
  return out;
}

std::string why_not(const std::vector<wire::bytes>& pieces) {
  wire::piece_table table;
  for (const auto& x : pieces)
    BOOST_TEST(!table.add(x));
  BOOST_TEST(table.held() == 0U);
  BOOST_TEST(!table.add(piece({9, frame_type::submit, large, 0}, body_of(10))));
  return table.failure();
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

BOOST_AUTO_TEST_SUITE(outbox_test)

BOOST_AUTO_TEST_CASE(what_actors_say_keeps_its_order_behind_work_and_before_pieces) {
  wire::outbox box;
  put(box, frame_type::submit, 1, large);
  put(box, frame_type::actors, 2);
  put(box, frame_type::lookup, 3);
  put(box, frame_type::actors_end, 4);
  put(box, frame_type::found, 5);
  put(box, frame_type::actors, 6);
  put(box, frame_type::submit, 7);
  auto order = drain(box);
  order.resize(7);
  BOOST_TEST(order == (std::vector<std::uint64_t>{7, 2, 3, 4, 5, 6, 1}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(control_before_results_before_work_before_pieces) {
  wire::outbox box;
  put(box, frame_type::submit, 1, large);
  put(box, frame_type::result, 2, large);
  put(box, frame_type::submit, 3);
  put(box, frame_type::progress, 4);
  put(box, frame_type::result, 5);
  put(box, frame_type::started, 6);
  put(box, frame_type::cancel, 7);
  put(box, frame_type::pull, 8);
  const auto order = drain(box);
  const std::vector<std::uint64_t> first(order.begin(), order.begin() + 6);
  BOOST_TEST((first == std::vector<std::uint64_t>{7, 8, 5, 6, 3, 4}));
  BOOST_TEST(box.empty());
}

BOOST_AUTO_TEST_CASE(large_values_take_turns_and_let_others_pass) {
  wire::outbox box;
  put(box, frame_type::submit, 1, large);
  put(box, frame_type::result, 2, large);
  std::vector<std::uint64_t> order;
  for (int i = 0; i < 4; ++i)
    order.push_back(box.next()->value->token);
  put(box, frame_type::cancel, 3);
  order.push_back(box.next()->value->token);
  order.push_back(box.next()->value->token);
  BOOST_TEST((order == std::vector<std::uint64_t>{1, 2, 1, 2, 3, 1}));
}

BOOST_AUTO_TEST_CASE(no_frame_is_larger_than_a_record) {
  wire::outbox box;
  put(box, frame_type::submit, 1, wire::max_body);
  put(box, frame_type::submit, 2, wire::max_body + 1);
  BOOST_TEST(box.next()->size == wire::max_body);
  BOOST_TEST(box.next()->size == wire::max_piece);
  BOOST_TEST(box.next()->size == wire::max_body + 1 - wire::max_piece);
  BOOST_TEST(!box.next());
}

BOOST_AUTO_TEST_CASE(at_most_16_values_take_turns) {
  wire::outbox box;
  for (std::uint64_t i = 0; i < 40; ++i)
    put(box, frame_type::submit, i, large);
  std::set<std::uint32_t> begun;
  std::size_t ended = 0;
  while (const auto frame = box.next()) {
    begun.insert(frame->value->stream);
    ended += frame->is_last() ? 1 : 0;
    BOOST_TEST_REQUIRE(begun.size() - ended <= wire::max_streams);
  }
  BOOST_TEST(ended == 40U);
}

BOOST_AUTO_TEST_CASE(a_full_window_is_told_and_holds_up_no_other_lane) {
  wire::outbox box{{.frames = 2, .bytes = 1000}};
  put(box, frame_type::submit, 1);
  BOOST_TEST(!box.full(lane::work));
  put(box, frame_type::submit, 2);
  BOOST_TEST(box.full(lane::work));
  const auto refused = box.put(frame_type::submit, body_of(1), 3);
  BOOST_TEST((refused.error().code() == sweet::error_code::resource_limit));
  put(box, frame_type::submit, 7, large); // small ones do not hold it up, nor it them
  BOOST_TEST(box.full(lane::bulk));
  put(box, frame_type::cancel, 4);
  put(box, frame_type::result, 5, 999);
  BOOST_TEST(!box.full(lane::results));
  put(box, frame_type::result, 6, 5000); // the last one may be larger than what is left
  BOOST_TEST(box.full(lane::results));
  // To have been sent is not enough.
  std::vector<wire::outgoing_frame> sent;
  while (const auto frame = box.next())
    sent.push_back(*frame);
  BOOST_TEST(box.full(lane::work));
  for (const auto& frame : sent)
    BOOST_TEST(box.arrived(frame) == frame.is_last());
  BOOST_TEST(!box.full(lane::work));
  BOOST_TEST(!box.full(lane::results));
  BOOST_TEST(!box.full(lane::bulk));
}

BOOST_AUTO_TEST_CASE(a_value_has_64_mib_at_most) {
  wire::outbox box;
  const auto refused = box.put(frame_type::submit, wire::bytes(wire::max_value + 1), 1);
  BOOST_TEST((refused.error().code() == sweet::error_code::invalid_data));
  BOOST_TEST(box.empty());
}

BOOST_AUTO_TEST_CASE(what_is_taken_back_leaves_again_in_order) {
  wire::outbox box;
  for (std::uint64_t i = 1; i <= 20; ++i)
    put(box, frame_type::submit, i, large);
  put(box, frame_type::submit, 21);
  put(box, frame_type::submit, 22);
  std::deque<wire::outgoing_frame> sent;
  while (const auto frame = box.next())
    sent.push_back(*frame);
  // The peer has the first 40 frames; their values are open there.
  std::set<std::uint64_t> open;
  std::vector<std::size_t> has(23);
  for (int i = 0; i < 40; ++i) {
    const auto& frame = sent.front();
    has[frame.value->token] = frame.begin + frame.size;
    if (frame.is_last())
      open.erase(frame.value->token);
    else
      open.insert(frame.value->token);
    box.arrived(frame);
    sent.pop_front();
  }
  box.take_back(sent);
  std::size_t frames = 0;
  while (const auto frame = box.next()) {
    ++frames;
    const auto token = frame->value->token;
    BOOST_TEST_REQUIRE(frame->begin == has[token]);
    has[token] += frame->size;
    if (frame->is_last())
      open.erase(token);
    else
      open.insert(token);
    BOOST_TEST_REQUIRE(open.size() <= wire::max_streams);
  }
  BOOST_TEST(frames == sent.size());
  BOOST_TEST(open.empty());
}

BOOST_AUTO_TEST_CASE(small_ones_that_are_taken_back_keep_their_order) {
  wire::outbox box;
  for (std::uint64_t i = 1; i <= 5; ++i)
    put(box, frame_type::submit, i);
  std::deque<wire::outgoing_frame> sent;
  for (int i = 0; i < 3; ++i)
    sent.push_back(*box.next());
  box.take_back(sent);
  BOOST_TEST((box.tokens() == std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
  BOOST_TEST((drain(box) == std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
}

BOOST_AUTO_TEST_CASE(pieces_become_the_value_again) {
  const auto one = body_of(large, 1);
  const auto two = body_of(large + 1, 2);
  wire::piece_table table;
  std::size_t at = 0;
  std::vector<wire::whole_value> whole;
  const auto feed = [&](std::uint32_t stream, frame_type type, const wire::bytes& of) {
    if (at >= of.size())
      return;
    const auto part =
        wire::byte_view{of}.subspan(at, std::min<std::size_t>(wire::max_piece, of.size() - at));
    if (auto value = table.add(piece(
            {stream, type, static_cast<std::uint32_t>(of.size()), static_cast<std::uint32_t>(at)},
            part)))
      whole.push_back(std::move(*value));
  };
  for (; at < large + 1; at += wire::max_piece) {
    feed(7, frame_type::submit, one);
    feed(8, frame_type::result, two);
  }
  BOOST_TEST(table.failure() == "");
  BOOST_TEST_REQUIRE(whole.size() == 2U);
  BOOST_TEST((whole[0].type == frame_type::submit && whole[0].body == one));
  BOOST_TEST((whole[1].type == frame_type::result && whole[1].body == two));
  BOOST_TEST(table.held() == 0U);
}

BOOST_AUTO_TEST_CASE(pieces_that_do_not_fit_are_refused) {
  const auto part = body_of(100);
  const wire::piece_head good{1, frame_type::submit, large, 0};
  const auto with = [&](auto change) {
    auto head = good;
    change(head);
    return piece(head, part);
  };
  BOOST_TEST(contains(why_not({body_of(12)}), "without its head"));
  BOOST_TEST(contains(why_not({with([](auto& x) { x.type = frame_type::piece; })}),
                      "does not travel in pieces"));
  BOOST_TEST(contains(why_not({with([](auto& x) { x.type = frame_type::hello; })}),
                      "does not travel in pieces"));
  BOOST_TEST(contains(why_not({with([](auto& x) { x.type = static_cast<frame_type>(99); })}),
                      "does not travel in pieces"));
  BOOST_TEST(contains(why_not({with([](auto& x) { x.total = 0xffffffff; })}),
                      "pieces of a value of 4294967295 bytes"));
  BOOST_TEST(
      contains(why_not({with([](auto& x) { x.total = wire::max_body; })}), "pieces of a value of"));
  BOOST_TEST(contains(why_not({with([](auto& x) { x.begin = 100; })}), "first piece has not come"));
  BOOST_TEST(contains(why_not({piece(good, part), piece(good, part)}), "does not follow"));
  BOOST_TEST(contains(why_not({piece(good, part), with([](auto& x) { x.begin = 101; })}),
                      "does not follow"));
  BOOST_TEST(contains(why_not({piece(good, part), with([](auto& x) {
                                 x.begin = 100;
                                 x.total += 1;
                               })}),
                      "does not follow"));
  BOOST_TEST(contains(why_not({piece(good, part), with([](auto& x) {
                                 x.begin = 100;
                                 x.type = frame_type::result;
                               })}),
                      "does not follow"));
  BOOST_TEST(contains(why_not({piece(good, {})}), "empty or goes beyond"));
  BOOST_TEST(contains(why_not({piece(good, body_of(large + 1))}), "empty or goes beyond"));
  std::vector<wire::bytes> many;
  for (std::uint32_t i = 0; i < 17; ++i)
    many.push_back(with([i](auto& x) { x.stream = i; }));
  BOOST_TEST(contains(why_not(many), "more than 16 values at a time"));
}

BOOST_AUTO_TEST_CASE(unfinished_values_are_bounded) {
  wire::piece_table table;
  const auto block = body_of(1024 * 1024);
  std::size_t taken = 0;
  for (std::uint32_t stream = 0; stream < 16 && !table.failed(); ++stream)
    for (std::uint32_t i = 0; i < 60 && !table.failed(); ++i) {
      BOOST_TEST(
          !table.add(piece({stream, frame_type::submit, wire::max_value, i * 1024 * 1024}, block)));
      taken += table.failed() ? 0 : 1;
    }
  BOOST_TEST(contains(table.failure(), "bytes at a time"));
  BOOST_TEST(taken == 128U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace outbox_test
