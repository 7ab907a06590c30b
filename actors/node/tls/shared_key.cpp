// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/tls/shared_key.hpp>

#include <cstring>

#include <sweet/node/tls/openssl_objects.hpp>
#include <sweet/node/wire/proof.hpp>

namespace sweet::inline v0_5::detail::tls {

namespace {

constexpr std::string_view salt = "sweet node";
// The last byte is the number of the block, of which there is one.
constexpr std::string_view label = "sweet: TLS-PSK\x01";
// Everybody on the way can read it, so it tells nothing of the cluster.
constexpr std::string_view key_name = "sweet node";
constexpr unsigned char aes_128_gcm_sha256[] = {0x13, 0x01};

const unsigned char* octets(const void* from) noexcept {
  return static_cast<const unsigned char*>(from);
}

/// What OpenSSL takes for a former session; null without memory. A new one each time: OpenSSL
/// writes into it.
SSL_SESSION* session_of(SSL* connection) {
  const auto& key =
      *static_cast<const shared_key*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(connection)));
  const SSL_CIPHER* const cipher = SSL_CIPHER_find(connection, aes_128_gcm_sha256);
  SSL_SESSION* const made = SSL_SESSION_new();
  if (made == nullptr || cipher == nullptr ||
      SSL_SESSION_set1_master_key(made, octets(key.data()), key.size()) != 1 ||
      SSL_SESSION_set1_id_context(made, octets(key_name.data()), key_name.size()) != 1 ||
      SSL_SESSION_set_cipher(made, cipher) != 1 ||
      SSL_SESSION_set_protocol_version(made, TLS1_3_VERSION) != 1) {
    SSL_SESSION_free(made);
    return nullptr;
  }
  return made;
}

int use_key(SSL* connection, const EVP_MD*, const unsigned char** name, std::size_t* size,
            SSL_SESSION** session) {
  *session = session_of(connection);
  *name = octets(key_name.data());
  *size = key_name.size();
  return *session != nullptr ? 1 : 0;
}

int find_key(SSL* connection, const unsigned char* name, std::size_t size, SSL_SESSION** session) {
  *session = nullptr;
  if (size != key_name.size() || std::memcmp(name, key_name.data(), size) != 0)
    return 1;
  *session = session_of(connection);
  return *session != nullptr ? 1 : 0;
}

} // namespace

shared_key derive_key(std::string_view secret) {
  auto extracted = wire::hmac_sha256(salt, wire::as_bytes(secret));
  const std::string_view as_key{static_cast<const char*>(static_cast<void*>(extracted.data())),
                                extracted.size()};
  const auto key = wire::hmac_sha256(as_key, wire::as_bytes(label));
  OPENSSL_cleanse(extracted.data(), extracted.size());
  return key;
}

void use_shared_key(ssl_ctx_st& context, const shared_key& key) {
  // The key counts as a session that is resumed, for which OpenSSL wants a context.
  SSL_CTX_set_session_id_context(&context, octets(key_name.data()), key_name.size());
  SSL_CTX_set_app_data(&context, const_cast<shared_key*>(&key));
  SSL_CTX_set_psk_use_session_callback(&context, use_key);
  SSL_CTX_set_psk_find_session_callback(&context, find_key);
}

} // namespace sweet::inline v0_5::detail::tls
