// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/wire/proof.hpp>

#include <stdexcept>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

namespace sweet::inline v0_5::detail::wire {

namespace {

template <class To, class From>
To* chars(From* bytes) noexcept {
  return static_cast<To*>(
      static_cast<std::conditional_t<std::is_const_v<To>, const void, void>*>(bytes));
}

} // namespace

void secure_random(std::span<std::byte> to) {
  if (RAND_bytes(chars<unsigned char>(to.data()), static_cast<int>(to.size())) != 1)
    throw std::runtime_error{"OpenSSL has no random bytes"};
}

mac hmac_sha256(std::string_view key, byte_view message) {
  mac result{};
  unsigned size = 0;
  // A null key would stand for the one of the last call.
  const char* start = key.empty() ? "" : key.data();
  if (HMAC(EVP_sha256(), start, static_cast<int>(key.size()),
           chars<const unsigned char>(message.data()), message.size(),
           chars<unsigned char>(result.data()), &size) == nullptr)
    throw std::runtime_error{"OpenSSL has no HMAC-SHA-256"};
  return result;
}

bool same_mac(const mac& a, const mac& b) noexcept {
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

} // namespace sweet::inline v0_5::detail::wire
