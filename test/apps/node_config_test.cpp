// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "read_node_config.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "node_keys.hpp"

using namespace sweet::command;

namespace node_config_test {
namespace {

// What each key is tried with: as a file has it, and as a flag.
struct sample {
  std::string in_file;
  std::vector<std::string> flag;
};

const std::map<std::string_view, sample> samples{
    {"name", {"name = 'w7'", {"w7"}}},
    {"cluster", {"cluster = 'c7'", {"c7"}}},
    {"listen", {"listen = '127.0.0.1:7'", {"127.0.0.1:7"}}},
    {"join", {"join = ['a:7', 'b:7']", {"a:7", "b:7"}}},
    {"on", {"on = 'a:7'", {"a:7"}}},
    {"roles", {"roles = ['build']", {"build"}}},
    {"allow_run", {"allow_run = ['any']", {"any"}}},
    {"slots", {"slots = 7", {"7"}}},
    {"cert", {"cert = 'c'", {"c"}}},
    {"key", {"key = 'k'", {"k"}}},
    {"ca", {"ca = 'a'", {"a"}}},
    {"secret_file", {"secret_file = 's'", {"s"}}},
    {"heartbeat", {"heartbeat = '7s'", {"7s"}}},
    {"pause", {"pause = '7s'", {"7s"}}},
};

node_config_reading read(const std::string& text, const key_flags& flags = {},
                         key_place place = key_place::node) {
  return parse_node_config(place, text, "w.toml", flags);
}

std::string errors_of(const node_config_reading& x) {
  std::string text;
  for (const auto& error : x.errors)
    text += to_string(error) + '\n';
  return text;
}

} // namespace
} // namespace node_config_test

BOOST_AUTO_TEST_SUITE(node_config_test)

BOOST_AUTO_TEST_CASE(a_flag_says_the_same_as_the_key) {
  BOOST_TEST(node_keys().size() == samples.size());
  for (const auto& key : node_keys()) {
    const auto& x = samples.at(key.name);
    for (const auto place : {key_place::node, key_place::asking}) {
      const auto file = read(x.in_file, {}, place);
      const auto flag = read({}, {{std::string{key.name}, x.flag}}, place);
      const bool allowed = key.places.has(place);
      BOOST_TEST((file.config != node_config{}) == allowed, key.name);
      BOOST_TEST((file.config == flag.config), key.name);
      BOOST_TEST((errors_of(file).find("unknown key") == std::string::npos) == allowed, key.name);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_flag_wins) {
  const auto both =
      read("name = 'a'\nroles = ['x', 'y']\nslots = 3", {{"name", {"b"}}, {"roles", {"z"}}});
  BOOST_TEST(errors_of(both) == "");
  BOOST_TEST(both.config.name == "b");
  BOOST_TEST(both.config.roles == std::vector<std::string>{"z"});
  BOOST_TEST(both.config.slots.value() == 3U);
}

BOOST_AUTO_TEST_CASE(paths_of_a_file_are_relative_to_it) {
  const auto x = parse_node_config(key_place::node, "name = 'a'\nsecret_file = 'secret'",
                                   "/etc/sweet/w1.toml", {});
  BOOST_TEST(x.config.secret_file == "/etc/sweet/secret");
  const auto flag = parse_node_config(key_place::node, "name = 'a'", "/etc/sweet/w1.toml",
                                      {{"secret_file", {"secret"}}});
  BOOST_TEST(flag.config.secret_file == "secret");
}

BOOST_AUTO_TEST_CASE(each_mistake_is_told_with_its_place) {
  BOOST_TEST(errors_of(read("nam = 'a'\nslots = 'many'\njoin = 'b:1'")) ==
             "w.toml:1:1: error: unknown key `nam` in the file of a node; did you mean `name`?\n"
             "w.toml:2:9: error: `slots` in the file of a node must be an integer from 1 to "
             "100000\n"
             "w.toml:3:8: error: `join` in the file of a node is a string; it must be an array of "
             "strings: join = [\"...\"]\n");
  BOOST_TEST(errors_of(read("name = 'a'", {{"slots", {"0"}}})) ==
             "sweet: error: `slots` in the flags must be an integer from 1 to 100000\n");
  BOOST_TEST(errors_of(read("name = ")).starts_with("w.toml:1:8: error: not TOML: "));
  BOOST_TEST(errors_of(read("[name]\na = 1")) ==
             "w.toml:1:1: error: `name` in the file of a node is a table; it must be a string, the "
             "name of the node\n");
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_together_is_refused) {
  BOOST_TEST(errors_of(read("")) == "sweet: error: the node has no name: give it one by `name` in "
                                    "its file, or --name\n");
  BOOST_TEST(errors_of(read("", {}, key_place::asking)) ==
             "sweet: error: it is not known which nodes to ask: give the address of one by --on "
             "HOST:PORT\n");
  BOOST_TEST(errors_of(read("name = 'a'\ncert = 'c'\nca = 'a'")) ==
             "sweet: error: `cert`, `key` and `ca` go together; one of them is missing\n");
  BOOST_TEST(errors_of(read("name = 'a'\ncert = 'c'\nkey = 'k'\nca = 'a'\nsecret_file = 's'")) ==
             "sweet: error: there are certificates and a secret; nodes prove who they are by one "
             "of them\n");
}

BOOST_AUTO_TEST_CASE(the_guide_has_a_row_for_each_key) {
  std::ifstream file{SWEET_TEST_NODE_GUIDE};
  BOOST_REQUIRE(file.is_open());
  const std::string guide{std::istreambuf_iterator<char>{file}, {}};
  for (const auto& key : node_keys()) {
    const auto row =
        fmt::format("| `{}` | {} | {} | {} | {} |\n", key.name, places_text(key.places),
                    key.field.type, key.help, default_text(key));
    BOOST_TEST((guide.find(row) != std::string::npos), "the guide lacks\n" << row);
  }
}

BOOST_AUTO_TEST_SUITE_END()
