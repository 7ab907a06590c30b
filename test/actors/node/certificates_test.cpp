// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/certificates.hpp>

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <string>

#include <sys/stat.h>

#include <sweet/node/tls/tls_context.hpp>
#include <sweet/testing/scratch_folder.hpp>

namespace certificates_test {

using namespace std::chrono_literals;
using sweet::testing::read_file;
using sweet::testing::scratch_folder;
namespace tls = sweet::detail::tls;

unsigned mode_of(const std::string& path) {
  struct stat about{};
  BOOST_TEST_REQUIRE(::stat(path.c_str(), &about) == 0);
  return about.st_mode & 07777;
}

/// Why something was not made.
std::string why(const sweet::task_result<void>& result, sweet::error_code code) {
  BOOST_TEST_REQUIRE(!result);
  BOOST_TEST(result.error().code() == code);
  return result.error().message();
}

tls::certificate_files files(const scratch_folder& folder, const std::string& node) {
  return {folder / (node + ".pem"), folder / (node + ".key"), folder / "ca.pem"};
}

BOOST_AUTO_TEST_SUITE(certificates_test)

BOOST_AUTO_TEST_CASE(a_node_with_its_certificate_can_start) {
  const scratch_folder folder;
  sweet::make_authority(folder.path()).unwrap();
  for (const std::string& name :
       {std::string{"w1"}, std::string{"db.example.com"}, std::string{"under_score"},
        std::string{"A-b"}, std::string{".."}, std::string(200, 'n')}) {
    sweet::make_certificate(folder.path(), name).unwrap();
    BOOST_TEST(tls::tls_context::from_files(files(folder, name), name).is_ok());
    BOOST_TEST(!tls::tls_context::from_files(files(folder, name), "other").is_ok());
  }
}

BOOST_AUTO_TEST_CASE(only_the_owner_can_read_keys) {
  const scratch_folder scratch;
  const auto folder = scratch / "new";
  const auto before = ::umask(0);
  sweet::make_authority(folder).unwrap();
  sweet::make_certificate(folder, "w1").unwrap();
  ::umask(before);
  BOOST_TEST(mode_of(folder) == 0700U);
  BOOST_TEST(mode_of(folder + "/ca.key") == 0600U);
  BOOST_TEST(mode_of(folder + "/w1.key") == 0600U);
  BOOST_TEST(mode_of(folder + "/ca.pem") == 0644U);
  BOOST_TEST(mode_of(folder + "/w1.pem") == 0644U);
}

BOOST_AUTO_TEST_CASE(nothing_is_overwritten) {
  const scratch_folder folder;
  sweet::make_authority(folder.path()).unwrap();
  const auto authority = read_file(folder / "ca.key");
  BOOST_TEST(why(sweet::make_authority(folder.path()), sweet::error_code::io) ==
             (folder / "ca.key") +
                 " exists, and is not overwritten: move it, or take another folder");
  BOOST_TEST(read_file(folder / "ca.key") == authority);

  folder.write("w1.pem", "something else");
  BOOST_TEST(why(sweet::make_certificate(folder.path(), "w1"), sweet::error_code::io) ==
             (folder / "w1.pem") +
                 " exists, and is not overwritten: move it, or take another folder");
  BOOST_TEST(read_file(folder / "w1.pem") == "something else");
  // Half of a pair is not left behind.
  BOOST_TEST(!std::filesystem::exists(folder / "w1.key"));
}

BOOST_AUTO_TEST_CASE(there_has_to_be_an_authority) {
  const scratch_folder folder;
  BOOST_TEST(why(sweet::make_certificate(folder.path(), "w1"), sweet::error_code::io) ==
             "cannot read the authority " + (folder / "ca.pem") + ": No such file or directory");
  const scratch_folder other;
  sweet::make_authority(folder.path()).unwrap();
  sweet::make_authority(other.path()).unwrap();
  std::filesystem::copy_file(other / "ca.pem", folder / "ca.pem",
                             std::filesystem::copy_options::overwrite_existing);
  BOOST_TEST(why(sweet::make_certificate(folder.path(), "w1"), sweet::error_code::invalid_data)
                 .starts_with((folder / "ca.pem") + " and "));
  BOOST_TEST(why(sweet::make_authority("/nowhere/at/all"), sweet::error_code::io)
                 .starts_with("cannot make the folder /nowhere/at/all: "));
}

BOOST_AUTO_TEST_CASE(names_and_days_have_to_be_possible) {
  const scratch_folder folder;
  sweet::make_authority(folder.path()).unwrap();
  for (const std::string name : {"", "a/b", "../x", "a b", "ca", "ä", "a,DNS:b"})
    BOOST_TEST(why(sweet::make_certificate(folder.path(), name), sweet::error_code::invalid_data)
                   .starts_with("a node cannot be called \"" + name + '"'));
  for (const int days : {-1, 0, 36'501})
    BOOST_TEST(why(sweet::make_certificate(folder.path(), "w1", {.days = std::chrono::days{days}}),
                   sweet::error_code::invalid_data) == "a certificate cannot be valid for " +
                                                           std::to_string(days) +
                                                           " days: 1 to 36500 are possible");
  BOOST_TEST(!std::filesystem::exists(folder / "w1.key"));
  sweet::make_certificate(folder.path(), "w1", {.days = std::chrono::days{36'500}}).unwrap();
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace certificates_test
