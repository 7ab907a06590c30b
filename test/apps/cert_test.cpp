// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "ended.hpp"
#include "sweet_command.hpp"

#include <filesystem>
#include <string>

#include <boost/test/unit_test.hpp>

using sweet::testing::ended;
using sweet::testing::read_file;

namespace cert_test {
namespace {

struct fixture : sweet::testing::sweet_command {
  const std::string certs = folder / "certs";
};

} // namespace
} // namespace cert_test

BOOST_FIXTURE_TEST_SUITE(cert_test, cert_test::fixture)

BOOST_AUTO_TEST_CASE(makes_an_authority_once_and_a_certificate_for_each_node) {
  ended first{sweet({"cert", certs, "w1", "w2"})};
  BOOST_TEST(first.code == 0, first);
  BOOST_TEST(first.err == "");
  BOOST_TEST(first.says(certs + "/ca.pem  " + certs + "/ca.key  the authority"), first);
  BOOST_TEST(first.says(certs + "/w2.pem  " + certs + "/w2.key"), first);
  for (const char* file : {"ca.pem", "ca.key", "w1.pem", "w1.key", "w2.pem", "w2.key"})
    BOOST_TEST(std::filesystem::exists(certs + "/" + file));

  const auto authority = read_file(certs + "/ca.pem");
  ended second{sweet({"cert", "--days", "30", certs, "w3"})};
  BOOST_TEST(second.code == 0, second);
  BOOST_TEST(!second.says("ca.pem"), second);
  BOOST_TEST(read_file(certs + "/ca.pem") == authority);
}

BOOST_AUTO_TEST_CASE(says_why_nothing_was_made) {
  ended made{sweet({"cert", certs, "w1"})};
  BOOST_TEST(made.code == 0, made);
  ended again{sweet({"cert", certs, "w1"})};
  BOOST_TEST(again.code == 1, again);
  BOOST_TEST(again.err == "sweet: " + certs +
                              "/w1.key exists, and is not overwritten: move it, or take another "
                              "folder\n");
  ended bad_name{sweet({"cert", certs, "a/b"})};
  BOOST_TEST(bad_name.code == 2, bad_name);
  BOOST_TEST(bad_name.err.starts_with("sweet: a node cannot be called \"a/b\""), bad_name);
  std::filesystem::remove(certs + "/ca.key");
  ended no_key{sweet({"cert", certs, "w2"})};
  BOOST_TEST(no_key.code == 1, no_key);
  BOOST_TEST(no_key.err.starts_with("sweet: cannot read the private key of the authority"), no_key);
  BOOST_TEST(!std::filesystem::exists(certs + "/w2.pem"));
}

BOOST_AUTO_TEST_CASE(tells_how_it_is_used) {
  ended help{sweet({"cert", "--help"})};
  BOOST_TEST(help.code == 0, help);
  BOOST_TEST(help.says("keep ca.key where no node is"), help);
  ended no_name{sweet({"cert", certs})};
  BOOST_TEST(no_name.code == 2, no_name);
  ended too_long{sweet({"cert", "--days", "0", certs, "w1"})};
  BOOST_TEST(too_long.code == 2, too_long);
  BOOST_TEST(!std::filesystem::exists(certs));
}

BOOST_AUTO_TEST_SUITE_END()
