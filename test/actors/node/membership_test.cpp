// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/certificates.hpp>
#include <sweet/node/node_builder.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/scratch_folder.hpp>

#include <boost/asio/ip/host_name.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <filesystem>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "cluster.hpp"

using namespace sweet;
using namespace std::chrono_literals;

namespace membership_test {
namespace {

std::string why_not(const node_builder& x) {
  try {
    const auto started = x.start();
  } catch (const std::invalid_argument& e) {
    return e.what();
  }
  return {};
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace
} // namespace membership_test

BOOST_FIXTURE_TEST_SUITE(membership_test, cluster)

BOOST_AUTO_TEST_CASE(nodes_find_each_other_through_one_of_them) {
  auto a = node("a").role("hub").start();
  auto b = joins("b", a).start();
  auto c = joins("c", a).slots(3).role("gpu").start();
  wait_for_up(a, {"b", "c"});
  wait_for_up(b, {"a", "c"});
  wait_for_up(c, {"a", "b"});
  for (const auto& x : a.members())
    if (x.who.name == "c") {
      BOOST_TEST(x.who.slots == 3u);
      BOOST_TEST((x.who.roles == std::vector<std::string>{"gpu"}));
      BOOST_TEST(x.who.address == c.address());
    }
  BOOST_TEST(a.members().front().itself);
}

BOOST_AUTO_TEST_CASE(watchers_are_told_of_changes) {
  auto a = node("a").start();
  auto news = a.watch();
  {
    auto b = joins("b", a).start();
    const auto up = news.receive().await();
    BOOST_TEST_REQUIRE(bool{up});
    BOOST_TEST(up->name == "b");
    BOOST_TEST((up->is == member_state::up));
  }
  const auto left = news.receive().await();
  BOOST_TEST(left->name == "b");
  BOOST_TEST((left->is == member_state::left));
}

BOOST_AUTO_TEST_CASE(a_node_whose_seeds_do_not_answer_says_so) {
  auto a = node("a").join({"127.0.0.1:1"}).start();
  BOOST_TEST(contains(a.waits_for(), "127.0.0.1:1"));
  BOOST_TEST((a.members().front().state == member_state::joining));
  auto b = node("b").start();
  BOOST_TEST(b.waits_for().empty());
}

// All nodes of a cluster may have the same addresses to join.
BOOST_AUTO_TEST_CASE(a_node_finds_out_in_silence_that_an_address_to_join_is_its_own) {
  std::mutex mutex;
  std::string log;
  runtime logs{runtime_options{.workers = 2, .log = [&](const log_record& x) {
                                 std::lock_guard guard{mutex};
                                 log += x.text + '\n';
                               }}};
  const auto address = node("former").start().address();
  auto b = node("b").start();
  auto a = node_builder(logs)
               .name("a")
               .secret("a secret of the tests")
               .listen(address)
               .join({address, b.address()})
               .start();
  wait_for_up(a, {"b"});
  auto c = joins("c", a).start();
  wait_for_up(a, {"c"});
  std::lock_guard guard{mutex};
  BOOST_TEST(!contains(log, "itself"), log);
}

BOOST_AUTO_TEST_CASE(a_node_that_has_only_itself_to_join_is_up) {
  const auto address = node("former").start().address();
  auto a = node("a").listen(address).join({address}).start();
  wait_until([&] { return a.waits_for().empty(); });
}

BOOST_AUTO_TEST_CASE(who_has_another_secret_or_cluster_is_no_member) {
  std::mutex mutex;
  std::string log;
  runtime logs{runtime_options{.workers = 2, .log = [&](const log_record& x) {
                                 std::lock_guard guard{mutex};
                                 log += x.text + '\n';
                               }}};
  const auto said = [&](const std::string& part) {
    std::lock_guard guard{mutex};
    return contains(log, part);
  };
  const auto wait_for_log = [&](const std::string& part) {
    const auto until = std::chrono::steady_clock::now() + 20s;
    while (!said(part) && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(2ms);
    BOOST_TEST(said(part), log);
  };
  auto a =
      node_builder(logs).name("a").listen("127.0.0.1:0").secret("a secret of the tests").start();
  auto b = joins("b", a).secret("another secret here").start();
  wait_for_log("another secret");
  auto c = joins("c", a).cluster("other").start();
  wait_for_log("belongs to cluster sweet");
  BOOST_TEST(a.members().size() == 1u);
}

BOOST_AUTO_TEST_CASE(without_tls_the_secret_is_proved_as_well) {
  auto a = node("a").without_tls().start();
  auto b = joins("b", a).without_tls().start();
  wait_for_up(a, {"b"});
  auto c = joins("c", a).without_tls().secret("another secret here").start();
  auto d = joins("d", a).without_tls().start();
  wait_for_up(a, {"b", "d"});
  BOOST_TEST(!c.waits_for().empty());
  BOOST_TEST(a.members().size() == 3u);
}

BOOST_AUTO_TEST_CASE(certificates_say_who_a_node_is) {
  const testing::scratch_folder folder;
  const auto at = [&](const std::string& name) { return folder / name; };
  make_authority(folder.path()).unwrap();
  for (const char* name : {"a", "b", "c"})
    make_certificate(folder.path(), name).unwrap();
  const auto with = [&](const node_builder& x, const std::string& name) {
    return x.secret("").certificates(at(name + ".pem"), at(name + ".key"), at("ca.pem"));
  };
  auto a = with(node("a"), "a").start();
  auto b = with(joins("b", a), "b").start();
  wait_for_up(a, {"b"});
  // A certificate is for one name, and a secret is none.
  BOOST_TEST(contains(why_not(with(node("x"), "c")), "c.pem"));
  auto c = joins("c", a).start();
  BOOST_TEST(a.reload_certificates().is_ok());
  std::filesystem::remove(at("a.key"));
  BOOST_TEST(contains(to_string(a.reload_certificates().error()), "a.key"));
  auto d = with(joins("c", a), "c").start(); // the former ones still do
  wait_for_up(a, {"c"});
  BOOST_TEST(!c.waits_for().empty());
}

BOOST_AUTO_TEST_CASE(others_are_told_an_address_that_leads_to_the_node) {
  const auto host = [](const sweet::node& x) {
    return x.address().substr(0, x.address().rfind(':'));
  };
  BOOST_TEST(host(node("a").listen("localhost:0").start()) == "localhost");
  const auto all = node("b").listen("0.0.0.0:0").start();
  BOOST_TEST(host(all) != "0.0.0.0");
  BOOST_TEST(host(all) == boost::asio::ip::host_name());
}

BOOST_AUTO_TEST_CASE(a_restarted_node_is_another_one) {
  auto a = node("a").start();
  std::optional b{joins("b", a).start()};
  const auto address = b->address();
  wait_for_up(a, {"b"});
  b.reset();
  b.emplace(joins("b", a).listen(address).start());
  wait_for_up(a, {"b"});
}

BOOST_AUTO_TEST_CASE(what_cannot_be_is_refused_with_a_sentence) {
  BOOST_TEST(contains(why_not(node("")), "name"));
  BOOST_TEST(contains(why_not(node("a b")), "cannot be called"));
  BOOST_TEST(contains(why_not(node("a").secret("short")), "needs 16"));
  BOOST_TEST(contains(why_not(node("a").without_tls().listen("0.0.0.0:0")), "loopback"));
  BOOST_TEST(contains(why_not(node("a").listen("nowhere")), "has no port"));
  BOOST_TEST(contains(why_not(node("a").join({"x:99999"})), "no number from 0 to 65535"));
  auto a = node("a").start();
  BOOST_CHECK_THROW(static_cast<void>(node("b").listen(a.address()).start()), std::system_error);
}

BOOST_AUTO_TEST_SUITE_END()
