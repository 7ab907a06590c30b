// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/system/unique_fd.hpp>

#include <array>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <sys/socket.h>
#include <sys/un.h>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "ended.hpp"
#include "node_table.hpp"
#include "running_node.hpp"
#include "sweet_command.hpp"

using sweet::testing::ended;
using sweet::testing::running_node;

namespace node_command_test {
namespace {

constexpr const char* on_loopback = "--listen 127.0.0.1:0";

struct fixture : sweet::testing::sweet_command {
  ~fixture() { BOOST_TEST(left() == 0U); }

  /// A file that only its owner can read. @returns the flag that names it
  std::string secret(const std::string& name, const std::string& text) const {
    const auto path = folder.write(name, text);
    std::filesystem::permissions(path, std::filesystem::perms::owner_read);
    return " --secret-file " + path;
  }
};

/// A socket that systemd would have.
class notices {
public:
  /// @param address a path, or '@' and a name
  explicit notices(const std::string& address) : socket_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un own{};
    own.sun_family = AF_UNIX;
    std::memcpy(own.sun_path, address.data(), address.size());
    if (own.sun_path[0] == '@')
      own.sun_path[0] = '\0';
    const void* const name = &own;
    BOOST_REQUIRE(
        ::bind(socket_.get(), static_cast<const sockaddr*>(name),
               static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size())) == 0);
  }

  std::string next() const {
    std::array<char, 4096> text{};
    const auto n = ::recv(socket_.get(), text.data(), text.size(), 0);
    return {text.data(), static_cast<std::size_t>(n < 0 ? 0 : n)};
  }

private:
  sweet::detail::unique_fd socket_;
};

} // namespace
} // namespace node_command_test

BOOST_FIXTURE_TEST_SUITE(node_command_test, node_command_test::fixture)

BOOST_AUTO_TEST_CASE(a_node_is_up_until_a_signal_drains_it) {
  for (const int number : {SIGTERM, SIGINT}) {
    const auto name = "w" + std::to_string(number);
    running_node node{*this, name, on_loopback};
    BOOST_TEST(node.address().starts_with("127.0.0.1:"));
    node.signal(number);
    BOOST_TEST(node.line() == name + " drains");
    const auto end = node.end();
    BOOST_TEST(end.code == 0, end);
    BOOST_TEST(end.err == "");
  }
}

BOOST_AUTO_TEST_CASE(a_file_says_what_flags_say) {
  const auto file = folder.write("w1.toml", "listen = '127.0.0.1:0'\nroles = ['build']\n");
  running_node node{*this, "w1", file};
  const auto address = node.address();
  ended nodes{sweet({"nodes", "--on", address})};
  BOOST_TEST(nodes.code == 0, nodes);
  BOOST_TEST(nodes.says("NAME  ADDRESS"), nodes);
  BOOST_TEST(nodes.says("w1    " + address), nodes);
  BOOST_TEST(nodes.says("  build  "), nodes);
  node.signal(SIGTERM);
  BOOST_TEST(node.end().code == 0);
}

BOOST_AUTO_TEST_CASE(nodes_find_each_other_and_are_listed_and_drained) {
  const auto proof = secret("secret", "a secret of the tests\n");
  const auto path = folder / "secret";
  running_node first{*this, "w1", on_loopback + proof + " --roles build,gpu --slots 3"};
  const auto address = first.address();
  running_node second{*this, "w2", on_loopback + proof + " --join " + address};
  BOOST_TEST(second.address().starts_with("127.0.0.1:"));
  BOOST_TEST(first.line() == "w2 is up: it has said hello");

  ended list{sweet({"nodes", "--json", "--on", address, "--secret-file", path})};
  BOOST_TEST(list.code == 0, list);
  const auto end_of_line = list.out.find('\n');
  const auto one = nlohmann::json::parse(list.out.substr(0, end_of_line));
  BOOST_TEST(one["name"] == "w1");
  BOOST_TEST(one["address"] == address);
  BOOST_TEST(one["state"] == "up");
  BOOST_TEST(one["roles"] == nlohmann::json({"build", "gpu"}));
  BOOST_TEST(one["slots"] == 3);
  BOOST_TEST(one["free"] == 3);
  const auto other = nlohmann::json::parse(list.out.substr(end_of_line + 1));
  BOOST_TEST(other["name"] == "w2");
  BOOST_TEST(other["free"].is_number(), list);

  ended drain{sweet({"drain", "w2", "--on", address, "--secret-file", path})};
  BOOST_TEST(drain.code == 0, drain);
  BOOST_TEST(drain.out == "w2 drains\nw2 has left\n");
  BOOST_TEST(second.end().code == 0);
  BOOST_TEST(first.line_that_begins("w2 ") == "w2 is left: it has left");

  ended itself{sweet({"drain", "w1", "--on", address, "--secret-file", path})};
  BOOST_TEST(itself.code == 0, itself);
  BOOST_TEST(first.end().code == 0);
}

BOOST_AUTO_TEST_CASE(former_lives_of_a_name_are_listed_before_the_present_one) {
  using sweet::command::listed_node;
  for (const auto& [first, second] : {std::pair{"up", "down"}, {"left", "up"}}) {
    std::vector<listed_node> nodes(3);
    nodes[0].name = nodes[1].name = "w2";
    nodes[2].name = "w1";
    nodes[0].state = first;
    nodes[1].state = second;
    sweet::command::sort_nodes(nodes);
    BOOST_TEST(nodes[0].name == "w1");
    BOOST_TEST(nodes[2].state == "up");
  }
}

BOOST_AUTO_TEST_CASE(quiet_tells_nothing_of_others) {
  running_node first{*this, "w1", std::string{on_loopback} + " --quiet"};
  const auto address = first.address();
  ended nodes{sweet({"nodes", "--on", address})};
  BOOST_TEST(nodes.code == 0, nodes);
  first.signal(SIGTERM);
  BOOST_TEST(first.line() == "w1 drains");
  BOOST_TEST(first.end().code == 0);
}

BOOST_AUTO_TEST_CASE(who_does_not_know_the_secret_is_told_so) {
  running_node node{*this, "w1", on_loopback + secret("secret", "a secret of the tests")};
  const auto address = node.address();
  const auto wrong = secret("wrong", "another secret of the tests");
  ended nodes{
      sweet({"nodes", "--within", "500ms", "--on", address, "--secret-file", folder / "wrong"})};
  BOOST_TEST(nodes.code == 3, nodes);
  BOOST_TEST(nodes.err.starts_with("sweet: " + address + " does not answer: no link by " + address),
             nodes);
  node.signal(SIGTERM);
  BOOST_TEST(node.end().code == 0);
}

BOOST_AUTO_TEST_CASE(a_command_says_why_no_node_answers) {
  // Nothing listens on a port that a node has had.
  running_node node{*this, "w1", on_loopback};
  const auto address = node.address();
  ended unknown{sweet({"drain", "w11", "--on", address})};
  BOOST_TEST(unknown.code == 1, unknown);
  BOOST_TEST(unknown.err == "sweet: no node is called w11; did you mean `w1`?\n");
  node.signal(SIGTERM);
  BOOST_TEST(node.end().code == 0);
  ended nodes{sweet({"nodes", "--within", "200ms", "--on", address})};
  BOOST_TEST(nodes.code == 3, nodes);
  BOOST_TEST(nodes.err == "sweet: " + address + " does not answer: no connection to " + address +
                              ": Connection refused\n");
  ended nobody{sweet({"nodes"})};
  BOOST_TEST(nobody.code == 2, nobody);
  ended soon{sweet({"nodes", "--within", "soon", "--on", address})};
  BOOST_TEST(soon.code == 2, soon);
}

BOOST_AUTO_TEST_CASE(mistakes_are_told_before_anything_starts) {
  const auto open_to_all = folder.write("open", "a secret of the tests");
  std::filesystem::permissions(open_to_all, std::filesystem::perms{0644});
  ended readable{sweet({"node", "--name", "w1", "--secret-file", open_to_all})};
  BOOST_TEST(readable.code == 2, readable);
  BOOST_TEST(readable.err == "sweet: other users can read or write the secret " + open_to_all +
                                 " (its mode is 0644): chmod 600 " + open_to_all + "\n");
  ended missing{sweet({"node", "--name", "w1", "--secret-file", folder / "none"})};
  BOOST_TEST(missing.code == 2, missing);
  ended key{sweet({"node", folder.write("w.toml", "name = 'w1'\nlisen = 'a:1'\n")})};
  BOOST_TEST(key.code == 2, key);
  BOOST_TEST(key.err.find("unknown key `lisen` in the file of a node; did you mean `listen`?") !=
                 std::string::npos,
             key);
  ended everywhere{sweet({"node", "--name", "w1", "--listen", "0.0.0.0:0"})};
  BOOST_TEST(everywhere.code == 2, everywhere);
  BOOST_TEST(everywhere.err.find("no address of the loopback device") != std::string::npos,
             everywhere);
  ended name{sweet({"node", "--name", "w 1"})};
  BOOST_TEST(name.code == 2, name);
}

BOOST_AUTO_TEST_CASE(systemd_is_told_how_it_is) {
  for (const auto& address : {folder / "notify", "@sweet-test-" + std::to_string(::getpid())}) {
    const notices systemd{address};
    const std::string name = address[0] == '@' ? "w1" : "w2";
    running_node node{*this, name, on_loopback, "NOTIFY_SOCKET=" + address + " "};
    BOOST_TEST(systemd.next().starts_with("READY=1\nSTATUS="));
    const auto at = node.address();
    BOOST_TEST(systemd.next() == "STATUS=" + name + " is up at " + at);
    node.signal(SIGTERM);
    BOOST_TEST(systemd.next() == "STOPPING=1\nSTATUS=" + name + " drains");
    BOOST_TEST(node.end().code == 0);
  }
}

BOOST_AUTO_TEST_CASE(sighup_reads_the_certificates_again) {
  const std::string certs = folder / "certs";
  ended made{sweet({"cert", certs, "w1", "ops"})};
  BOOST_TEST_REQUIRE(made.code == 0, made);
  const auto files = [&](const std::string& name) {
    return " --cert " + certs + "/" + name + ".pem --key " + certs + "/" + name + ".key --ca " +
           certs + "/ca.pem";
  };
  running_node node{*this, "w1", on_loopback + files("w1")};
  const auto address = node.address();
  ended nodes{
      start({"/bin/sh", "-c", "exec $SWEET nodes --name ops --on " + address + files("ops")})};
  BOOST_TEST(nodes.code == 0, nodes);
  BOOST_TEST(nodes.says("w1    " + address), nodes);
  node.signal(SIGHUP);
  BOOST_TEST(node.line_that_begins("w1 ") == "w1 has read its certificates again");
  folder.write("certs/w1.pem", "no certificate");
  node.signal(SIGHUP);
  node.signal(SIGTERM);
  const auto end = node.end();
  BOOST_TEST(end.code == 0, end);
  BOOST_TEST(end.err.find("the certificates stay as they were: ") != std::string::npos, end);
}

BOOST_AUTO_TEST_CASE(help_has_each_flag) {
  ended help{sweet({"node", "--help"})};
  BOOST_TEST(help.code == 0, help);
  BOOST_TEST(help.says("--secret-file"), help);
  BOOST_TEST(!help.says("`.`"), help);
  ended drain{sweet({"drain", "--help"})};
  BOOST_TEST(drain.says("as with SIGTERM"), drain);
  BOOST_TEST(!drain.says("--listen"), drain);
}

BOOST_AUTO_TEST_SUITE_END()
