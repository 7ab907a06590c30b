// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/tls/openssl_reason.hpp>

#include <openssl/err.h>
#include <openssl/x509.h>

namespace sweet::inline v0_5::detail::tls {

std::string openssl_reason() {
  const unsigned long error = ERR_peek_error();
  ERR_clear_error();
  const char* text = error == 0 ? nullptr : ERR_reason_error_string(error);
  return text != nullptr ? text : "unknown reason";
}

std::string certificate_problem(int verify_error) {
  switch (verify_error) {
    case X509_V_ERR_CERT_HAS_EXPIRED: return "has expired";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "is not valid yet: one of the clocks is wrong, or it was made for later";
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return "comes from an authority that this node does not trust";
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
      return "is not signed by the authority that it names: another one has the same name";
    case X509_V_ERR_INVALID_PURPOSE: return "is not for both clients and servers of TLS";
    default: return std::string{"does not hold: "} + X509_verify_cert_error_string(verify_error);
  }
}

} // namespace sweet::inline v0_5::detail::tls
