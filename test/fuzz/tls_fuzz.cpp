// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Two sides of a connection of TLS, and somebody between them who changes, drops, cuts and makes up
// what they say, before and after the handshake. What a side reads is what the other has written,
// from the start on, or nothing. A server whose secret nobody here knows is never ready.

#include <algorithm>
#include <string>

#include <sweet/node/certificates.hpp>
#include <sweet/node/tls/tls_context.hpp>
#include <sweet/node/tls/tls_session.hpp>
#include <sweet/node/wire/proof.hpp>
#include <sweet/testing/scratch_folder.hpp>

#include "fuzz_input.hpp"

namespace tls = sweet::detail::tls;
namespace wire = sweet::detail::wire;
using side = tls::tls_session::side;

namespace {

struct contexts {
  tls::tls_context client;
  tls::tls_context server;
};

contexts with_certificates(tls::tls_version oldest) {
  const sweet::testing::scratch_folder folder;
  sweet::make_authority(folder.path()).unwrap();
  const auto node = [&](const std::string& name) {
    sweet::make_certificate(folder.path(), name).unwrap();
    return tls::tls_context::from_files(
               {folder / (name + ".pem"), folder / (name + ".key"), folder / "ca.pem"}, name,
               {.oldest = oldest, .records_per_key = 5})
        .unwrap();
  };
  return {node("client"), node("server")};
}

contexts with_secret() {
  const auto context = tls::tls_context::from_secret("a secret that they share").unwrap();
  return {context, context};
}

/// A secret that no corpus knows.
tls::tls_context of_stranger() {
  wire::nonce drawn;
  wire::secure_random(drawn);
  std::string secret;
  for (const std::byte each : drawn)
    secret += std::to_integer<char>(each);
  return tls::tls_context::from_secret(secret).unwrap();
}

const contexts& kind_of(std::size_t number) {
  // Secrets are the quickest, so most of the inputs have one.
  static const contexts secret = with_secret();
  static const contexts new_ones = with_certificates(tls::tls_version::tls_1_3);
  static const contexts old_ones = with_certificates(tls::tls_version::tls_1_2);
  return number == 0 ? new_ones : number == 1 ? old_ones : secret;
}

/// One side, and what it has written and read.
struct end {
  end(side who, const tls::tls_context& context) : session(who, context) {}

  void check() const {
    fuzz::require(session.failed() == !session.failure().empty(), "a failure has a sentence");
    fuzz::require(!session.is_closed() || session.is_ready() || session.failed(),
                  "who has closed was ready");
  }

  void write(wire::byte_view text) {
    const bool may_write = session.is_ready() && !session.failed() && !has_closed;
    fuzz::require(session.write(text) == may_write, "who is ready writes");
    if (may_write)
      written.insert(written.end(), text.begin(), text.end());
    check();
  }

  void read(const end& other) {
    wire::bytes part(1'000);
    while (const auto size = session.read(part))
      got.insert(got.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(size));
    fuzz::require(got.size() <= other.written.size() &&
                      std::equal(got.begin(), got.end(), other.written.begin()),
                  "what is read was written");
    if (session.is_closed() && !session.failed())
      fuzz::require(other.has_closed && got == other.written, "a clean end is a whole text");
    check();
  }

  void feed(wire::byte_view in, const end& other) {
    const bool had_failed = session.failed();
    session.feed(in);
    read(other);
    fuzz::require(session.failed() || !had_failed, "a failure stays");
  }

  tls::tls_session session;
  wire::bytes written;
  wire::bytes got;
  bool has_closed = false;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const tls::tls_context unknown = of_stranger();
  fuzz::fuzz_input input{data, size};
  const auto& [of_client, of_server] = kind_of(input.below(16));
  end client{side::client, of_client};
  end server{side::server, of_server};
  end silent{side::server, unknown};
  bool is_untouched = true;
  while (!input.empty()) {
    const std::size_t what = input.below(16);
    end& from = what % 2 == 0 ? client : server;
    end& to = what % 2 == 0 ? server : client;
    switch (what / 2) {
      case 0:
      case 1: to.feed(from.session.take_output(), from); break;
      case 2: {
        // In two parts.
        const auto said = from.session.take_output();
        const auto first = input.below(said.size() + 1);
        to.feed(wire::byte_view{said}.first(first), from);
        to.feed(wire::byte_view{said}.subspan(first), from);
        break;
      }
      case 3: {
        // Something is changed, doubled, or left out on the way.
        auto said = from.session.take_output();
        if (said.empty())
          break;
        const auto place = static_cast<std::ptrdiff_t>(input.below(said.size()));
        switch (input.below(4)) {
          case 0: said.erase(said.begin(), said.begin() + place); break;
          case 1: said.resize(static_cast<std::size_t>(place)); break;
          case 2: said.insert(said.end(), said.begin(), said.begin() + place); break;
          default: said[static_cast<std::size_t>(place)] ^= std::byte{1}; break;
        }
        silent.feed(said, end{side::client, unknown});
        to.feed(said, from);
        is_untouched = false;
        break;
      }
      case 4: {
        const auto made = input.take(input.below(256));
        silent.feed(made, end{side::client, unknown});
        to.feed(made, from);
        is_untouched = false;
        break;
      }
      case 5: from.write(input.take(input.below(512))); break;
      case 6:
        from.has_closed = from.has_closed || (from.session.is_ready() && !from.session.failed());
        from.session.close();
        from.check();
        break;
      default:
        to.read(from);
        to.session.end_of_stream();
        fuzz::require(to.session.failed() || to.session.is_closed(), "an end is clean or not");
        is_untouched = false;
        break;
    }
  }
  fuzz::require(!silent.session.is_ready(), "a stranger is never known");
  if (is_untouched) {
    while (client.session.has_output() || server.session.has_output()) {
      wire::bytes said = client.session.take_output();
      client.session.take_output(said);
      server.feed(said, client);
      client.feed(server.session.take_output(), server);
    }
    fuzz::require(!client.session.failed() && !server.session.failed(), "they get on");
    if (client.session.is_ready() && server.session.is_ready()) {
      const auto seen = client.session.channel();
      fuzz::require(seen.binding == server.session.channel().binding, "both have one binding");
      fuzz::require(client.session.peer_is("server") && server.session.peer_is("client"),
                    "who they are");
      fuzz::require(!seen.peer_names || !client.session.peer_is("client"), "and who they are not");
    }
    fuzz::require(client.got == server.written && server.got == client.written, "all has come");
  }
  return 0;
}
