// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/tls/tls_context.hpp>

#include <utility>

#include <openssl/crypto.h>

#include <sweet/node/tls/identity.hpp>
#include <sweet/node/tls/openssl_objects.hpp>
#include <sweet/node/tls/openssl_reason.hpp>
#include <sweet/node/tls/shared_key.hpp>
#include <sweet/node/wire/handshake.hpp>

namespace sweet::inline v0_5::detail::tls {

namespace {

// All of them have SHA-256, as the shared key has.
constexpr const char* ciphers_1_3 = "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256";
constexpr const char* ciphers_1_2 = "ECDHE+AESGCM:ECDHE+CHACHA20";
// What a peer may claim to need for its certificates.
constexpr long max_certificates = 16 << 10;

task_result<void> set_up(SSL_CTX* context, const tls_options& options) {
  const int oldest = options.oldest == tls_version::tls_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION;
  if (SSL_CTX_set_min_proto_version(context, oldest) != 1 ||
      SSL_CTX_set_ciphersuites(context, ciphers_1_3) != 1 ||
      SSL_CTX_set_cipher_list(context, ciphers_1_2) != 1)
    return task_error{error_code::invalid_data, "OpenSSL does not speak TLS 1.3 with AES-128-GCM "
                                                "here; its configuration may forbid it: " +
                                                    openssl_reason()};
  // The configuration of the system may have set another limit.
  SSL_CTX_set_max_proto_version(context, 0);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_early_data(context, 0);
  SSL_CTX_set_max_cert_list(context, max_certificates);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  if (options.now)
    X509_VERIFY_PARAM_set_time(SSL_CTX_get0_param(context), *options.now);
  return {};
}

} // namespace

struct tls_context::state {
  state() = default;
  state(const state&) = delete;
  state& operator=(const state&) = delete;
  ~state() { OPENSSL_cleanse(key.data(), key.size()); }

  tls_options options;
  std::optional<certificate_files> files;
  std::string node_name;
  shared_key key{};
  owned_context native{made(SSL_CTX_new(TLS_method()))};
};

task_result<tls_context> tls_context::from_files(certificate_files files, std::string node_name,
                                                 tls_options options) {
  const auto who = read_identity(files, node_name, options.now);
  if (!who)
    return who.error();
  auto x = std::make_shared<state>();
  SSL_CTX* const native = x->native.get();
  if (auto done = set_up(native, options); !done)
    return done.error();
  // Such as a key that is too short for the security level of the system.
  const auto not_taken = [&] {
    return task_error{error_code::invalid_data, "OpenSSL does not take the certificate " +
                                                    files.certificate + ": " + openssl_reason()};
  };
  if (SSL_CTX_use_certificate(native, who.value().certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(native, who.value().key.get()) != 1)
    return not_taken();
  for (const auto& one : who.value().above)
    if (SSL_CTX_add1_chain_cert(native, one.get()) != 1)
      return not_taken();
  SSL_CTX_set1_cert_store(native, who.value().authorities.get());
  x->options = options;
  x->files = std::move(files);
  x->node_name = std::move(node_name);
  return tls_context{std::move(x)};
}

task_result<tls_context> tls_context::from_secret(std::string_view secret, tls_options options) {
  if (secret.size() < wire::min_secret)
    return task_error{error_code::invalid_data,
                      "the secret has " + std::to_string(secret.size()) + " bytes, and needs " +
                          std::to_string(wire::min_secret) + ": openssl rand -hex 32 makes one"};
  options.oldest = tls_version::tls_1_3;
  auto x = std::make_shared<state>();
  if (auto done = set_up(x->native.get(), options); !done)
    return done.error();
  x->options = options;
  x->key = derive_key(secret);
  use_shared_key(*x->native, x->key);
  return tls_context{std::move(x)};
}

task_result<tls_context> tls_context::reload() const {
  if (!has_certificates())
    return *this;
  return from_files(*state_->files, state_->node_name, state_->options);
}

bool tls_context::has_certificates() const noexcept {
  return state_->files.has_value();
}

std::uint64_t tls_context::records_per_key() const noexcept {
  return state_->options.records_per_key;
}

tls_version tls_context::oldest() const noexcept {
  return state_->options.oldest;
}

ssl_ctx_st* tls_context::native() const noexcept {
  return state_->native.get();
}

} // namespace sweet::inline v0_5::detail::tls
