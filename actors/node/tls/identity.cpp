// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/tls/identity.hpp>

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <utility>

#include <openssl/err.h>
#include <openssl/pem.h>

#include <sweet/node/tls/certificate_names.hpp>
#include <sweet/node/tls/openssl_reason.hpp>
#include <sweet/node/tls/read_file.hpp>

namespace sweet::inline v0_5::detail::tls {

namespace {

task_error bad(std::string what) {
  return task_error{error_code::invalid_data, std::move(what)};
}

owned_bio reader_of(const std::string& text) {
  return owned_bio{made(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())))};
}

/// What OpenSSL calls for the passphrase of a key, in place of asking at the terminal.
int note_passphrase(char*, int, int, void* is_wanted) {
  *static_cast<bool*>(is_wanted) = true;
  return -1;
}

task_result<std::vector<owned_certificate>> read_certificates(const std::string& path,
                                                              std::string_view what) {
  auto text = read_file(path, what, readers::anybody);
  if (!text)
    return text.error();
  const auto from = reader_of(text.value());
  std::vector<owned_certificate> found;
  ERR_clear_error();
  while (owned_certificate one{PEM_read_bio_X509(from.get(), nullptr, nullptr, nullptr)})
    found.push_back(std::move(one));
  // The end of the file is an error of OpenSSL as well.
  const bool is_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  const auto reason = openssl_reason();
  if (!is_end)
    return bad(std::string{what} + " " + path + " is damaged: " + reason);
  if (found.empty())
    return bad(std::string{what} + " " + path +
               " holds no certificate: it has to be a PEM file, with BEGIN CERTIFICATE in it");
  return found;
}

task_result<owned_key> read_key(const std::string& path) {
  auto text = read_file(path, "the private key", readers::owner);
  if (!text)
    return text.error();
  const auto from = reader_of(text.value());
  bool wants_passphrase = false;
  ERR_clear_error();
  owned_key key{PEM_read_bio_PrivateKey(from.get(), nullptr, note_passphrase, &wants_passphrase)};
  const auto reason = openssl_reason();
  OPENSSL_cleanse(text.value().data(), text.value().size());
  if (wants_passphrase)
    return bad("the private key " + path +
               " has a passphrase, and nobody is here to enter it: take it off with openssl pkey "
               "-in " +
               path + " -out FILE");
  if (!key)
    return bad("the private key " + path + " cannot be read: " + reason +
               ": it has to be a PEM file, with BEGIN PRIVATE KEY in it");
  return key;
}

std::string date_of(const ASN1_TIME* time) {
  std::tm date{};
  char text[32] = "";
  if (ASN1_TIME_to_tm(time, &date) == 1)
    std::strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &date);
  return text;
}

std::string advice(int verify_error, const X509& culprit, const certificate_files& files) {
  switch (verify_error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return " (on " + date_of(X509_get0_notAfter(&culprit)) + "): make a new one";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return " (from " + date_of(X509_get0_notBefore(&culprit)) + ")";
    case X509_V_ERR_INVALID_PURPOSE:
      return ": its extended key usage has to name both, or to be left out";
    default: return ": it has to come from one in " + files.authorities;
  }
}

/// Holds the certificate against the authorities, as peers will.
task_result<void> check_chain(const identity& x, const certificate_files& files,
                              std::optional<std::time_t> now) {
  STACK_OF(X509)* const above = made(sk_X509_new_null());
  const std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)> owned{
      above, [](STACK_OF(X509) * stack) { sk_X509_free(stack); }};
  for (const auto& one : x.above)
    if (sk_X509_push(above, one.get()) == 0)
      throw std::bad_alloc{};
  for (const int purpose : {X509_PURPOSE_SSL_CLIENT, X509_PURPOSE_SSL_SERVER}) {
    const owned_check check{made(X509_STORE_CTX_new())};
    if (X509_STORE_CTX_init(check.get(), x.authorities.get(), x.certificate.get(), above) != 1)
      throw std::bad_alloc{};
    X509_STORE_CTX_set_purpose(check.get(), purpose);
    if (now)
      X509_STORE_CTX_set_time(check.get(), 0, *now);
    const bool holds = X509_verify_cert(check.get()) == 1;
    ERR_clear_error();
    if (holds)
      continue;
    const int error = X509_STORE_CTX_get_error(check.get());
    const X509* culprit = X509_STORE_CTX_get_current_cert(check.get());
    if (culprit == nullptr)
      culprit = x.certificate.get();
    const bool is_own = X509_STORE_CTX_get_error_depth(check.get()) == 0;
    return bad((is_own ? "the certificate " : "an authority above the certificate ") +
               files.certificate + " " + certificate_problem(error) +
               advice(error, *culprit, files));
  }
  return {};
}

} // namespace

task_result<identity> read_identity(const certificate_files& files, const std::string& node_name,
                                    std::optional<std::time_t> now) {
  auto certificates = read_certificates(files.certificate, "the certificate");
  if (!certificates)
    return certificates.error();
  auto key = read_key(files.key);
  if (!key)
    return key.error();
  auto authorities = read_certificates(files.authorities, "the file of authorities");
  if (!authorities)
    return authorities.error();

  identity x;
  x.certificate = std::move(certificates.value().front());
  certificates.value().erase(certificates.value().begin());
  x.above = std::move(certificates.value());
  x.key = std::move(key.value());
  x.authorities.reset(made(X509_STORE_new()));
  for (const auto& one : authorities.value())
    if (X509_STORE_add_cert(x.authorities.get(), one.get()) != 1)
      throw std::bad_alloc{};

  if (X509_check_private_key(x.certificate.get(), x.key.get()) != 1) {
    ERR_clear_error();
    return bad("the private key " + files.key + " does not belong to the certificate " +
               files.certificate + ": give the two that were made together");
  }
  if (const auto names = names_in(*x.certificate); std::ranges::count(names, node_name) == 0)
    return bad("the certificate " + files.certificate + " is for " + listed(names) +
               " and not for the node \"" + node_name +
               "\": its subject alternative names have to name the node, as DNS:" + node_name);
  if (auto checked = check_chain(x, files, now); !checked)
    return checked.error();
  return x;
}

} // namespace sweet::inline v0_5::detail::tls
