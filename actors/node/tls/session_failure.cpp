// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/tls/session_failure.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <sweet/node/tls/openssl_reason.hpp>

namespace sweet::inline v0_5::detail::tls {

namespace {

/// What the peer says that it does not like; empty if OpenSSL's words have to do.
std::string alert_text(int reason, bool has_certificates) {
  const std::string refused = "the peer refuses the certificate of this node: ";
  switch (reason) {
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED: return refused + "it has expired, or one above it";
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
      return refused + "it comes from an authority that the peer does not trust";
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED: return refused + "it is revoked";
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN: return refused + "the log of the peer says why";
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
      return "the peer wants a certificate, and this node has sent none";
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
      return "the peer speaks no version of TLS that this node speaks";
    case SSL_R_SSLV3_ALERT_ILLEGAL_PARAMETER:
    case SSL_R_TLSV1_ALERT_DECRYPT_ERROR:
    case SSL_R_TLSV1_ALERT_UNKNOWN_PSK_IDENTITY:
      if (!has_certificates)
        return "the peer has another secret";
      break;
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
      return std::string{"the peer has nothing in common with this node, which has "} +
             (has_certificates ? "certificates: the peer may have a secret in place of them"
                               : "a secret: the peer may have certificates in place of it");
    default: break;
  }
  return {};
}

/// What this node does not like.
std::string own_text(int reason, const SSL& connection, const tls_context& context) {
  switch (reason) {
    case SSL_R_CERTIFICATE_VERIFY_FAILED:
      if (!context.has_certificates())
        return "the peer shows a certificate, where nodes prove that they know the secret";
      return "the certificate of the peer " +
             certificate_problem(static_cast<int>(SSL_get_verify_result(&connection)));
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
      return "the peer has no certificate, and this node takes nobody without one";
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_VERSION_TOO_LOW:
      return std::string{"the peer speaks only versions of TLS before "} +
             (context.oldest() == tls_version::tls_1_3 ? "1.3" : "1.2");
    case SSL_R_BINDER_DOES_NOT_VERIFY: return "the peer has another secret";
    case SSL_R_NO_SHARED_CIPHER:
    case SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM:
      if (!context.has_certificates())
        return "the peer does not prove that it knows the secret";
      break;
    case SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC:
      return "what has come is not what the peer has sent: it was changed on the way";
    default: break;
  }
  return {};
}

} // namespace

std::string session_failure(const ssl_st& connection, const tls_context& context) {
  const unsigned long error = ERR_peek_error();
  const int reason = ERR_GET_LIB(error) == ERR_LIB_SSL ? ERR_GET_REASON(error) : 0;
  std::string text = reason >= SSL_AD_REASON_OFFSET ? alert_text(reason, context.has_certificates())
                                                    : own_text(reason, connection, context);
  const auto others_words = openssl_reason();
  return text.empty() ? "TLS has failed: " + others_words : text;
}

} // namespace sweet::inline v0_5::detail::tls
