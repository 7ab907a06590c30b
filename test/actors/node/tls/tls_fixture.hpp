#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/certificates.hpp>
#include <sweet/node/tls/tls_context.hpp>
#include <sweet/node/tls/tls_session.hpp>

#include <chrono>
#include <random>
#include <string>
#include <string_view>

#include <sweet/testing/scratch_folder.hpp>

namespace tls_test {

using namespace std::chrono_literals;
namespace tls = sweet::detail::tls;
namespace wire = sweet::detail::wire;
using side = tls::tls_session::side;

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// A folder with an authority and certificates of nodes.
class cluster {
public:
  explicit cluster(std::initializer_list<std::string> nodes) {
    sweet::make_authority(folder_.path()).unwrap();
    for (const auto& node : nodes)
      add(node);
  }

  void add(const std::string& node, const sweet::certificate_validity& validity = {}) const {
    sweet::make_certificate(folder_.path(), node, validity).unwrap();
  }

  const std::string& path() const { return folder_.path(); }
  std::string operator/(std::string_view name) const { return folder_ / name; }

  tls::certificate_files files(const std::string& node) const {
    return {folder_ / (node + ".pem"), folder_ / (node + ".key"), folder_ / "ca.pem"};
  }

  tls::tls_context context(const std::string& node, tls::tls_options options = {}) const {
    return tls::tls_context::from_files(files(node), node, options).unwrap();
  }

private:
  sweet::testing::scratch_folder folder_;
};

inline tls::tls_context with_secret(std::string_view secret = "a secret of the cluster") {
  return tls::tls_context::from_secret(secret).unwrap();
}

/// Bytes that look alike in each run.
inline wire::bytes noise(std::size_t size, unsigned seed = 1) {
  std::mt19937 random{seed};
  wire::bytes x(size);
  for (std::byte& each : x)
    each = static_cast<std::byte>(random());
  return x;
}

/// All that a session has to read.
inline wire::bytes read_all(tls::tls_session& from) {
  wire::bytes all;
  wire::bytes part(5'000);
  while (const auto size = from.read(part))
    all.insert(all.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(size));
  return all;
}

inline std::string as_text(const wire::bytes& x) {
  std::string text;
  for (const std::byte each : x)
    text += std::to_integer<char>(each);
  return text;
}

/// Two sides of one connection.
struct talk {
  talk(const tls::tls_context& of_client, const tls::tls_context& of_server)
      : client(side::client, of_client), server(side::server, of_server) {}

  /// Carries what they say, `at_once` bytes at a time, until both are silent.
  void run(std::size_t at_once = 1 << 20) {
    for (bool more = true; more;) {
      more = carry(client, server, at_once, to_server);
      more = carry(server, client, at_once, to_client) || more;
    }
  }

  static bool carry(tls::tls_session& from, tls::tls_session& to, std::size_t at_once,
                    wire::bytes& read) {
    const auto said = from.take_output();
    for (wire::byte_view left = said; !left.empty();) {
      const auto part = left.first(std::min(at_once, left.size()));
      to.feed(part);
      const auto text = read_all(to);
      read.insert(read.end(), text.begin(), text.end());
      left = left.subspan(part.size());
    }
    return !said.empty();
  }

  tls::tls_session client;
  tls::tls_session server;
  wire::bytes to_server; ///< what the server has read
  wire::bytes to_client;
};

} // namespace tls_test
