// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/tls/tls_context.hpp>

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <string>

#include <sys/stat.h>

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/pem.h>

#include <sweet/node/tls/openssl_objects.hpp>
#include <sweet/node/tls/shared_key.hpp>

#include "tls_fixture.hpp"

namespace tls_context_test {

using namespace tls_test;
using sweet::testing::read_file;
using sweet::testing::scratch_folder;

const cluster& nodes() {
  static const cluster x{"one", "two"};
  return x;
}

sweet::task_error error_of(const tls::certificate_files& files, const std::string& name = "one",
                           tls::tls_options options = {}) {
  const auto made = tls::tls_context::from_files(files, name, options);
  BOOST_TEST_REQUIRE(!made);
  return made.error();
}

std::string why(const tls::certificate_files& files, const std::string& name = "one",
                tls::tls_options options = {}) {
  const auto error = error_of(files, name, options);
  BOOST_TEST(error.code() == sweet::error_code::invalid_data);
  return error.message();
}

/// The key with a passphrase, as `openssl pkey -aes256` writes it.
std::string with_passphrase(const std::string& key) {
  const auto text = read_file(key);
  const tls::owned_bio from{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
  const tls::owned_key read{PEM_read_bio_PrivateKey(from.get(), nullptr, nullptr, nullptr)};
  const tls::owned_bio to{BIO_new(BIO_s_mem())};
  PEM_write_bio_PKCS8PrivateKey(to.get(), read.get(), EVP_aes_256_cbc(), "pass", 4, nullptr,
                                nullptr);
  char* start = nullptr;
  const auto size = BIO_get_mem_data(to.get(), &start);
  return {start, static_cast<std::size_t>(size)};
}

void get_on(const tls::tls_context& client, const tls::tls_context& server) {
  talk x{client, server};
  x.run();
  BOOST_TEST(x.client.failure() == "");
  BOOST_TEST(x.server.failure() == "");
  BOOST_TEST(x.server.is_ready());
}

BOOST_AUTO_TEST_SUITE(tls_context_test)

BOOST_AUTO_TEST_CASE(a_missing_file_is_named) {
  const auto good = nodes().files("one");
  for (const auto part : {&tls::certificate_files::certificate, &tls::certificate_files::key,
                          &tls::certificate_files::authorities}) {
    auto files = good;
    files.*part = nodes() / "nothing.pem";
    const auto error = error_of(files);
    BOOST_TEST(error.code() == sweet::error_code::io);
    BOOST_TEST(contains(error.message(), files.*part + ": No such file or directory"));
    files.*part = nodes().path();
    BOOST_TEST(contains(error_of(files).message(), files.*part + ": Is a directory"));
  }
  auto files = good;
  files.key = "/nothing";
  BOOST_TEST(error_of(files).message() ==
             "cannot read the private key /nothing: No such file or directory");
}

BOOST_AUTO_TEST_CASE(a_file_of_something_else_is_named) {
  const scratch_folder scratch;
  const auto good = nodes().files("one");
  const auto text = scratch.write("text", "no certificate");
  ::chmod(text.c_str(), 0600);
  const auto cut = read_file(good.certificate).substr(0, 300);
  const auto damaged = scratch.write("damaged", cut + "\n-----END CERTIFICATE-----\n");
  ::chmod(damaged.c_str(), 0600);
  const auto long_one = scratch.write("long", std::string(2 << 20, 'x'));
  auto files = good;
  files.certificate = text;
  BOOST_TEST(why(files) == "the certificate " + text +
                               " holds no certificate: it has to be a PEM file, with BEGIN "
                               "CERTIFICATE in it");
  files.certificate = damaged;
  BOOST_TEST(contains(why(files), "the certificate " + damaged + " is damaged: "));
  files.certificate = good.key;
  BOOST_TEST(contains(why(files), "holds no certificate"));
  files.certificate = long_one;
  BOOST_TEST(why(files) == "the certificate " + long_one + " has more than 1 MiB");
  files = good;
  files.authorities = text;
  BOOST_TEST(contains(why(files), "the file of authorities " + text + " holds no certificate"));
  files = good;
  files.key = text;
  BOOST_TEST(contains(why(files), "the private key " + text + " cannot be read: "));
  files.key = good.certificate;
  ::chmod(good.certificate.c_str(), 0600);
  BOOST_TEST(contains(why(files), "cannot be read: "));
  ::chmod(good.certificate.c_str(), 0644);
}

BOOST_AUTO_TEST_CASE(a_key_that_does_not_fit_is_refused) {
  auto files = nodes().files("one");
  files.key = nodes() / "two.key";
  BOOST_TEST(why(files) == "the private key " + files.key + " does not belong to the certificate " +
                               files.certificate + ": give the two that were made together");
}

BOOST_AUTO_TEST_CASE(a_key_with_a_passphrase_is_refused_and_nobody_is_asked) {
  const scratch_folder scratch;
  auto files = nodes().files("one");
  files.key = scratch.write("key", with_passphrase(files.key));
  ::chmod(files.key.c_str(), 0600);
  BOOST_TEST(contains(why(files), "the private key " + files.key + " has a passphrase"));
}

BOOST_AUTO_TEST_CASE(a_key_that_others_can_read_is_refused_as_ssh_does) {
  const scratch_folder scratch;
  auto files = nodes().files("one");
  files.key = scratch.write("key", read_file(files.key));
  for (const mode_t mode : {0640U, 0604U, 0620U, 0601U, 0644U, 0660U}) {
    ::chmod(files.key.c_str(), mode);
    BOOST_TEST(contains(why(files), "other users can read or write the private key " + files.key));
  }
  ::chmod(files.key.c_str(), 0644);
  BOOST_TEST(why(files) == "other users can read or write the private key " + files.key +
                               " (its mode is 0644): chmod 600 " + files.key);
  for (const mode_t mode : {0600U, 0400U, 0700U}) {
    ::chmod(files.key.c_str(), mode);
    BOOST_TEST(tls::tls_context::from_files(files, "one").is_ok());
  }
  // One that belongs to another user was lent by that user, as secrets are that root mounts.
  if (::geteuid() == 0) {
    ::chmod(files.key.c_str(), 0640);
    BOOST_TEST_REQUIRE(::chown(files.key.c_str(), 65534, 0) == 0);
    BOOST_TEST(tls::tls_context::from_files(files, "one").is_ok());
  }
}

BOOST_AUTO_TEST_CASE(a_certificate_for_another_name_is_refused) {
  BOOST_TEST(why(nodes().files("one"), "three") ==
             "the certificate " + (nodes() / "one.pem") +
                 " is for \"one\" and not for the node \"three\": its subject alternative names "
                 "have to name the node, as DNS:three");
}

BOOST_AUTO_TEST_CASE(a_certificate_that_does_not_hold_now_is_refused) {
  const auto now = std::chrono::system_clock::now();
  const auto at = [&](std::chrono::hours later) {
    return tls::tls_options{.now = std::chrono::system_clock::to_time_t(now + later)};
  };
  const auto files = nodes().files("one");
  BOOST_TEST(tls::tls_context::from_files(files, "one", at(8'000h)).is_ok());
  const auto expired = why(files, "one", at(9'000h));
  BOOST_TEST(expired.starts_with("the certificate " + files.certificate + " has expired (on 20"));
  BOOST_TEST(expired.ends_with(" UTC): make a new one"));
  BOOST_TEST(contains(why(files, "one", at(-10h)), files.certificate + " is not valid yet: "));
  BOOST_TEST(contains(why(files, "one", at(100'000h)), " has expired"));

  nodes().add("later", {.days = std::chrono::days{30'000}});
  BOOST_TEST(
      contains(why(nodes().files("later"), "later", at(100'000h)),
               "an authority above the certificate " + (nodes() / "later.pem") + " has expired"));
}

BOOST_AUTO_TEST_CASE(a_certificate_of_an_unknown_authority_is_refused) {
  const cluster others{};
  auto files = nodes().files("one");
  files.authorities = others / "ca.pem";
  const auto text = "the certificate " + files.certificate +
                    " comes from an authority that this node does not trust: it has to come from "
                    "one in ";
  BOOST_TEST(why(files) == text + files.authorities);
  files.authorities = files.certificate;
  BOOST_TEST(why(files) == text + files.authorities);
}

BOOST_AUTO_TEST_CASE(a_short_secret_is_refused) {
  const auto made = tls::tls_context::from_secret("fifteen letters");
  BOOST_TEST_REQUIRE(!made);
  BOOST_TEST(made.error().message() ==
             "the secret has 15 bytes, and needs 16: openssl rand -hex 32 makes one");
  BOOST_TEST(tls::tls_context::from_secret("sixteen letters.").is_ok());
}

BOOST_AUTO_TEST_CASE(the_key_of_a_secret_is_hkdf_of_it) {
  const std::string secret = "a secret of the cluster";
  const std::string salt = "sweet node";
  const std::string label = "sweet: TLS-PSK";
  EVP_KDF* const hkdf = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
  EVP_KDF_CTX* const context = EVP_KDF_CTX_new(hkdf);
  const auto part = [](const char* name, const std::string& value) {
    return OSSL_PARAM_construct_octet_string(name, const_cast<char*>(value.data()), value.size());
  };
  char digest[] = "SHA256";
  const OSSL_PARAM how[] = {OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
                            part(OSSL_KDF_PARAM_KEY, secret), part(OSSL_KDF_PARAM_SALT, salt),
                            part(OSSL_KDF_PARAM_INFO, label), OSSL_PARAM_construct_end()};
  std::array<unsigned char, 32> expected{};
  BOOST_TEST_REQUIRE(EVP_KDF_derive(context, expected.data(), expected.size(), how) == 1);
  EVP_KDF_CTX_free(context);
  EVP_KDF_free(hkdf);
  const auto key = tls::derive_key(secret);
  BOOST_TEST(std::ranges::equal(key, std::as_bytes(std::span{expected})));
}

// ---- new files
// -----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(new_files_count_only_if_all_of_them_load) {
  const scratch_folder scratch;
  const auto copy = [&](const std::string& from, const std::string& to) {
    std::filesystem::copy_file(from, scratch / to,
                               std::filesystem::copy_options::overwrite_existing);
  };
  const cluster next{"one", "two"};
  const auto install = [&](const cluster& from) {
    for (const char* file : {"one.pem", "one.key", "ca.pem"})
      copy(from / file, file);
  };
  install(nodes());
  const tls::certificate_files files{scratch / "one.pem", scratch / "one.key", scratch / "ca.pem"};
  const auto context = tls::tls_context::from_files(files, "one").unwrap();
  get_on(context, nodes().context("two"));
  get_on(context.reload().unwrap(), nodes().context("two"));

  const auto is_kept = [&](std::string_view because) {
    const auto again = context.reload();
    BOOST_TEST_REQUIRE(!again);
    BOOST_TEST(contains(again.error().message(), because));
    get_on(context, nodes().context("two"));
  };
  std::filesystem::remove(files.key);
  is_kept("No such file");
  copy(next / "one.key", "one.key");
  is_kept("does not belong to the certificate");
  copy(next / "one.pem", "one.pem");
  is_kept("it has to come from one in");
  scratch.write("ca.pem", read_file(next / "ca.pem").substr(0, 100));
  is_kept("is damaged");
  install(next);
  const auto renewed = context.reload().unwrap();
  get_on(renewed, next.context("two"));
  get_on(next.context("two"), renewed);
  // Connections that are there go on, and the context that was is what it was.
  get_on(context, nodes().context("two"));
}

BOOST_AUTO_TEST_CASE(a_secret_stays_the_same) {
  const auto context = with_secret();
  BOOST_TEST(!context.has_certificates());
  get_on(context.reload().unwrap(), context);
}

BOOST_AUTO_TEST_CASE(old_and_new_authorities_are_believed_at_a_time) {
  // How a cluster moves to another authority without a moment in which nodes refuse each other.
  const scratch_folder scratch;
  const cluster next{"two"};
  const auto both =
      scratch.write("both.pem", read_file(nodes() / "ca.pem") + read_file(next / "ca.pem"));
  auto old_one = nodes().files("one");
  auto new_two = next.files("two");
  old_one.authorities = both;
  new_two.authorities = both;
  const auto a = tls::tls_context::from_files(old_one, "one").unwrap();
  const auto b = tls::tls_context::from_files(new_two, "two").unwrap();
  get_on(a, b);
  get_on(b, a);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace tls_context_test
