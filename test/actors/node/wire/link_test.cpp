// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/wire/link.hpp>

#include <boost/test/unit_test.hpp>

#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using namespace std::chrono_literals;
namespace wire = sweet::detail::wire;
using wire::frame_type;
using wire::lane;

namespace link_test {

sweet::incarnation life_of(unsigned char x) {
  return {x, x, 1};
}

wire::submit task(std::uint64_t id, std::size_t size = 10) {
  wire::submitted_task x;
  x.id = id;
  x.name = "resize";
  x.payload.assign(size, static_cast<std::byte>(id));
  return {{x}};
}

wire::result outcome(std::uint64_t id, std::size_t size = 10) {
  wire::finished_task x;
  x.id = id;
  x.executor = life_of(3);
  x.payload.assign(size, static_cast<std::byte>(id));
  return {{x}};
}

wire::heartbeat beat_upto(std::uint64_t number) {
  wire::heartbeat x;
  x.news.upto = number;
  return x;
}

wire::heartbeat beat_of(std::size_t members) {
  wire::heartbeat x;
  x.news.members.resize(members);
  return x;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// One end: a link, what is on its way from it, and what has come to it.
struct end {
  explicit end(unsigned char peer, wire::outbox_window window = {}) : link(life_of(peer), window) {}

  wire::link link;
  std::uint64_t connection = 0;
  wire::bytes sent; ///< that the other end has not got yet
  std::vector<wire::link_frame> came;
};

/// Two ends, and the connection between them.
struct pair {
  explicit pair(wire::outbox_window window = {}) : a(2, window), b(1, window) { connect(); }

  void connect() {
    a.link.cut();
    b.link.cut();
    const auto of_a = a.link.received();
    const auto of_b = b.link.received();
    a.sent.clear();
    b.sent.clear();
    a.connection = a.link.connect(of_b);
    b.connection = b.link.connect(of_a);
  }

  static void move(end& from, end& to, std::size_t limit = 64 * 1024) {
    from.link.fill(from.sent, limit);
    to.link.receive(to.connection, std::exchange(from.sent, {}), to.came);
  }

  /// Until nobody has anything to say.
  void settle() {
    while (a.link.wants_to_send() || b.link.wants_to_send() || !a.sent.empty() || !b.sent.empty()) {
      move(a, b);
      move(b, a);
    }
  }

  end a;
  end b;
};

template <class Frame>
wire::bytes frame_of(const Frame& x, std::optional<std::uint64_t> number = {}) {
  wire::bytes body;
  if (number)
    wire::append_number(body, *number);
  const auto encoded = wire::encode(x).value();
  body.insert(body.end(), encoded.begin(), encoded.end());
  wire::bytes out;
  wire::append_frame(out, Frame::type, body);
  return out;
}

std::string why_not(const wire::bytes& in) {
  pair x;
  x.a.link.receive(x.a.connection, in, x.a.came);
  BOOST_TEST(x.a.link.failed());
  // Nothing is taken or sent any more.
  x.a.came.clear();
  x.a.link.receive(x.a.connection, frame_of(wire::heartbeat{}), x.a.came);
  BOOST_TEST(x.a.came.empty());
  BOOST_TEST(!x.a.link.wants_to_send());
  return x.a.link.failure();
}

BOOST_AUTO_TEST_SUITE(link_test)

BOOST_AUTO_TEST_CASE(each_frame_arrives_as_it_was_put) {
  pair x;
  const wire::progress half{4, 1, {1, 2, "half"}};
  const wire::cancel stop{4, sweet::cancellation_level::kill, "enough"};
  const auto beat = beat_upto(100);
  BOOST_TEST(x.a.link.put(task(4, 100'000)).is_ok());
  BOOST_TEST(x.a.link.put(outcome(4)).is_ok());
  BOOST_TEST(x.a.link.put(half).is_ok());
  BOOST_TEST(x.a.link.put(wire::started{4, 1}).is_ok());
  BOOST_TEST(x.a.link.put(stop).is_ok());
  BOOST_TEST(x.a.link.put(wire::pull{3}).is_ok());
  BOOST_TEST(x.a.link.put(wire::leave{"bye"}).is_ok());
  BOOST_TEST(x.a.link.put(beat).is_ok());
  x.settle();
  const std::vector<wire::link_frame> expected{beat,          stop,
                                               wire::pull{3}, wire::leave{"bye"},
                                               outcome(4),    wire::started{4, 1},
                                               half,          task(4, 100'000)};
  BOOST_TEST((x.b.came == expected));
}

BOOST_AUTO_TEST_CASE(who_leaves_need_not_wait_for_acknowledgements) {
  pair x;
  BOOST_TEST(x.a.link.put(outcome(1)).is_ok());
  pair::move(x.a, x.b);
  BOOST_TEST(!x.b.link.wants_to_send());
  BOOST_TEST(x.a.link.put(wire::leave{"it drains"}).is_ok());
  BOOST_TEST(x.a.link.put(outcome(2)).is_ok());
  pair::move(x.a, x.b);
  pair::move(x.b, x.a);
  BOOST_TEST(x.a.link.is_settled());
  // It holds for all that follows, over whatever connection.
  x.connect();
  BOOST_TEST(x.a.link.put(outcome(3)).is_ok());
  pair::move(x.a, x.b);
  pair::move(x.b, x.a);
  BOOST_TEST(x.a.link.is_settled());
  BOOST_TEST(!x.b.link.wants_to_send());
}

BOOST_AUTO_TEST_CASE(a_result_is_kept_until_it_is_acknowledged) {
  pair x;
  BOOST_TEST(x.a.link.put(outcome(1), 11).is_ok());
  x.a.link.fill(x.a.sent, 1000);
  BOOST_TEST(x.a.link.take_arrived().empty());
  BOOST_TEST((x.a.link.unacknowledged() == std::vector<std::uint64_t>{11}));
  x.b.link.receive(x.b.connection, x.a.sent, x.b.came);
  x.a.sent.clear();
  // The acknowledgement goes with whatever is sent next.
  BOOST_TEST(!x.b.link.wants_to_send());
  BOOST_TEST(x.b.link.put(wire::heartbeat{}).is_ok());
  pair::move(x.b, x.a);
  BOOST_TEST((x.a.link.take_arrived() == std::vector<std::uint64_t>{11}));
  BOOST_TEST(x.a.link.unacknowledged().empty());
}

BOOST_AUTO_TEST_CASE(acknowledgements_go_by_themselves_after_8_frames_or_64_kib) {
  pair x;
  for (std::uint64_t i = 0; i < 8; ++i) {
    BOOST_TEST(!x.b.link.wants_to_send());
    BOOST_TEST(x.a.link.put(task(i)).is_ok());
    pair::move(x.a, x.b);
  }
  BOOST_TEST(x.b.link.wants_to_send());
  pair::move(x.b, x.a);
  BOOST_TEST(x.a.link.unacknowledged().empty());
  BOOST_TEST(x.a.link.put(task(9, 70'000)).is_ok());
  pair::move(x.a, x.b, 1'000'000);
  BOOST_TEST(x.b.link.wants_to_send());
}

BOOST_AUTO_TEST_CASE(heartbeats_and_cancels_pass_bulk) {
  pair x;
  BOOST_TEST(x.a.link.put(task(1, 32'000'000)).is_ok());
  pair::move(x.a, x.b, 16 * 1024);
  BOOST_TEST(x.b.came.empty());
  BOOST_TEST(x.a.link.put(wire::heartbeat{}).is_ok());
  BOOST_TEST(x.a.link.put(wire::cancel{1, {}, ""}).is_ok());
  BOOST_TEST(x.a.link.put(task(2)).is_ok());
  pair::move(x.a, x.b, 1);
  pair::move(x.a, x.b, 1);
  BOOST_TEST(x.b.came.size() == 3U);
  // Only the last heartbeat is worth sending.
  BOOST_TEST(x.a.link.put(beat_upto(1)).is_ok());
  BOOST_TEST(x.a.link.put(beat_upto(2)).is_ok());
  pair::move(x.a, x.b, 1);
  BOOST_TEST_REQUIRE(x.b.came.size() == 4U);
  BOOST_TEST((x.b.came[3] == wire::link_frame{beat_upto(2)}));
  x.settle();
  BOOST_TEST(x.b.came.size() == 5U);
  BOOST_TEST(x.a.link.put(beat_of(1'000)).is_err());
}

BOOST_AUTO_TEST_CASE(a_stopped_peer_costs_a_window) {
  pair x;
  std::size_t taken = 0;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    taken += x.a.link.put(task(i)).is_ok() ? 1 : 0;
    x.a.link.fill(x.a.sent, 1000);
  }
  BOOST_TEST(taken == 50U);
  BOOST_TEST(x.a.link.full(lane::work));
  BOOST_TEST(!x.a.link.full(lane::results));
  x.settle();
  BOOST_TEST(!x.a.link.full(lane::work));
  BOOST_TEST(x.b.came.size() == 50U);
}

BOOST_AUTO_TEST_CASE(what_makes_no_sense_ends_the_link) {
  BOOST_TEST(
      contains(why_not(frame_of(wire::ack{1})), "ACK of frame 1, where 0 to 0 are possible"));
  BOOST_TEST(contains(why_not(frame_of(wire::pull{1}, 2)), "has number 2, where 1 is due"));
  BOOST_TEST(contains(why_not(frame_of(wire::pull{1}, 0)), "has number 0, where 1 is due"));
  BOOST_TEST(contains(why_not(frame_of(wire::pull{1})), "PULL without its number"));
  wire::bytes cut_short;
  wire::append_frame(cut_short, frame_type::ack, {});
  BOOST_TEST(contains(why_not(cut_short), "ACK: 8 bytes are to follow"));
  wire::bytes hello;
  wire::append_frame(hello, frame_type::hello, {});
  BOOST_TEST(contains(why_not(hello), "HELLO has no place on a link"));
  const auto text = wire::as_bytes("GET / HTTP/1.1");
  BOOST_TEST(contains(why_not({text.begin(), text.end()}), "another protocol"));
  wire::bytes body;
  wire::append_number(body, std::uint64_t{1});
  wire::append_number(body, 0xffffffffU);
  wire::bytes bomb;
  wire::append_frame(bomb, frame_type::submit, body);
  BOOST_TEST(contains(why_not(bomb), "SUBMIT: 4294967295 elements are to follow"));
  bomb.clear();
  wire::append_frame(bomb, frame_type::piece, body);
  BOOST_TEST(contains(why_not(bomb), "a piece without its head"));
  auto twice = frame_of(wire::pull{1}, 1);
  const auto same = twice;
  twice.insert(twice.end(), same.begin(), same.end());
  BOOST_TEST(contains(why_not(twice), "has number 1, where 2 is due"));
}

BOOST_AUTO_TEST_CASE(what_has_ended_a_connection_does_not_end_the_next_one) {
  pair x;
  BOOST_TEST(x.a.link.put(task(1)).is_ok());
  BOOST_TEST(x.a.link.put(task(2)).is_ok());
  x.a.link.fill(x.a.sent, 1000);
  const auto twice = x.a.sent;
  x.b.link.receive(x.b.connection, twice, x.b.came);
  x.b.link.receive(x.b.connection, twice, x.b.came);
  BOOST_TEST(x.b.link.failed());
  BOOST_TEST(x.a.link.put(task(3)).is_ok());
  x.connect();
  BOOST_TEST(!x.b.link.failed());
  x.settle();
  BOOST_TEST(!x.b.link.failed());
  BOOST_TEST(x.b.came.size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_refusal_is_heard_on_a_link_too) {
  pair x;
  const wire::refusal no{4, "the certificate is for \"c\"", {}, {}};
  x.a.link.receive(x.a.connection, frame_of(no), x.a.came);
  BOOST_TEST_REQUIRE(x.a.came.size() == 1U);
  BOOST_TEST((x.a.came[0] == wire::link_frame{no}));
}

BOOST_AUTO_TEST_CASE(bytes_of_a_former_connection_are_dropped) {
  pair x;
  const auto former = x.b.connection;
  BOOST_TEST(x.a.link.put(task(1)).is_ok());
  x.a.link.fill(x.a.sent, 1000);
  const auto stale = x.a.sent;
  // Half of it has come when the connection is cut; the rest lies in some buffer.
  const auto half = wire::byte_view{stale}.first(stale.size() / 2);
  x.b.link.receive(former, half, x.b.came);
  x.connect();
  BOOST_TEST(x.b.connection != former);
  x.b.link.receive(former, wire::byte_view{stale}.subspan(half.size()), x.b.came);
  x.b.link.receive(former, stale, x.b.came);
  BOOST_TEST(x.b.came.empty());
  x.settle();
  BOOST_TEST(x.b.came.size() == 1U);
  BOOST_TEST(!x.b.link.failed());
  // None come while there is no connection either.
  const auto current = x.b.connection;
  x.b.link.cut();
  x.b.link.receive(current, frame_of(wire::heartbeat{}), x.b.came);
  BOOST_TEST(x.b.came.size() == 1U);
  BOOST_TEST(x.a.link.put(wire::pull{1}).is_ok());
  x.a.link.cut();
  BOOST_TEST(!x.a.link.wants_to_send());
  x.a.link.fill(x.a.sent, 1000);
  BOOST_TEST(x.a.sent.empty());
}

BOOST_AUTO_TEST_CASE(an_urgent_frame_passes_what_is_sent_again) {
  pair x;
  for (std::uint64_t i = 0; i < 40; ++i)
    BOOST_TEST(x.a.link.put(task(i, 15'000)).is_ok());
  x.a.link.fill(x.a.sent, 1'000'000);
  x.connect();
  BOOST_TEST(x.a.link.put(wire::cancel{1, {}, ""}).is_ok());
  pair::move(x.a, x.b, 1);
  BOOST_TEST_REQUIRE(x.b.came.size() == 1U);
  BOOST_TEST(std::holds_alternative<wire::cancel>(x.b.came[0]));
  x.settle();
  BOOST_TEST(x.b.came.size() == 41U);
}

BOOST_AUTO_TEST_CASE(a_peer_cannot_have_what_was_never_sent) {
  wire::link one{life_of(2)};
  one.connect(1);
  BOOST_TEST(contains(one.failure(), "claims to have received 1 frames of 0"));
  pair x;
  for (std::uint64_t i = 0; i < 8; ++i)
    BOOST_TEST(x.a.link.put(task(i)).is_ok());
  x.settle();
  x.a.link.cut();
  x.a.link.connect(7); // it had acknowledged 8
  BOOST_TEST(x.a.link.failed());
}

BOOST_AUTO_TEST_CASE(what_was_for_a_former_incarnation_is_told_as_lost) {
  pair x;
  BOOST_TEST(x.a.link.put(task(1, 40'000), 1).is_ok());
  BOOST_TEST(x.a.link.put(task(2), 2).is_ok());
  BOOST_TEST(x.a.link.put(wire::pull{1}).is_ok());
  x.a.link.fill(x.a.sent, 1);
  x.a.link.fill(x.a.sent, 1);
  BOOST_TEST(x.a.link.put(task(3), 3).is_ok());
  auto lost = x.a.link.unacknowledged();
  std::ranges::sort(lost);
  BOOST_TEST((lost == std::vector<std::uint64_t>{1, 2, 3}));
}

/// The values that one end has put: each must arrive once, and those of one lane that fit into one
/// frame in their order.
struct account {
  std::uint64_t put = 0;
  std::map<std::uint64_t, int> arrived;
  std::uint64_t last_small = 0;
  std::uint64_t told = 0;
};

std::size_t size_of(std::uint64_t id) {
  return id % 5 == 0 ? 17'000 + id % 7 * 9'000 : id % 300;
}

void put_some(end& from, account& of, std::mt19937_64& random) {
  for (auto count = random() % 4; count > 0; --count) {
    const auto id = of.put + 1;
    if (!from.link.put(task(id, size_of(id)), id))
      return;
    of.put = id;
  }
  if (random() % 8 == 0)
    BOOST_TEST_REQUIRE(from.link.put(wire::heartbeat{}).is_ok());
}

void check_arrivals(end& at, account& of) {
  for (const auto& frame : std::exchange(at.came, {}))
    if (const auto* submit = std::get_if<wire::submit>(&frame)) {
      const auto id = submit->tasks.at(0).id;
      BOOST_TEST_REQUIRE((*submit == task(id, size_of(id))));
      BOOST_TEST_REQUIRE(++of.arrived[id] == 1);
      if (id % 5 != 0) {
        BOOST_TEST_REQUIRE(id > of.last_small);
        of.last_small = id;
      }
    }
}

/// Some of what is on its way arrives; a cut loses the rest.
void move_some(end& from, end& to, std::mt19937_64& random) {
  from.link.fill(from.sent, 1 + random() % 40'000);
  const std::size_t size = random() % (from.sent.size() + 1);
  const auto border = from.sent.begin() + static_cast<std::ptrdiff_t>(size);
  to.link.receive(to.connection, wire::bytes(from.sent.begin(), border), to.came);
  from.sent.erase(from.sent.begin(), border);
}

BOOST_AUTO_TEST_CASE(through_any_cuts_each_value_arrives_once) {
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937_64 random{seed};
      pair x{{.frames = 1 + seed % 50, .bytes = 200'000}};
      account to_b;
      account to_a;
      for (int step = 0; step < 40; ++step) {
        put_some(x.a, to_b, random);
        put_some(x.b, to_a, random);
        move_some(x.a, x.b, random);
        move_some(x.b, x.a, random);
        check_arrivals(x.b, to_b);
        check_arrivals(x.a, to_a);
        to_b.told += x.a.link.take_arrived().size();
        to_a.told += x.b.link.take_arrived().size();
        if (random() % 6 == 0) {
          // A hello that the next cut makes worthless may come first: on one side, or on both.
          x.a.link.cut();
          x.b.link.cut();
          const auto of_a = x.a.link.received();
          const auto of_b = x.b.link.received();
          if (random() % 2 == 0)
            x.b.connection = x.b.link.connect(of_a);
          if (random() % 4 == 0)
            x.a.connection = x.a.link.connect(of_b);
          x.connect();
        }
        BOOST_TEST_REQUIRE(x.a.link.failure() == "");
        BOOST_TEST_REQUIRE(x.b.link.failure() == "");
      }
      for (int round = 0; round < 3; ++round) {
        x.settle();
        BOOST_TEST_REQUIRE(x.a.link.put(wire::heartbeat{}).is_ok());
        BOOST_TEST_REQUIRE(x.b.link.put(wire::heartbeat{}).is_ok());
      }
      check_arrivals(x.b, to_b);
      check_arrivals(x.a, to_a);
      to_b.told += x.a.link.take_arrived().size();
      to_a.told += x.b.link.take_arrived().size();
      for (const account* of : {&to_b, &to_a}) {
        BOOST_TEST_REQUIRE(of->arrived.size() == of->put);
        BOOST_TEST_REQUIRE(of->told == of->put);
      }
      BOOST_TEST_REQUIRE(x.a.link.unacknowledged().empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_cut_at_each_byte_loses_nothing) {
  wire::bytes all;
  {
    pair x;
    BOOST_TEST(x.a.link.put(task(1)).is_ok());
    BOOST_TEST(x.a.link.put(outcome(2)).is_ok());
    BOOST_TEST(x.a.link.put(wire::pull{3}).is_ok());
    x.a.link.fill(all, 1'000'000);
  }
  for (std::size_t size = 0; size <= all.size(); ++size) {
    pair x;
    BOOST_TEST(x.a.link.put(task(1)).is_ok());
    BOOST_TEST(x.a.link.put(outcome(2)).is_ok());
    BOOST_TEST(x.a.link.put(wire::pull{3}).is_ok());
    x.a.link.fill(x.a.sent, 1'000'000);
    x.b.link.receive(x.b.connection, wire::byte_view{x.a.sent}.first(size), x.b.came);
    x.connect();
    x.settle();
    BOOST_TEST_REQUIRE(x.b.came.size() == 3U);
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace link_test
