// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/incarnation.hpp>
#include <sweet/messages/member_state.hpp>
#include <sweet/messages/node_heartbeat.hpp>
#include <sweet/messages/node_hello.hpp>

#include <boost/test/unit_test.hpp>

#include <sstream>
#include <vector>

#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>

namespace node_messages_test {
namespace {

sweet::member member_of(std::string name) {
  return {.name = std::move(name),
          .incarnation = {0x0123456789abcdefu, 42, 3},
          .version = 7,
          .address = "host:1",
          .roles = {"gpu", "hub"},
          .slots = 4,
          .task_types = {{"render", 99}},
          .draining = true,
          .left = false};
}

template <class T>
T there_and_back(T x) {
  std::vector<char> bytes;
  caf::binary_serializer sink{nullptr, bytes};
  BOOST_TEST_REQUIRE(!sink(x));
  caf::binary_deserializer source{nullptr, bytes};
  T result;
  BOOST_TEST_REQUIRE(!source(result));
  BOOST_TEST(source.remaining() == 0u);
  return result;
}

} // namespace
} // namespace node_messages_test

BOOST_AUTO_TEST_SUITE(node_messages_test)

BOOST_AUTO_TEST_CASE(a_hello_arrives_as_it_was) {
  const sweet::node_hello h{.who = member_of("a"), .session = {.mine = 1, .yours = 2}};
  BOOST_TEST((there_and_back(h) == h));
}

BOOST_AUTO_TEST_CASE(a_heartbeat_arrives_as_it_was) {
  const sweet::node_heartbeat h{
      .session = {.mine = 1, .yours = 2},
      .after = 3,
      .upto = 9,
      .acknowledged = 5,
      .members = {{.who = member_of("a"), .held_life = 2, .linked = true},
                  {.who = member_of("b"), .held_life = sweet::listed_member::all_lives}}};
  BOOST_TEST((there_and_back(h) == h));
}

BOOST_AUTO_TEST_CASE(an_incarnation_prints_its_bits_and_its_life) {
  std::ostringstream out;
  out << sweet::incarnation{0x0123456789abcdefu, 42, 3};
  BOOST_TEST(out.str() == "0123456789abcdef000000000000002a/3");
}

BOOST_AUTO_TEST_CASE(lives_of_one_start_have_that_in_common) {
  const sweet::incarnation first{1, 2, 1};
  const sweet::incarnation next{1, 2, 2};
  BOOST_TEST(same_start(first, next));
  BOOST_TEST((first.start() == next.start()));
  BOOST_TEST((first < next));
  BOOST_TEST(!same_start(first, sweet::incarnation{1, 3, 1}));
  BOOST_TEST(!sweet::incarnation{});
  BOOST_TEST(bool{first});
}

BOOST_AUTO_TEST_CASE(a_session_looks_the_other_way_round_from_there) {
  const sweet::node_session s{.mine = 1, .yours = 2};
  BOOST_TEST((s.seen_from_there() == sweet::node_session{.mine = 2, .yours = 1}));
  BOOST_TEST(bool{s});
  BOOST_TEST(!sweet::node_session{});
}

BOOST_AUTO_TEST_CASE(states_have_names_and_two_of_them_are_final) {
  using sweet::member_state;
  BOOST_TEST(to_string(member_state::joining) == "joining");
  BOOST_TEST(to_string(member_state::left) == "left");
  BOOST_TEST(sweet::is_alive(member_state::suspect));
  BOOST_TEST(!sweet::is_alive(member_state::down));
  BOOST_TEST(!sweet::is_alive(member_state::left));
}

BOOST_AUTO_TEST_SUITE_END()
