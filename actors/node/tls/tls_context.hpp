#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <sweet/messages/task_result.hpp>
#include <sweet/node/tls/certificate_files.hpp>

struct ssl_ctx_st;

namespace sweet::inline v0_5::detail::tls {

/// A version of TLS.
enum class tls_version : std::uint8_t { tls_1_2, tls_1_3 };

/// How a node speaks TLS.
struct tls_options {
  tls_version oldest = tls_version::tls_1_3; ///< older ones are refused
  std::uint64_t records_per_key = 1 << 22;   ///< that are sent under one key of TLS 1.3
  std::optional<std::time_t> now{};          ///< in place of the time that it is, for tests
};

/// Who a node is and whom it believes, for all of its connections: certificates, or a secret that
/// all nodes of the cluster share.
///
/// Both sides verify each other. There are no tickets, no resumption, no early data, no
/// renegotiation and no compression. A value of one pointer that does not change, so sessions in
/// all threads may share it.
class tls_context {
public:
  /// Makes one from certificates.
  /// @param node_name the name of this node, which its certificate has to be for
  /// Errors: io, invalid_data: a file that is missing, damaged or open to others, a key that does
  /// not fit, a certificate that is for another name, expired, or of an unknown authority. Each is
  /// a sentence that names the file, and says what to do.
  static task_result<tls_context> from_files(certificate_files files, std::string node_name,
                                             tls_options options = {});

  /// Makes one from a secret of at least 16 bytes. Such nodes speak TLS 1.3 only; who knows the
  /// secret may take any name.
  /// Errors: invalid_data.
  static task_result<tls_context> from_secret(std::string_view secret, tls_options options = {});

  /// Makes one from what the files hold now; a secret stays the same. This one is not touched, so
  /// the caller keeps it if there is an error.
  /// Errors: those of from_files().
  task_result<tls_context> reload() const;

  /// Tells whether certificates prove who is who, and not a secret.
  bool has_certificates() const noexcept;

  /// Returns how many records are sent under one key.
  std::uint64_t records_per_key() const noexcept;

  /// Returns the oldest version that is spoken.
  tls_version oldest() const noexcept;

  /// Returns what OpenSSL makes connections of. Valid as long as this, or a copy.
  ssl_ctx_st* native() const noexcept;

private:
  struct state;

  explicit tls_context(std::shared_ptr<const state> shared) noexcept : state_(std::move(shared)) {}

  std::shared_ptr<const state> state_;
};

} // namespace sweet::inline v0_5::detail::tls
