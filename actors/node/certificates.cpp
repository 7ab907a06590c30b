// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/certificates.hpp>

#include <cerrno>
#include <cstddef>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/pem.h>

#include <sweet/actors/runtime/system/unique_fd.hpp>
#include <sweet/node/tls/openssl_objects.hpp>
#include <sweet/node/tls/openssl_reason.hpp>
#include <sweet/node/tls/read_file.hpp>
#include <sweet/node/wire/name.hpp>

namespace sweet::inline v0_5 {

namespace {

using namespace detail::tls;

constexpr const char* authority = "ca";
constexpr std::size_t max_common_name = 64;
constexpr int serial_bits = 127;

task_error not_possible(std::string what) {
  return task_error{error_code::invalid_data, std::move(what)};
}

task_error io_error(const std::string& what) {
  return task_error{error_code::io, what + ": " + std::generic_category().message(errno)};
}

/// A key and the certificate for it.
struct signer {
  owned_certificate certificate;
  owned_key key;
};

// ---- making certificates
// -------------------------------------------------------------------------

void add_extension(X509& to, X509& issuer, int what, const std::string& value) {
  X509V3_CTX about;
  X509V3_set_ctx(&about, &issuer, &to, nullptr, nullptr, 0);
  const owned_extension x{made(X509V3_EXT_nconf_nid(nullptr, &about, what, value.c_str()))};
  if (X509_add_ext(&to, x.get(), -1) != 1)
    throw std::bad_alloc{};
}

/// Makes a key and a certificate with a name, a number that nobody can guess, and dates.
signer make_unsigned(const std::string& common_name, const certificate_validity& validity) {
  signer x{owned_certificate{made(X509_new())},
           owned_key{made(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"))}};
  X509* const it = x.certificate.get();
  X509_set_version(it, X509_VERSION_3);
  const owned_number serial{made(BN_new())};
  if (BN_rand(serial.get(), serial_bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) != 1)
    throw std::bad_alloc{};
  made(BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(it)));
  auto from = std::chrono::system_clock::to_time_t(validity.from);
  made(X509_time_adj_ex(X509_getm_notBefore(it), 0, 0, &from));
  made(X509_time_adj_ex(X509_getm_notAfter(it), static_cast<int>(validity.days.count()), 0, &from));
  const owned_name name{made(X509_NAME_new())};
  const std::string text = common_name.substr(0, max_common_name);
  if (X509_NAME_add_entry_by_NID(
          name.get(), NID_commonName, MBSTRING_ASC,
          static_cast<const unsigned char*>(static_cast<const void*>(text.data())),
          static_cast<int>(text.size()), -1, 0) != 1 ||
      X509_set_subject_name(it, name.get()) != 1 || X509_set_pubkey(it, x.key.get()) != 1)
    throw std::bad_alloc{};
  return x;
}

void sign(X509& it, X509& issuer, EVP_PKEY& key) {
  if (X509_set_issuer_name(&it, X509_get_subject_name(&issuer)) != 1 ||
      X509_sign(&it, &key, EVP_sha256()) == 0)
    throw std::bad_alloc{};
}

signer make_signed_authority(const certificate_validity& validity) {
  auto x = make_unsigned("authority of a cluster of sweet", validity);
  X509& it = *x.certificate;
  add_extension(it, it, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(it, it, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(it, it, NID_subject_key_identifier, "hash");
  sign(it, it, *x.key);
  return x;
}

signer make_signed_by(const signer& by, const std::string& node,
                      const certificate_validity& validity) {
  auto x = make_unsigned(node, validity);
  X509& it = *x.certificate;
  X509& issuer = *by.certificate;
  add_extension(it, issuer, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(it, issuer, NID_key_usage, "critical,digitalSignature");
  add_extension(it, issuer, NID_ext_key_usage, "serverAuth,clientAuth");
  add_extension(it, issuer, NID_subject_key_identifier, "hash");
  add_extension(it, issuer, NID_authority_key_identifier, "keyid:always");
  add_extension(it, issuer, NID_subject_alt_name, "DNS:" + node);
  sign(it, issuer, *by.key);
  return x;
}

// ---- files
// ---------------------------------------------------------------------------------------

std::string text_of(BIO& from) {
  char* start = nullptr;
  const auto size = BIO_get_mem_data(&from, &start);
  return {start, static_cast<std::size_t>(size)};
}

/// Writes a file that must not exist. One that cannot be written as a whole is taken away again.
task_result<void> write_new(const std::string& path, std::string_view text, mode_t mode) {
  const detail::unique_fd file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)};
  if (!file)
    return errno == EEXIST ? task_error{error_code::io, path + " exists, and is not overwritten: "
                                                               "move it, or take another folder"}
                           : io_error("cannot make " + path);
  while (!text.empty()) {
    const auto size = ::write(file.get(), text.data(), text.size());
    if (size < 0 && errno == EINTR)
      continue;
    if (size < 0) {
      auto error = io_error("cannot write " + path);
      ::unlink(path.c_str());
      return error;
    }
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  return {};
}

task_result<void> write_new(const std::string& stem, const signer& x) {
  const owned_bio key{made(BIO_new(BIO_s_secmem()))};
  const owned_bio certificate{made(BIO_new(BIO_s_mem()))};
  if (PEM_write_bio_PrivateKey(key.get(), x.key.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
          1 ||
      PEM_write_bio_X509(certificate.get(), x.certificate.get()) != 1)
    throw std::bad_alloc{};
  const auto path = stem + ".key";
  auto key_text = text_of(*key);
  auto done = write_new(path, key_text, 0600);
  OPENSSL_cleanse(key_text.data(), key_text.size());
  if (!done)
    return done;
  done = write_new(stem + ".pem", text_of(*certificate), 0644);
  if (!done)
    ::unlink(path.c_str());
  return done;
}

task_result<signer> read_authority(const std::string& folder) {
  const auto stem = folder + "/" + authority;
  const auto certificate = read_file(stem + ".pem", "the authority", readers::anybody);
  if (!certificate)
    return certificate.error();
  auto key = read_file(stem + ".key", "the private key of the authority", readers::owner);
  if (!key)
    return key.error();
  const auto reader_of = [](const std::string& text) {
    return owned_bio{made(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())))};
  };
  signer x{owned_certificate{
               PEM_read_bio_X509(reader_of(certificate.value()).get(), nullptr, nullptr, nullptr)},
           owned_key{PEM_read_bio_PrivateKey(
               reader_of(key.value()).get(), nullptr, [](char*, int, int, void*) { return -1; },
               nullptr)}};
  OPENSSL_cleanse(key.value().data(), key.value().size());
  if (!x.certificate || !x.key || X509_check_private_key(x.certificate.get(), x.key.get()) != 1)
    return not_possible(
        stem + ".pem and " + stem +
        ".key are not the certificate and the key of one authority: " + openssl_reason());
  return x;
}

task_result<void> check(const certificate_validity& x) {
  if (x.days < std::chrono::days{1} || x.days > std::chrono::days{36'500})
    return not_possible("a certificate cannot be valid for " + std::to_string(x.days.count()) +
                        " days: 1 to 36500 are possible");
  return {};
}

} // namespace

task_result<void> make_authority(const std::string& folder, const certificate_validity& validity) {
  if (auto checked = check(validity); !checked)
    return checked;
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return io_error("cannot make the folder " + folder);
  return write_new(folder + "/" + authority, make_signed_authority(validity));
}

task_result<void> make_certificate(const std::string& folder, const std::string& node,
                                   const certificate_validity& validity) {
  if (auto checked = check(validity); !checked)
    return checked;
  if (!detail::wire::is_name(node) || node == authority)
    return not_possible("a node cannot be called \"" + node +
                        "\": a name is 1 to 255 letters, digits, '.', '-' and '_', and not \"ca\"");
  const auto by = read_authority(folder);
  if (!by)
    return by.error();
  return write_new(folder + "/" + node, make_signed_by(by.value(), node, validity));
}

} // namespace sweet::inline v0_5
