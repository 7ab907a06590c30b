#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <memory>
#include <new>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace sweet::inline v0_5::detail::tls {

/// Frees an object of OpenSSL.
template <auto Free>
struct openssl_free {
  template <class T>
  void operator()(T* x) const noexcept {
    Free(x);
  }
};

using owned_bio = std::unique_ptr<BIO, openssl_free<BIO_free>>;
using owned_key = std::unique_ptr<EVP_PKEY, openssl_free<EVP_PKEY_free>>;
using owned_certificate = std::unique_ptr<X509, openssl_free<X509_free>>;
using owned_extension = std::unique_ptr<X509_EXTENSION, openssl_free<X509_EXTENSION_free>>;
using owned_name = std::unique_ptr<X509_NAME, openssl_free<X509_NAME_free>>;
using owned_number = std::unique_ptr<BIGNUM, openssl_free<BN_free>>;
using owned_names = std::unique_ptr<GENERAL_NAMES, openssl_free<GENERAL_NAMES_free>>;
using owned_store = std::unique_ptr<X509_STORE, openssl_free<X509_STORE_free>>;
using owned_check = std::unique_ptr<X509_STORE_CTX, openssl_free<X509_STORE_CTX_free>>;
using owned_context = std::unique_ptr<SSL_CTX, openssl_free<SSL_CTX_free>>;
using owned_connection = std::unique_ptr<SSL, openssl_free<SSL_free>>;

/// Returns what OpenSSL has made. @throws std::bad_alloc if it has made nothing: OpenSSL runs out
/// of memory, and of nothing else, where this is called
template <class T>
T* made(T* x) {
  if (x == nullptr)
    throw std::bad_alloc{};
  return x;
}

} // namespace sweet::inline v0_5::detail::tls
