// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/wire/handshake.hpp>

#include <boost/test/unit_test.hpp>

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <sweet/node/wire/codec.hpp>

using namespace std::chrono_literals;
namespace wire = sweet::detail::wire;
using side = wire::handshake::side;
using wire::frame_type;
using wire::refusal_reason;

namespace handshake_test {

const wire::handshake::time start{1h};

sweet::incarnation life_of(unsigned char x) {
  return {x, x, 1};
}

/// What a node says of itself, and how much has come over a link to the other.
wire::hello offer(std::string name, sweet::incarnation life, std::uint64_t received = 0) {
  sweet::member who;
  who.name = std::move(name);
  who.incarnation = life;
  return {{std::move(who), {}}, received};
}

/// Settings of a node, with nonces that are new for each handshake and alike in each run.
wire::handshake_settings node(std::string name, unsigned char life) {
  wire::handshake_settings x;
  x.versions = {1, 1, "sweet 0.5.0"};
  x.cluster = "blue";
  x.name = std::move(name);
  x.life = life_of(life);
  x.secret = "a secret of the cluster";
  x.say = [name = x.name, life = x.life](const wire::introduction&, const wire::hello*) {
    return offer(name, life);
  };
  x.random = [random = std::mt19937{life}](std::span<std::byte> to) mutable {
    for (std::byte& b : to)
      b = static_cast<std::byte>(random());
  };
  return x;
}

/// Two sides, and all that each of them has said.
struct talk {
  talk(const wire::handshake_settings& c, const wire::handshake_settings& s,
       wire::tls_channel of_client = {}, wire::tls_channel of_server = {})
      : client(side::client, c, start, std::move(of_client)),
        server(side::server, s, start, std::move(of_server)) {}

  void run() {
    for (bool more = true; more;) {
      more = step(client, server, from_client);
      more = step(server, client, from_server) || more;
    }
  }

  static bool step(wire::handshake& from, wire::handshake& to, std::vector<wire::bytes>& said) {
    const auto out = from.take_output();
    if (out.empty())
      return false;
    said.push_back(out);
    wire::byte_view in = out;
    to.receive(in);
    return true;
  }

  wire::handshake client;
  wire::handshake server;
  std::vector<wire::bytes> from_client;
  std::vector<wire::bytes> from_server;
};

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// Both sides hear the reason, and both versions.
void both_refuse(const wire::handshake_settings& c, const wire::handshake_settings& s,
                 refusal_reason reason, std::string_view text) {
  talk x{c, s};
  x.run();
  for (const auto* one : {&x.client, &x.server}) {
    BOOST_TEST(one->failed());
    BOOST_TEST_REQUIRE(one->refused().has_value());
    BOOST_TEST((one->refused()->reason == static_cast<std::uint8_t>(reason)));
    BOOST_TEST(contains(one->failure(), text));
    BOOST_TEST(contains(one->failure(), c.versions.library));
    BOOST_TEST(contains(one->failure(), s.versions.library));
  }
}

/// What a server says to these bytes before the client has proved anything: nothing.
std::string silent_about(wire::byte_view in) {
  const auto settings = node("server", 2);
  wire::handshake server{side::server, settings, start};
  server.receive(in);
  BOOST_TEST(server.take_output().empty());
  BOOST_TEST(!server.refused());
  BOOST_TEST(!server.done());
  if (!server.failed()) {
    server.tick(start + 4999ms);
    BOOST_TEST(!server.failed());
    server.tick(start + 5s);
    BOOST_TEST(server.failed());
    BOOST_TEST(server.take_output().empty());
  }
  return server.failure();
}

template <class Frame>
wire::bytes as_frame(const Frame& x) {
  wire::bytes out;
  wire::append_frame(out, Frame::type, wire::encode(x).value());
  return out;
}

template <class Frame>
Frame from_frame(const wire::bytes& in) {
  wire::frame_reader reader;
  wire::byte_view rest = in;
  const auto frame = reader.next(rest);
  Frame x;
  BOOST_TEST_REQUIRE((frame && frame->type == Frame::type));
  BOOST_TEST_REQUIRE(wire::decode(frame->body, x).is_ok());
  return x;
}

BOOST_AUTO_TEST_SUITE(handshake_test)

BOOST_AUTO_TEST_CASE(hmac_is_that_of_rfc_4231) {
  const auto shown = [](const wire::mac& x) {
    std::string text;
    for (const std::byte b : x) {
      text += "0123456789abcdef"[std::to_integer<unsigned>(b >> 4)];
      text += "0123456789abcdef"[std::to_integer<unsigned>(b & std::byte{15})];
    }
    return text;
  };
  BOOST_TEST(shown(wire::hmac_sha256("Jefe", wire::as_bytes("what do ya want for nothing?"))) ==
             "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  BOOST_TEST(shown(wire::hmac_sha256("", {})) ==
             "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
  wire::nonce a{};
  wire::nonce b{};
  wire::secure_random(a);
  wire::secure_random(b);
  BOOST_TEST((a != b));
}

BOOST_AUTO_TEST_CASE(two_nodes_accept_each_other) {
  auto a = node("a", 1);
  a.say = [&](const wire::introduction& to, const wire::hello*) {
    auto x = offer("a", a.life, to.name == "b" ? 7 : 0);
    x.node.who.roles = {"worker"};
    x.node.who.slots = 8;
    x.node.who.task_types = {{"resize", 77}};
    x.node.session = {3, 4};
    return x;
  };
  const auto b = node("b", 2);
  talk x{a, b};
  BOOST_TEST(x.server.take_output().empty()); // it waits for the client
  x.run();
  BOOST_TEST_REQUIRE(x.client.done());
  BOOST_TEST_REQUIRE(x.server.done());
  BOOST_TEST(x.server.peer().name == "a");
  BOOST_TEST((x.server.peer().life == a.life));
  const auto& said = x.server.said();
  BOOST_TEST((said.node.who.roles == std::vector<std::string>{"worker"}));
  BOOST_TEST(said.node.who.slots == 8U);
  BOOST_TEST((said.node.who.task_types == std::vector<sweet::task_type>{{"resize", 77}}));
  BOOST_TEST((said.node.session == sweet::node_session{3, 4}));
  BOOST_TEST(said.received == 7U);
  BOOST_TEST(x.client.peer().name == "b");
  BOOST_TEST(x.client.version() == 1);
  BOOST_TEST(x.client.said().received == 0U);
  x.client.tick(start + 1h);
  BOOST_TEST(x.client.done());
}

BOOST_AUTO_TEST_CASE(in_single_bytes_and_with_the_first_frames_behind) {
  const auto a = node("a", 1);
  const auto b = node("b", 2);
  talk x{a, b};
  const auto bytewise = [](wire::handshake& from, wire::handshake& to) {
    for (const std::byte one : from.take_output()) {
      wire::byte_view in{&one, 1};
      to.receive(in);
      BOOST_TEST(in.empty());
    }
  };
  bytewise(x.client, x.server);
  bytewise(x.server, x.client);
  bytewise(x.client, x.server);
  auto last = x.server.take_output();
  wire::append_frame(last, frame_type::heartbeat, {});
  wire::byte_view in = last;
  x.client.receive(in);
  BOOST_TEST(x.client.done());
  BOOST_TEST(in.size() == wire::frame_header);
}

BOOST_AUTO_TEST_CASE(strangers_hear_nothing) {
  const auto a = node("a", 1);
  auto liar = a;
  liar.secret = "another secret of some length";
  auto no_secret = a;
  no_secret.secret.clear();
  const auto opened = [](const wire::handshake_settings& by) {
    wire::handshake client{side::client, by, start};
    return client.take_output();
  };
  const auto open = opened(a);
  struct row {
    std::string_view name;
    wire::bytes said;
    std::string_view why;
  };
  const auto text = [](std::string_view x) {
    const auto view = wire::as_bytes(x);
    return wire::bytes(view.begin(), view.end());
  };
  auto flipped = open;
  flipped[20] ^= std::byte{1};
  auto longer = open;
  longer.resize(5000);
  longer[0] = std::byte{0};
  longer[1] = std::byte{0x13};
  wire::bytes claim;
  wire::append_number(claim, 0xffffffffU);
  std::mt19937 random{5};
  wire::bytes noise(4000);
  for (std::byte& b : noise)
    b = static_cast<std::byte>(random());
  const row rows[] = {
      {"nothing", {}, "silent"},
      {"wrong secret", opened(liar), "does not know the secret"},
      {"no secret", opened(no_secret), "does not know the secret"},
      {"one bit", flipped, "does not know the secret"},
      {"truncated", wire::bytes(open.begin(), open.end() - 1), "silent"},
      {"oversize", longer, "another protocol"},
      {"4 GiB", claim, "another protocol"},
      {"HTTP", text("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), "another protocol"},
      {"TLS", text("\x16\x03\x01\x02\x00\x01\x00\x01"), "another protocol"},
      {"noise", noise, "another protocol"},
      {"hello first", as_frame(wire::hello{}), "HELLO has come where OPEN was due"},
      {"proof first", as_frame(wire::proof{}), "PROOF has come where OPEN was due"},
      {"refused", as_frame(wire::refusal{}), "REFUSED has come where OPEN was due"},
      {"work", as_frame(wire::open{}), "does not know the secret"},
  };
  for (const row& x : rows)
    BOOST_TEST(contains(silent_about(x.said), x.why), x.name << ": " << silent_about(x.said));
}

BOOST_AUTO_TEST_CASE(each_prefix_of_an_open_is_met_with_silence) {
  const auto a = node("a", 1);
  wire::handshake client{side::client, a, start};
  const auto said = client.take_output();
  for (std::size_t size = 0; size < said.size(); ++size)
    BOOST_TEST(contains(silent_about(wire::byte_view{said}.first(size)), "silent"));
}

BOOST_AUTO_TEST_CASE(what_was_recorded_proves_nothing) {
  const auto a = node("a", 1);
  const auto b = node("b", 2);
  talk recorded{a, b};
  recorded.run();
  BOOST_TEST_REQUIRE(recorded.server.done());
  // A client that repeats all that another one has said.
  wire::handshake server{side::server, b, start};
  for (const auto& said : recorded.from_client) {
    wire::byte_view in = said;
    server.receive(in);
  }
  BOOST_TEST(server.failed());
  BOOST_TEST(!server.refused());
  BOOST_TEST(contains(server.failure(), "repeats what somebody else has said"));
  // A server that repeats all that another one has said.
  wire::handshake client{side::client, a, start};
  client.take_output();
  for (const auto& said : recorded.from_server) {
    wire::byte_view in = said;
    client.receive(in);
  }
  BOOST_TEST(client.failed());
  BOOST_TEST(client.take_output().empty());
  BOOST_TEST(contains(client.failure(), "has answered somebody else"));
}

BOOST_AUTO_TEST_CASE(what_is_sent_back_proves_nothing) {
  const auto a = node("a", 1);
  wire::handshake client{side::client, a, start};
  const auto said = client.take_output();
  wire::byte_view in = said;
  client.receive(in);
  BOOST_TEST(contains(client.failure(), "OPEN has come where CHALLENGE was due"));
  // The same words as a challenge.
  wire::handshake other{side::client, a, start};
  const auto opened = from_frame<wire::open>(other.take_output());
  const auto back = as_frame(wire::challenge{opened.from, opened.proof});
  in = back;
  other.receive(in);
  BOOST_TEST(contains(other.failure(), "does not know the secret"));
  // The proof of the server as that of the client.
  const auto b = node("b", 2);
  talk x{a, b};
  talk::step(x.client, x.server, x.from_client);
  const auto challenge = from_frame<wire::challenge>(x.server.take_output());
  const auto reflected = as_frame(wire::proof{challenge.proof});
  in = reflected;
  x.server.receive(in);
  BOOST_TEST(x.server.failed());
  BOOST_TEST(x.server.take_output().empty());
}

BOOST_AUTO_TEST_CASE(nodes_with_broken_random_numbers_do_not_talk) {
  auto a = node("a", 1);
  auto b = node("b", 2);
  a.random = b.random = [](std::span<std::byte> to) { std::ranges::fill(to, std::byte{4}); };
  talk x{a, b};
  x.run();
  BOOST_TEST(contains(x.server.failure(), "nonce of this node"));
  BOOST_TEST(x.from_server.empty());
}

BOOST_AUTO_TEST_CASE(a_proof_covers_all_that_was_said_before) {
  const auto a = node("a", 1);
  const auto b = node("b", 2);
  const auto after = [&](auto change) {
    talk x{a, b};
    talk::step(x.client, x.server, x.from_client);
    auto said = from_frame<wire::challenge>(x.server.take_output());
    change(said);
    const auto sent = as_frame(said);
    wire::byte_view in = sent;
    x.client.receive(in);
    BOOST_TEST(x.client.take_output().empty());
    return x.client.failed();
  };
  BOOST_TEST(!!after([](auto& x) { x.from.name = "c"; }));
  BOOST_TEST(!!after([](auto& x) { x.from.cluster = "red"; }));
  BOOST_TEST(!!after([](auto& x) { x.from.life = life_of(9); }));
  BOOST_TEST(!!after([](auto& x) { x.from.once[31] ^= std::byte{1}; }));
  BOOST_TEST(!!after([](auto& x) { x.from.versions.highest = 9; }));
  BOOST_TEST(!!after([](auto& x) { x.proof[31] ^= std::byte{1}; }));
}

BOOST_AUTO_TEST_CASE(refusals_tell_both_sides_why) {
  const auto a = node("a", 1);
  const auto b = node("b", 2);
  auto newer = node("b", 2);
  newer.versions = {3, 4, "sweet 0.9.0"};
  both_refuse(a, newer, refusal_reason::version, "speaks protocol");
  both_refuse(newer, a, refusal_reason::version, "protocol 3 to 4");
  auto red = b;
  red.cluster = "red";
  both_refuse(a, red, refusal_reason::cluster, "belongs to cluster");
  auto namesake = b;
  namesake.name = "a";
  both_refuse(a, namesake, refusal_reason::name_taken, "both nodes are called a");
  both_refuse(a, a, refusal_reason::itself, "has connected to itself");
  auto full = b;
  full.admit = [](const wire::introduction& peer) {
    return std::pair{refusal_reason::name_taken, "a node called " + peer.name + " is up"};
  };
  both_refuse(a, full, refusal_reason::name_taken, "a node called a is up");
  both_refuse(full, a, refusal_reason::name_taken, "a node called a is up");
}

BOOST_AUTO_TEST_CASE(who_is_refused_hears_which_of_its_lives_is_held_down) {
  const auto a = node("a", 1);
  auto b = node("b", 2);
  b.say = [](const wire::introduction&, const wire::hello*) {
    return wire::refusal{static_cast<std::uint8_t>(refusal_reason::other), "given up", {}, {}, 7};
  };
  talk x{a, b};
  x.run();
  BOOST_TEST(x.client.failed());
  BOOST_TEST(x.client.held_life() == 7u);
  BOOST_TEST(x.server.held_life() == 0u);
}

BOOST_AUTO_TEST_CASE(neighbouring_versions_talk) {
  auto a = node("a", 1);
  a.versions = {2, 5, "sweet 0.7.0"};
  auto b = node("b", 2);
  b.versions = {4, 9, "sweet 0.9.0"};
  talk x{a, b};
  x.run();
  BOOST_TEST_REQUIRE(x.client.done());
  BOOST_TEST(x.client.version() == 5);
  BOOST_TEST(x.server.version() == 5);
}

BOOST_AUTO_TEST_CASE(a_certificate_is_for_the_name_of_its_node) {
  auto a = node("a", 1);
  auto b = node("b", 2);
  a.secret.clear(); // the certificates prove who is who
  b.secret.clear();
  const auto verified = [](std::vector<std::string> names) {
    return wire::tls_channel{std::move(names), {}};
  };
  talk good{a, b, verified({"x", "b"}), verified({"a"})};
  good.run();
  BOOST_TEST(good.client.done());
  talk bad{a, b, verified({"c"}), verified({"a"})};
  bad.run();
  BOOST_TEST(
      contains(bad.client.failure(), "the certificate is for \"c\", the node says it is \"b\""));
  BOOST_TEST(contains(bad.server.failure(), "certificate"));
  talk other{a, b, verified({"b"}), verified({"x", "y"})};
  other.run();
  BOOST_TEST(contains(other.client.failure(),
                      "the certificate is for \"x\", \"y\", the node says it is \"a\""));
  BOOST_TEST(other.server.failed());
  talk nobody{a, b, verified({"b"}), verified({})};
  nobody.run();
  BOOST_TEST(contains(nobody.client.failure(), "the certificate is for nobody"));
}

BOOST_AUTO_TEST_CASE(a_proof_is_worth_nothing_on_another_channel) {
  const auto a = node("a", 1);
  const auto b = node("b", 2);
  const auto bound = [](unsigned char to) {
    return wire::tls_channel{std::nullopt, wire::bytes(32, std::byte{to})};
  };
  talk good{a, b, bound(1), bound(1)};
  good.run();
  BOOST_TEST(good.client.done());
  BOOST_TEST(good.server.done());
  for (const auto& [of_client, of_server] :
       {std::pair{bound(1), bound(2)}, std::pair{bound(1), wire::tls_channel{}},
        std::pair{wire::tls_channel{}, bound(1)}}) {
    talk bad{a, b, of_client, of_server};
    bad.run();
    BOOST_TEST(bad.server.failed());
    BOOST_TEST(bad.from_server.empty());
  }
}

BOOST_AUTO_TEST_CASE(who_has_proved_itself_is_told_what_is_malformed) {
  const auto a = node("a", 1);
  const auto b = node("b", 2);
  talk x{a, b};
  talk::step(x.client, x.server, x.from_client);
  talk::step(x.server, x.client, x.from_server);
  const auto proof = as_frame(from_frame<wire::proof>(x.client.take_output()));
  wire::byte_view in = proof;
  x.server.receive(in);
  wire::bytes nonsense;
  wire::append_frame(nonsense, frame_type::hello, wire::as_bytes("nonsense"));
  in = nonsense;
  x.server.receive(in);
  talk::step(x.server, x.client, x.from_server);
  BOOST_TEST(contains(x.client.failure(), "malformed: HELLO:"));
}

BOOST_AUTO_TEST_CASE(malformed_names_are_refused) {
  auto a = node("a", 1);
  const auto b = node("b", 2);
  a.name = "a\nb";
  talk x{a, b};
  x.run();
  BOOST_TEST(contains(x.server.failure(), "malformed"));
  BOOST_TEST(contains(x.client.failure(), "malformed"));
}

BOOST_AUTO_TEST_CASE(a_hello_is_that_of_who_has_introduced_itself) {
  const auto refused = [](const wire::hello& said) {
    auto a = node("a", 1);
    const auto b = node("b", 2);
    a.say = [said](const wire::introduction&, const wire::hello*) { return said; };
    talk x{a, b};
    x.run();
    return contains(x.client.failure(), "names another node") &&
           contains(x.server.failure(), "names another node");
  };
  BOOST_TEST(refused(offer("c", life_of(1))));
  BOOST_TEST(refused(offer("a", life_of(3))));
  BOOST_TEST(!refused(offer("a", {1, 1, 9}))); // a later life of the same start
}

BOOST_AUTO_TEST_CASE(settings_are_held_against_what_peers_accept) {
  const auto why = [](auto change) {
    auto x = node("a", 1);
    change(x);
    const auto checked = wire::check_settings(x);
    return checked ? std::string{} : checked.error().message();
  };
  BOOST_TEST(why([](auto&) {}).empty());
  BOOST_TEST(contains(why([](auto& x) { x.name.clear(); }), "cannot be called \"\""));
  BOOST_TEST(contains(why([](auto& x) { x.name = "a b"; }), "cannot be called"));
  BOOST_TEST(contains(why([](auto& x) { x.name = std::string(256, 'a'); }), "cannot be called"));
  BOOST_TEST(contains(why([](auto& x) { x.cluster = "\xc3\xa4"; }), "a cluster cannot be called"));
  BOOST_TEST(contains(why([](auto& x) { x.secret = "short"; }), "has 5 bytes, and needs 16"));
  BOOST_TEST(why([](auto& x) { x.secret.clear(); }).empty());
  BOOST_TEST(contains(why([](auto& x) { x.versions.lowest = 9; }), "in disorder"));
  BOOST_TEST(contains(why([](auto& x) { x.life = {}; }), "no incarnation"));
  auto large = offer("a", life_of(1)).node;
  BOOST_TEST(wire::check_hello(large).is_ok());
  large.who.task_types.resize(400);
  BOOST_TEST(contains(wire::check_hello(large).error().message(), "bytes in its hello"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace handshake_test
