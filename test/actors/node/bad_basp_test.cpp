// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/actors/basp.hpp>
#include <sweet/sweet.hpp>

#include <boost/test/unit_test.hpp>

#include <caf/all.hpp>
#include <caf/binary_serializer.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <utility>

#include "actor_process.hpp"
#include "proved_stranger.hpp"

using namespace sweet;
using namespace std::chrono_literals;
namespace wire = sweet::detail::wire;
using sweet::detail::basp_header;

namespace bad_basp_test {
namespace {

const std::string secret = "a secret of the tests";

/// A node with an actor that others may talk to.
struct victim : actor_process {
  caf::actor echo = rt.system().spawn(
      []() -> caf::behavior { return {[](std::string& x) { return std::move(x); }}; });
  // Strangers send no heartbeats, which is not what they are looked at for.
  sweet::node a = node("a").without_tls().detector({.heartbeat = 1h}).start();
  const caf::node_id own = rt.system().node();
  const caf::node_id stranger =
      caf::make_node_id(4711, std::string(40, '7')).value_or(caf::node_id{});
  const caf::node_id third = caf::make_node_id(4712, std::string(40, '8')).value_or(caf::node_id{});

  victim() { a.publish("echo", echo).unwrap(); }
  ~victim() {
    caf::anon_send_exit(echo, caf::exit_reason::kill);
    a.stop();
  }

  template <class... Ts>
  std::string written(const Ts&... x) {
    std::vector<char> out;
    caf::binary_serializer sink{rt.system(), out};
    BOOST_TEST_REQUIRE(!sink(const_cast<Ts&>(x)...));
    return {out.begin(), out.end()};
  }
  std::string head(basp_header x) {
    const std::uint8_t zero = 0;
    return written(x.operation, zero, zero, x.flags, x.payload, x.data, x.source, x.target);
  }
  std::string whole(basp_header x, const std::string& payload) {
    x.payload = static_cast<std::uint32_t>(payload.size());
    return head(x) + payload;
  }
  /// A message, as CAF writes it: without stages, with these types, and what they hold.
  std::string message(const std::string& types, const std::string& values) {
    return std::string(1, '\0') + written(std::uint16_t{0}, types) + values;
  }
  std::string direct(const std::string& payload) {
    return whole({.operation = basp_header::direct, .source = 7, .target = echo.id()}, payload);
  }
  static wire::actors said(const std::string& x) {
    const auto view = wire::as_bytes(x);
    return {{view.begin(), view.end()}};
  }
  void look_up(proved_stranger& x) {
    x.say(wire::lookup{1, "echo", to_string(stranger)});
    const auto found = x.hear<wire::found>();
    BOOST_TEST(found.actor == echo.id());
    BOOST_TEST(found.node == to_string(own));
  }
  /// Whether a stranger that keeps to the rules gets an answer.
  void answers() {
    proved_stranger good{a.address(), secret, "good"};
    look_up(good);
    const auto asked = caf::make_message_id(5).integer_value();
    good.say(said(
        whole({.operation = basp_header::direct, .data = asked, .source = 7, .target = echo.id()},
              message("@<>+@str", written(std::string{"hello"})))));
    std::string got;
    while (got.find("hello") == std::string::npos) {
      const auto part = good.hear<wire::actors>().part;
      got.append(reinterpret_cast<const char*>(part.data()), part.size());
    }
  }
  void refuses(const std::function<void(proved_stranger&)>& how, const std::string& why) {
    BOOST_TEST_CONTEXT(why) {
      {
        proved_stranger bad{a.address(), secret, "bad"};
        how(bad);
        bad.wait_until_closed();
      }
      BOOST_TEST(logs("the link to bad is lost: its actors: " + why));
    }
  }
  void refuses_bytes(const std::string& bytes, const std::string& why) {
    refuses(
        [&](proved_stranger& x) {
          look_up(x);
          for (std::size_t at = 0; at < bytes.size(); at += 16'000)
            x.say(said(bytes.substr(at, 16'000)));
        },
        why);
  }
};

} // namespace
} // namespace bad_basp_test

using namespace bad_basp_test;

BOOST_FIXTURE_TEST_SUITE(bad_basp_test, victim)

BOOST_AUTO_TEST_CASE(who_keeps_to_the_rules_gets_an_answer) {
  answers();
}

BOOST_AUTO_TEST_CASE(headers_that_are_out_of_place_end_the_link) {
  refuses_bytes(head({.operation = basp_header::direct, .payload = 0xffffffff, .target = 1}),
                "a message between actors of 4294967295 bytes");
  for (const auto handshake : {std::uint8_t{0}, std::uint8_t{1}})
    refuses_bytes(whole({.operation = handshake, .data = 5}, written(stranger)),
                  "a message of BASP that is out of place");
  refuses_bytes(std::string(4096, '\x55'), "a message between actors of");
  refuses_bytes(whole({.operation = basp_header::direct,
                       .flags = 1,
                       .source = 7,
                       .target = static_cast<std::uint64_t>(caf::atom("ConfigServ"))},
                      message("@<>", "")),
                "a message to an actor by its name");
  answers();
}

BOOST_AUTO_TEST_CASE(what_names_third_nodes_ends_the_link) {
  const auto monitor = [&](const caf::node_id& from, const caf::node_id& to) {
    return whole({.operation = basp_header::monitor, .target = echo.id()},
                 written(from) + written(to));
  };
  refuses_bytes(monitor(third, own), "a message of BASP that is from or for a third node");
  refuses_bytes(monitor(stranger, third), "a message of BASP that is from or for a third node");
  refuses_bytes(whole({.operation = basp_header::down, .source = 9},
                      written(third) + written(own) + written(caf::error{})),
                "a message of BASP that is from or for a third node");
  for (const auto& [from, to] : {std::pair{third, own}, std::pair{stranger, third}})
    refuses_bytes(whole({.operation = basp_header::routed, .source = 7, .target = echo.id()},
                        written(from) + written(to) + message("@<>", "")),
                  "a message of BASP that is from or for a third node");
  refuses_bytes(whole({.operation = basp_header::routed, .source = echo.id(), .target = echo.id()},
                      written(own) + written(own) + message("@<>", "")),
                "a message in the name of an actor of another node");
  // CAF would call a function of a class that the actor is not of.
  refuses_bytes(direct(message("@<>+@atom+@strong_actor_ptr",
                               written(static_cast<std::uint64_t>(caf::atom("link"))) +
                                   written(static_cast<std::uint64_t>(echo.id())) + written(own))),
                "a link with an actor that is not of the other node");
  answers();
}

BOOST_AUTO_TEST_CASE(payloads_that_cost_more_than_their_size_end_the_link) {
  std::string nested(1, '\0');
  for (int i = 0; i < 400'000; ++i)
    nested += written(std::uint16_t{0}, std::string{"@<>+@message"});
  refuses_bytes(direct(nested + written(std::uint16_t{0}, std::string{"@<>"})),
                "messages lie in each other");
  const std::string four_gib = "\xff\xff\xff\xff\x0f";
  refuses_bytes(direct(message("@<>+@charbuf", four_gib)), "a std::vector<char> has no place");
  refuses_bytes(direct(four_gib), "a message between actors that does not read");
  refuses_bytes(direct(std::string(1, '\0') + written(std::uint16_t{0}) + four_gib),
                "a message between actors that does not read");
  answers();
}

BOOST_AUTO_TEST_CASE(frames_of_actors_that_make_no_sense_end_the_link) {
  refuses([&](auto& x) { x.say(said("x")); }, "ACTORS before any LOOKUP or FOUND");
  refuses([&](auto& x) { x.say(wire::lookup{1, std::string(300, 'x'), to_string(stranger)}); },
          "LOOKUP of a name of 300 bytes");
  for (const auto& other : {to_string(own), std::string{"nonsense"}})
    refuses([&](auto& x) { x.say(wire::lookup{1, "echo", other}); },
            other == "nonsense" ? "a name of CAF for its node that makes no sense"
                                : "it has the name in CAF of this node");
  {
    proved_stranger good{a.address(), secret, "good"};
    look_up(good);
    refuses([&](auto& x) { x.say(wire::lookup{1, "echo", to_string(stranger)}); },
            "another node has the name in CAF that it has");
  }
}

BOOST_AUTO_TEST_CASE(a_node_that_takes_nothing_costs_bounded_memory) {
  auto waits = a.actor<caf::actor>("far", 100s);
  proved_stranger slow{a.address(), secret, "slow"};
  const auto answer = [&] {
    const auto asked = slow.hear<wire::lookup>();
    BOOST_TEST(asked.name == "far");
    BOOST_TEST(asked.node == to_string(own));
    slow.say(wire::found{asked.id, 99, to_string(stranger), {}});
  };
  answer();
  const auto far = waits.await().unwrap();
  caf::scoped_actor self{rt.system()};
  self->monitor(far);
  bool is_down = false;
  for (int i = 0; i < 200; ++i)
    self->send(far, std::string(1 << 20, 'x'));
  self->receive(
      [&](const caf::down_msg& x) {
        is_down = x.reason == caf::exit_reason::remote_link_unreachable;
      },
      caf::after(100s) >> [] {});
  BOOST_TEST(is_down);
  BOOST_TEST(logs("the actors of slow are out of reach: more than 64 MiB wait"));

  // It goes on, and so may its actors, once both have ended what was before.
  BOOST_TEST(slow.hear<wire::actors_end>().reason ==
             "more than 64 MiB wait for the other node to take them");
  auto again = a.actor<caf::actor>("far", 100s);
  answer(); // too early: it is asked once more
  slow.say(wire::actors_end{"as the other node has"});
  answer();
  const auto next = again.await().unwrap();
  self->send(next, std::string{"goes on"});
  std::string got;
  while (got.find("goes on") == std::string::npos) {
    const auto part = slow.hear<wire::actors>().part;
    got.append(reinterpret_cast<const char*>(part.data()), part.size());
  }
}

BOOST_AUTO_TEST_SUITE_END()
