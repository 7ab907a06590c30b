// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/membership/member_table.hpp>

#include "toy_cluster.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using sweet::member_state;
using sweet::member_table;

namespace member_table_test {
namespace {

using strings = std::vector<std::string>;

/// Nodes that have found each other; all but the first have it as their seed.
toy::cluster joined(const strings& names, sweet::membership_options options = {},
                    const strings& hubs = {}) {
  toy::cluster c{1};
  for (const auto& name : names) {
    const bool hub = std::ranges::find(hubs, name) != hubs.end();
    const bool first = name == names.front();
    c.add(name, first ? strings{} : strings{names.front() + ":1"}, hub ? strings{"hub"} : strings{},
          options);
  }
  for (std::size_t n = 0; n < names.size(); ++n)
    c.start(n);
  c.run(8s);
  BOOST_TEST_REQUIRE(c.disagreement(hubs.empty()) == "");
  return c;
}

sweet::member member_of(std::string name, std::uint64_t start, std::uint64_t version = 1) {
  return {.name = name,
          .incarnation = {1, start, 1},
          .version = version,
          .address = name + ":1",
          .roles = {},
          .slots = 1,
          .task_types = {}};
}

constexpr member_table::time_point begin{1h};
constexpr sweet::link_number link = 5;

/// One node that has a session with another one, "b", over a link that it has accepted.
struct pair {
  pair() {
    table.hello(link, {.who = other, .session = {}}, "", begin);
    table.heartbeat(link, beat(), begin);
  }

  sweet::node_heartbeat beat(std::vector<sweet::listed_member> list = {}) {
    ++upto;
    return {.session = {.mine = 1, .yours = 1},
            .after = upto - 1,
            .upto = upto,
            .acknowledged = 0,
            .members = std::move(list)};
  }
  member_state state(const std::string& name) const { return table.find(name)->state; }

  sweet::member other = member_of("b", 2);
  member_table table{member_of("a", 1), {}, begin};
  std::uint64_t upto = 0;
};

std::string text(const std::vector<sweet::member_change>& changes) {
  std::string all;
  for (const auto& c : changes)
    all += (all.empty() ? "" : ", ") + c.name + "/" + std::to_string(c.incarnation.life) + " " +
           to_string(c.was) + " " + to_string(c.is);
  return all;
}

} // namespace
} // namespace member_table_test

BOOST_AUTO_TEST_SUITE(member_table_test)

// -- Joining

BOOST_AUTO_TEST_CASE(a_node_without_seeds_is_up_at_once) {
  const member_table alone{member_of("a", 1), {}, begin};
  BOOST_TEST((alone.state() == member_state::up));
  BOOST_TEST(alone.waits_for() == "");
  BOOST_TEST(alone.nodes().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_node_whose_seeds_do_not_answer_says_so_and_waits) {
  toy::cluster c{1};
  c.add("b", {"a:1", "x:1"});
  c.start(0);
  c.run(25s);
  BOOST_TEST((c.table(0).state() == member_state::joining));
  BOOST_TEST((c.nodes[0].notes == strings{"no seed answers (a:1, x:1): b waits",
                                          "no seed answers (a:1, x:1): b waits"}));
  // The seed comes after an hour, and is found in seconds.
  c.run(1h);
  c.add("a", {});
  c.start(1);
  c.run(7s);
  BOOST_TEST(c.disagreement(true) == "");
  BOOST_TEST(c.told_of(0, 0) == "up");
}

BOOST_AUTO_TEST_CASE(a_node_that_is_its_only_seed_is_up_and_says_why) {
  member_table table{member_of("a", 1), {.seeds = {"a:1"}}, begin};
  BOOST_TEST((table.tick(begin).connect == strings{"a:1"}));
  const auto news = table.hello(link, table.hello_for(), "a:1", begin);
  BOOST_TEST(text(news.changes) == "a/1 joining up");
  BOOST_TEST(news.changes[0].why == "its only seed is itself");
  BOOST_TEST(news.close.size() == 1u);
  BOOST_TEST(table.tick(begin + 1h).connect.empty());
}

BOOST_AUTO_TEST_CASE(but_one_that_is_one_of_several_seeds_waits_for_the_others) {
  member_table table{member_of("a", 1), {.seeds = {"a:1", "b:1"}}, begin};
  table.hello(link, table.hello_for(), "a:1", begin);
  BOOST_TEST((table.state() == member_state::joining));
}

BOOST_AUTO_TEST_CASE(all_find_all_from_one_seed) {
  auto c = joined({"a", "b", "c", "d", "e"});
  for (std::size_t n = 0; n < 5; ++n)
    for (std::size_t m = 0; m < 5; ++m)
      if (n != m)
        BOOST_TEST(c.told_of(n, m) == "up");
}

BOOST_AUTO_TEST_CASE(nodes_that_are_each_others_seeds_find_each_other) {
  toy::cluster c{1};
  for (const std::string name : {"a", "b", "c"})
    c.start(c.add(name, {"a:1", "b:1", "c:1"}));
  c.run(8s);
  BOOST_TEST(c.disagreement(true) == "");
}

// -- Losing

BOOST_AUTO_TEST_CASE(a_lost_link_makes_suspect_and_the_same_incarnation_may_resume) {
  pair p;
  auto news = p.table.link_lost(link, begin + 1s);
  BOOST_TEST(text(news.changes) == "b/1 up suspect");
  BOOST_TEST(news.changes[0].why == "its link is lost");
  p.table.hello(6, {.who = p.other, .session = {.mine = 1, .yours = 1}}, "", begin + 3s);
  news = p.table.heartbeat(6, p.beat(), begin + 3s);
  BOOST_TEST(text(news.changes) == "b/1 suspect up");
  BOOST_TEST_REQUIRE(news.ready.size() == 1u);
  BOOST_TEST(news.ready[0].resumed);
}

BOOST_AUTO_TEST_CASE(who_does_not_come_back_in_the_detectors_time_is_down) {
  pair p;
  p.table.link_lost(link, begin + 1s);
  const auto down = begin + 1s + 1404ms + 3s; // the first heartbeats are given more time
  std::string told;
  std::size_t attempts = 0;
  for (auto t = begin + 1s; t < begin + 10s; t = p.table.next_tick().value()) {
    const auto news = p.table.tick(t);
    if (!news.changes.empty()) {
      BOOST_TEST((t - down < 50ms && t - down > -50ms - 1s));
      BOOST_TEST(told == "");
      told = text(news.changes);
    }
    attempts += news.connect.size();
  }
  BOOST_TEST(told == "b/1 suspect down");
  BOOST_TEST(attempts >= 3u);
}

BOOST_AUTO_TEST_CASE(silence_on_an_open_link_is_as_bad_as_a_lost_one) {
  auto c = joined({"a", "b"});
  c.pause(1);
  c.run(3s);
  BOOST_TEST((c.state(0, 1) == member_state::suspect));
  c.run(4s);
  BOOST_TEST((c.state(0, 1) == member_state::down));
}

BOOST_AUTO_TEST_CASE(a_pause_that_is_accepted_passes) {
  auto c = joined({"a", "b"});
  c.pause(1);
  c.run(3500ms);
  c.resume(1);
  c.run(1s);
  BOOST_TEST(c.told_of(0, 1) == "up suspect up");
  BOOST_TEST(c.told_of(1, 0) == "up");
  BOOST_TEST(c.disagreement(true) == "");
}

BOOST_AUTO_TEST_CASE(a_node_that_was_paused_itself_takes_nobody_for_lost) {
  auto c = joined({"a", "b", "c", "d"});
  c.run(1min);
  c.pause(1);
  c.run(4s); // long enough for the others to be down, had they been silent
  c.resume(1);
  c.run(5s);
  for (const std::size_t other : {0u, 2u, 3u})
    BOOST_TEST(c.told_of(1, other) == "up");
}

BOOST_AUTO_TEST_CASE(any_byte_is_a_sign_of_life) {
  pair p;
  for (auto t = begin; t < begin + 1min; t += 500ms) {
    p.table.heard(link, t);
    BOOST_TEST(p.table.tick(t).changes.empty());
  }
  p.table.tick(begin + 1min + 2s); // late for itself: no silence of others
  BOOST_TEST((p.state("b") == member_state::up));
}

BOOST_AUTO_TEST_CASE(a_down_incarnation_never_comes_back) {
  pair p;
  p.table.link_lost(link, begin);
  for (auto t = begin; t < begin + 6s; t = p.table.next_tick().value())
    p.table.tick(t);
  BOOST_TEST((p.state("b") == member_state::down));
  // Not by a hello of its own, ...
  auto news = p.table.hello(6, {.who = p.other, .session = {}}, "", begin + 6s);
  BOOST_TEST_REQUIRE(news.close.size() == 1u);
  BOOST_TEST(news.close[0].held_life == 1u);
  BOOST_TEST(news.close[0].why == "this life of b was given up");
  BOOST_TEST(news.changes.empty());
  // ... nor in a list of others, ...
  p.table.hello(7, {.who = member_of("c", 3), .session = {}}, "", begin + 6s);
  news =
      p.table.heartbeat(7, p.beat({{.who = p.other, .held_life = 0, .linked = true}}), begin + 6s);
  BOOST_TEST(text(news.changes) == "c/1 joining up");
  BOOST_TEST((p.state("b") == member_state::down));
  // ... but its next life is welcome.
  p.other.incarnation.life = 2;
  p.other.version = 2;
  p.table.hello(8, {.who = p.other, .session = {}}, "", begin + 6s);
  auto beat = p.beat();
  beat.session = {.mine = 2, .yours = 1};
  news = p.table.heartbeat(8, beat, begin + 6s);
  BOOST_TEST(text(news.changes) == "b/2 joining up");
  BOOST_TEST(!news.ready.at(0).resumed);
}

// -- Other lives, other starts

BOOST_AUTO_TEST_CASE(who_is_held_down_begins_its_next_life_and_says_so) {
  pair p;
  const auto news = p.table.refused(1, begin);
  BOOST_TEST(p.table.itself().incarnation.life == 2u);
  BOOST_TEST(p.table.itself().version == 2u);
  BOOST_TEST((news.notes == strings{"others have given up a, which begins its life 2"}));
  p.table.refused(1, begin); // an old refusal
  p.table.refused(0, begin); // one for another reason
  BOOST_TEST(p.table.itself().incarnation.life == 2u);
}

BOOST_AUTO_TEST_CASE(it_hears_of_that_in_lists_as_well) {
  pair p;
  p.table.heartbeat(link, p.beat({{.who = member_of("a", 1), .held_life = 3}}), begin);
  BOOST_TEST(p.table.itself().incarnation.life == 4u);
}

BOOST_AUTO_TEST_CASE(a_next_life_on_a_living_link_changes_nothing) {
  pair p;
  auto renewed = p.other;
  renewed.incarnation.life = 2;
  renewed.version = 2;
  const auto news = p.table.heartbeat(link, p.beat({{.who = renewed, .held_life = 0}}), begin + 1s);
  BOOST_TEST(news.changes.empty());
  BOOST_TEST(p.table.find("b")->who->incarnation.life == 2u);
}

BOOST_AUTO_TEST_CASE(what_a_node_sees_itself_counts_before_what_others_say) {
  pair p;
  p.table.hello(7, {.who = member_of("c", 3), .session = {}}, "", begin);
  p.table.heartbeat(7, p.beat({{.who = p.other, .held_life = 1}}), begin);
  BOOST_TEST((p.state("b") == member_state::up));
  // Without a link of its own it believes them.
  p.table.heartbeat(7, p.beat({{.who = member_of("d", 4), .held_life = 0, .linked = true}}), begin);
  BOOST_TEST((p.state("d") == member_state::up));
  p.table.heartbeat(7, p.beat({{.who = member_of("d", 4), .held_life = 1}}), begin);
  BOOST_TEST((p.state("d") == member_state::down));
}

BOOST_AUTO_TEST_CASE(the_same_address_or_name_anew_and_the_old_one_is_down_at_that_moment) {
  for (const bool address : {false, true}) {
    pair p;
    auto anew = member_of(address ? "z" : "b", 9);
    anew.address = address ? "b:1" : "elsewhere:1";
    // A hello alone may come late, from a start that has ended.
    auto news = p.table.hello(6, {.who = anew, .session = {}}, "", begin + 1s);
    BOOST_TEST(news.changes.empty());
    news = p.table.heartbeat(6, p.beat(), begin + 1s);
    BOOST_TEST(text(news.changes) == "b/1 up down, " + anew.name + "/1 joining up");
    BOOST_TEST(news.changes[0].why ==
               (address ? "z has taken its address" : "it was started anew"));
    BOOST_TEST_REQUIRE(news.close.size() == 1u);
    BOOST_TEST(news.close[0].link == link);
    // The old one is over for good, whatever life it begins.
    p.other.incarnation.life = 7;
    p.other.version = 7;
    news = p.table.hello(8, {.who = p.other, .session = {}}, "", begin + 1s);
    BOOST_TEST(news.close.at(0).held_life == sweet::listed_member::all_lives);
  }
}

BOOST_AUTO_TEST_CASE(
    what_a_former_start_has_sent_before_its_end_does_not_supersede_the_present_one) {
  pair p;
  const auto former = member_of("c", 3);
  const auto present = member_of("c", 4);
  p.table.hello(6, {.who = former, .session = {}}, "", begin);
  p.table.hello(7, {.who = present, .session = {}}, "", begin);
  BOOST_TEST(text(p.table.heartbeat(7, p.beat(), begin).changes) == "c/1 joining up");
  const auto news = p.table.heartbeat(6, p.beat(), begin + 1s); // was on its way for long
  BOOST_TEST(news.changes.empty());
  BOOST_TEST(news.close.at(0).why == "there is a link to a later start");
  BOOST_TEST(news.close.at(0).held_life == 0u);
}

BOOST_AUTO_TEST_CASE(a_restart_on_the_same_address_is_seen_at_once) {
  auto c = joined({"a", "b", "c"});
  c.start(1); // the process was killed without a word, and is there again
  c.run(1500ms);
  BOOST_TEST(c.told_of(0, 1) == "up down up");
  c.run(5s);
  BOOST_TEST(c.disagreement(true) == "");
}

BOOST_AUTO_TEST_CASE(who_is_superseded_is_over_and_does_not_fight) {
  toy::cluster c{1};
  c.add("a", {});
  c.add("b", {"a:1"});
  const auto twin = c.add("b", {"a:1"});
  c.nodes[twin].address = "b:2";
  c.start(0);
  c.start(1);
  c.run(3s);
  c.start(twin);
  c.run(1min);
  BOOST_TEST(c.nodes[1].superseded);
  BOOST_TEST((c.table(1).state() == member_state::left));
  BOOST_TEST(!c.nodes[twin].superseded);
  BOOST_TEST(c.told_of(0, twin) == "up down up");
}

BOOST_AUTO_TEST_CASE(a_peer_that_has_given_this_node_up_has_to_begin_anew_as_well) {
  pair p;
  p.table.link_lost(link, begin + 1s);
  // It names no session: what it was given is gone.
  p.table.hello(6, {.who = p.other, .session = {}}, "", begin + 2s);
  auto beat = p.beat();
  beat.session = {.mine = 1, .yours = 2};
  const auto news = p.table.heartbeat(6, beat, begin + 2s);
  BOOST_TEST(text(news.changes) == "b/1 suspect down");
  BOOST_TEST(news.close.at(0).held_life == 1u);
}

// -- Cuts

BOOST_AUTO_TEST_CASE(each_side_of_a_cut_goes_on_and_they_find_each_other_again) {
  auto c = joined({"a", "b", "c", "d"});
  for (const std::size_t left : {0u, 1u})
    for (const std::size_t right : {2u, 3u})
      c.cut(left, right);
  c.run(20s);
  BOOST_TEST((c.state(0, 1) == member_state::up));
  BOOST_TEST((c.state(2, 3) == member_state::up));
  BOOST_TEST((c.state(0, 2) == member_state::down));
  BOOST_TEST((c.state(3, 1) == member_state::down));
  c.heal();
  c.run(25s);
  BOOST_TEST(c.disagreement(true) == "");
  // Those that never lost each other have noticed nothing.
  BOOST_TEST(c.told_of(0, 1) == "up");
  BOOST_TEST(c.told_of(2, 3) == "up");
  BOOST_TEST(c.told_of(0, 2) == "up suspect down up");
}

BOOST_AUTO_TEST_CASE(the_parts_of_a_cluster_meet_again_by_their_seeds_however_long_the_cut_was) {
  auto c = joined({"a", "b", "c"}, {.forget_after = 1min});
  c.cut(0, 1);
  c.cut(0, 2);
  c.run(10min);
  BOOST_TEST(c.table(0).nodes().size() == 1u);
  BOOST_TEST(c.table(1).nodes().size() == 2u);
  c.heal();
  c.run(25s);
  BOOST_TEST(c.disagreement(true) == "");
}

BOOST_AUTO_TEST_CASE(one_pair_of_three_is_cut_and_both_stay_with_the_third) {
  auto c = joined({"a", "b", "c"});
  c.cut(1, 2);
  c.run(1min);
  BOOST_TEST(c.told_of(0, 1) == "up");
  BOOST_TEST(c.told_of(0, 2) == "up");
  // The third has told them that the other lives; they have no link to it.
  BOOST_TEST(c.told_of(1, 2) == "up suspect down up");
  BOOST_TEST(!c.linked(1, 2));
  c.heal();
  c.run(10s);
  BOOST_TEST(c.disagreement(true) == "");
}

// -- Lists

BOOST_AUTO_TEST_CASE(late_doubled_and_reordered_lists_change_nothing) {
  pair p;
  const auto d = member_of("d", 4, 1);
  auto drains = member_of("d", 4, 2);
  drains.draining = true;
  auto gone = member_of("d", 4, 3);
  gone.left = true;
  const auto first = p.beat({{.who = d, .held_life = 0, .linked = true}});
  const auto second = p.beat({{.who = drains, .held_life = 0, .linked = true}});
  const auto third = p.beat({{.who = gone, .held_life = 0, .linked = false}});
  p.table.heartbeat(link, second, begin);
  p.table.heartbeat(link, first, begin);
  BOOST_TEST(p.table.find("d")->who->draining);
  p.table.heartbeat(link, second, begin);
  BOOST_TEST(text(p.table.heartbeat(link, third, begin).changes) == "d/1 up left");
  for (const auto& late : {second, first, third, first})
    BOOST_TEST(p.table.heartbeat(link, late, begin).changes.empty());
  BOOST_TEST((p.state("d") == member_state::left));
}

BOOST_AUTO_TEST_CASE(a_late_list_brings_back_no_session_that_is_over) {
  pair p;
  const auto there = p.beat({{.who = member_of("d", 4), .held_life = 0, .linked = true}});
  const auto over = p.beat({{.who = member_of("d", 4), .held_life = 0, .linked = false}});
  p.table.heartbeat(link, there, begin);
  p.table.heartbeat(link, over, begin);
  BOOST_TEST((p.state("d") == member_state::suspect));
  p.table.heartbeat(link, there, begin);
  BOOST_TEST((p.state("d") == member_state::suspect));
}

BOOST_AUTO_TEST_CASE(a_heartbeat_carries_what_has_changed_since_the_last_that_was_acknowledged) {
  pair p;
  auto sent = p.table.next_heartbeat(link).value();
  BOOST_TEST(sent.members.size() == 2u); // itself and b
  auto answer = p.beat();
  answer.acknowledged = sent.upto;
  p.table.heartbeat(link, answer, begin);
  BOOST_TEST(p.table.next_heartbeat(link)->members.empty());
  p.table.drain();
  sent = p.table.next_heartbeat(link).value();
  BOOST_TEST_REQUIRE(sent.members.size() == 1u);
  BOOST_TEST(sent.members[0].who.draining);
  // Until it is acknowledged it is sent again.
  BOOST_TEST((p.table.next_heartbeat(link) == sent));
}

BOOST_AUTO_TEST_CASE(a_list_after_a_gap_is_not_acknowledged) {
  pair p;
  p.upto = 4;
  p.table.heartbeat(link, p.beat(), begin);
  BOOST_TEST(p.table.next_heartbeat(link)->acknowledged == 1u);
  p.upto = 1;
  p.table.heartbeat(link, p.beat(), begin);
  BOOST_TEST(p.table.next_heartbeat(link)->acknowledged == 2u);
}

BOOST_AUTO_TEST_CASE(a_long_list_comes_in_parts) {
  member_table table{member_of("a", 1), {.list_limit = 3}, begin};
  table.hello(link, {.who = member_of("b", 2), .session = {}}, "", begin);
  sweet::node_heartbeat beat{.session = {.mine = 1, .yours = 1}, .members = {}};
  for (std::uint64_t n = 0; n < 10; ++n)
    beat.members.push_back({.who = member_of("n" + std::to_string(n), 10 + n), .linked = true});
  table.heartbeat(link, beat, begin);
  table.hello(6, {.who = member_of("c", 3), .session = {}}, "", begin);
  beat.members.clear();
  table.heartbeat(6, beat, begin);
  std::size_t got = 0;
  for (int i = 0; i < 5; ++i) {
    const auto part = table.next_heartbeat(6).value();
    BOOST_TEST(part.members.size() <= 3u);
    got += part.members.size();
    beat.acknowledged = part.upto;
    table.heartbeat(6, beat, begin);
  }
  BOOST_TEST(got == 13u); // itself, both, and ten
}

BOOST_AUTO_TEST_CASE(what_the_receiver_has_told_itself_is_not_told_back) {
  pair p;
  p.table.heartbeat(link, p.beat({{.who = member_of("d", 4), .held_life = 0, .linked = true}}),
                    begin);
  const auto sent = p.table.next_heartbeat(link).value();
  for (const auto& x : sent.members)
    BOOST_TEST(x.who.name != "d");
}

// -- Leaving

BOOST_AUTO_TEST_CASE(a_node_that_has_left_is_not_reconnected_to) {
  auto c = joined({"a", "b", "c"});
  c.leave(1);
  c.run(100ms);
  BOOST_TEST(c.told_of(0, 1) == "up left");
  BOOST_TEST(c.told_of(2, 1) == "up left");
  // Something listens there, and nobody asks.
  const auto seeks = [&](std::size_t n) {
    auto& table = *c.nodes[n].table;
    for (int i = 0; i < 100; ++i)
      for (const auto& address : table.tick(c.now + std::chrono::seconds{i}).connect)
        if (address == "b:1")
          return true;
    return false;
  };
  BOOST_TEST(!seeks(0));
  BOOST_TEST(!seeks(2));
}

BOOST_AUTO_TEST_CASE(but_a_new_start_of_it_is_welcome) {
  auto c = joined({"a", "b", "c"});
  c.leave(1);
  c.run(10s);
  c.start(1);
  c.run(5s);
  BOOST_TEST(c.told_of(0, 1) == "up left up");
  BOOST_TEST(c.disagreement(true) == "");
}

BOOST_AUTO_TEST_CASE(who_drains_stays_a_member) {
  auto c = joined({"a", "b", "c"});
  c.drain(1);
  c.run(100ms);
  for (const std::size_t n : {0u, 2u}) {
    BOOST_TEST(c.table(n).find("b")->who->draining);
    BOOST_TEST((c.state(n, 1) == member_state::up));
  }
}

BOOST_AUTO_TEST_CASE(after_the_end_nothing_changes_anything) {
  pair p;
  const auto news = p.table.leave();
  BOOST_TEST(text(news.changes) == "a/1 up left");
  BOOST_TEST((news.heartbeats == std::vector<sweet::link_number>{link}));
  // However little fits into the last heartbeat, it says that.
  const auto last = p.table.next_heartbeat(link, 1).value();
  BOOST_TEST_REQUIRE(last.members.size() == 1u);
  BOOST_TEST(last.members.front().who.left);
  BOOST_TEST(!p.table.next_tick().has_value());
  BOOST_TEST(p.table.tick(begin + 1h).changes.empty());
  BOOST_TEST(p.table.leave().changes.empty());
  BOOST_TEST(p.table.hello(6, {.who = member_of("c", 3), .session = {}}, "", begin).close[0].why ==
             "a has left");
}

// -- Whom to link to

BOOST_AUTO_TEST_CASE(beyond_the_limit_nodes_link_to_hubs_only) {
  const auto c = joined({"h1", "h2", "a", "b", "c", "d"}, {.mesh_limit = 3}, {"h1", "h2"});
  for (std::size_t n = 2; n < 6; ++n) {
    BOOST_TEST(c.linked(n, 0));
    BOOST_TEST(c.linked(n, 1));
  }
  BOOST_TEST(!c.linked(3, 4));
  BOOST_TEST((c.state(3, 4) == member_state::up));
}

BOOST_AUTO_TEST_CASE(without_hubs_all_link_to_all_however_many_there_are) {
  joined({"a", "b", "c", "d", "e", "f"}, {.mesh_limit = 3});
}

BOOST_AUTO_TEST_CASE(up_to_the_limit_hubs_change_nothing) {
  const auto c = joined({"h1", "a", "b", "c"}, {.mesh_limit = 4}, {"h1"});
  BOOST_TEST(c.disagreement(true) == "");
}

BOOST_AUTO_TEST_CASE(behind_hubs_the_loss_of_a_node_is_told_of_at_once) {
  auto c = joined({"h1", "h2", "a", "b", "c", "d"}, {.mesh_limit = 3}, {"h1", "h2"});
  c.vanish(3);
  c.run(10s);
  for (const std::size_t n : {0u, 1u, 2u, 4u, 5u})
    BOOST_TEST((c.state(n, 3) == member_state::down));
}

BOOST_AUTO_TEST_CASE(who_loses_its_hubs_takes_the_others_for_suspect_not_for_lost) {
  auto c = joined({"h1", "a", "b", "c", "d"}, {.mesh_limit = 3}, {"h1"});
  c.vanish(0);
  c.run(1min);
  BOOST_TEST((c.state(2, 3) == member_state::suspect));
  c.start(0);
  c.run(8s);
  BOOST_TEST(c.disagreement(false) == "");
  BOOST_TEST(c.told_of(2, 3) == "up suspect up");
}

BOOST_AUTO_TEST_CASE(two_links_at_a_time_become_one_and_the_same_at_both_ends) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    toy::cluster c{seed, {.jitter = 50ms}};
    c.add("a", {"b:1"});
    c.add("b", {"a:1"});
    c.start(0);
    c.start(1);
    c.run(5s);
    BOOST_TEST_REQUIRE(c.disagreement(true) == "");
    BOOST_TEST_REQUIRE(c.open_links() == 1u);
  }
}

BOOST_AUTO_TEST_CASE(a_hello_is_not_made_on_a_link_that_would_not_replace_the_one_there_is) {
  const auto b = member_of("b", 2);
  member_table a{member_of("a", 1), {}, begin};
  BOOST_TEST(!a.keeps_link(b.incarnation, true));
  BOOST_TEST(!a.keeps_link(b.incarnation, false));
  a.hello(6, {.who = b, .session = {}}, "b:1", begin);
  BOOST_TEST(a.keeps_link(b.incarnation, true));
  BOOST_TEST(a.keeps_link(b.incarnation, false)); // a is the lower one, and has opened its own
  a.heartbeat(6, {.session = {.mine = 1, .yours = 1}, .members = {}}, begin);
  BOOST_TEST(!a.keeps_link(b.incarnation, false)); // b has used that, and lost it
  const pair accepted;
  BOOST_TEST(accepted.table.keeps_link(b.incarnation, true));
  BOOST_TEST(!accepted.table.keeps_link(b.incarnation, false));
}

BOOST_AUTO_TEST_CASE(who_has_opened_a_link_opens_the_next_one_unless_the_other_just_does) {
  for (const bool other_does : {false, true}) {
    const auto b = member_of("b", 2);
    member_table a{member_of("a", 1), {}, begin};
    a.hello(6, {.who = b, .session = {}}, "b:1", begin);
    a.heartbeat(6, {.session = {.mine = 1, .yours = 1}, .members = {}}, begin);
    if (other_does)
      a.hello(7, {.who = b, .session = {.mine = 1, .yours = 1}}, "", begin);
    a.link_lost(6, begin + 1ms);
    BOOST_TEST(a.tick(begin + 1ms).connect == (other_does ? strings{} : strings{"b:1"}));
    BOOST_TEST(a.tick(begin + 1001ms).connect.size() == 1u);
  }
}

BOOST_AUTO_TEST_CASE(a_link_that_only_one_end_has_lost_is_replaced) {
  pair p;
  p.table.heartbeat(link, p.beat(), begin + 1s); // it uses the link
  p.table.hello(6, {.who = p.other, .session = {.mine = 1, .yours = 1}}, "", begin + 2s);
  const auto news = p.table.heartbeat(6, p.beat(), begin + 2s);
  BOOST_TEST(news.changes.empty());
  BOOST_TEST_REQUIRE(news.close.size() == 1u);
  BOOST_TEST(news.close[0].link == link);
  BOOST_TEST(news.ready.at(0).link == 6u);
  BOOST_TEST(p.table.link_lost(link, begin + 2s).changes.empty());
}

// -- Memory

BOOST_AUTO_TEST_CASE(those_that_are_gone_are_forgotten) {
  auto c = joined({"a", "b", "c"}, {.forget_after = 1min});
  for (int i = 0; i < 5; ++i) {
    c.start(2);
    c.run(5s);
  }
  BOOST_TEST(c.table(0).nodes().size() > 5u);
  c.run(2min);
  BOOST_TEST(c.table(0).nodes().size() == 3u);
  BOOST_TEST(c.disagreement(true) == "");
}

BOOST_AUTO_TEST_CASE(a_name_that_nobody_has_a_session_with_is_forgotten_soon) {
  pair p;
  p.table.heartbeat(link, p.beat({{.who = member_of("d", 4), .held_life = 0, .linked = false}}),
                    begin);
  BOOST_TEST((p.state("d") == member_state::joining));
  for (auto t = begin; t < begin + 11s; t += 500ms) {
    p.table.heard(link, t);
    BOOST_TEST(p.table.tick(t).changes.empty());
  }
  BOOST_TEST(!p.table.find("d").has_value());
}

// -- What makes no sense

BOOST_AUTO_TEST_CASE(what_belongs_to_no_link_is_ignored) {
  pair p;
  BOOST_TEST(p.table.heartbeat(99, p.beat(), begin).changes.empty());
  BOOST_TEST(p.table.link_lost(99, begin).changes.empty());
  BOOST_TEST(p.table.heard(99, begin).changes.empty());
  BOOST_TEST(!p.table.next_heartbeat(99).has_value());
  auto wrong = p.beat();
  wrong.session = {.mine = 9, .yours = 9};
  BOOST_TEST(p.table.heartbeat(link, wrong, begin).close.at(0).why ==
             "the heartbeat belongs to another session");
}

BOOST_AUTO_TEST_CASE(options_that_make_no_sense_are_refused) {
  const auto refuses = [](sweet::member who, sweet::membership_options options) {
    BOOST_CHECK_THROW((member_table{std::move(who), std::move(options), begin}),
                      std::invalid_argument);
  };
  refuses(member_of("", 1), {});
  auto nobody = member_of("a", 1);
  nobody.incarnation = {};
  refuses(nobody, {});
  refuses(member_of("a", 1), {.complain_every = 0s});
  refuses(member_of("a", 1), {.forget_after = 0s});
  refuses(member_of("a", 1), {.list_limit = 0});
  refuses(member_of("a", 1), {.detector = {.threshold = 0}});
}

BOOST_AUTO_TEST_SUITE_END()
