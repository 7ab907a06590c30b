// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Two nodes say hello to each other, and somebody changes, drops and makes up what they say. One
// whose secret nobody here knows must never answer.

#include <string>

#include <sweet/node/wire/codec.hpp>
#include <sweet/node/wire/handshake.hpp>

#include "fuzz_input.hpp"

namespace wire = sweet::detail::wire;
using side = wire::handshake::side;

namespace {

const wire::handshake::time start{std::chrono::hours{1}};

wire::handshake_settings settings(const char* name, unsigned char id, std::string secret) {
  wire::handshake_settings x;
  x.versions.library = "sweet";
  x.cluster = "blue";
  x.name = name;
  x.life = {id, id, 1};
  x.secret = std::move(secret);
  x.say = [name = x.name, life = x.life](const wire::introduction&, const wire::hello*) {
    wire::hello said;
    said.node.who.name = name;
    said.node.who.incarnation = life;
    said.node.who.task_types = {{"resize", 1}};
    return said;
  };
  x.random = [id](std::span<std::byte> to) { std::ranges::fill(to, std::byte{id}); };
  return x;
}

/// A secret that no corpus knows.
std::string drawn_secret() {
  wire::nonce drawn;
  wire::secure_random(drawn);
  std::string text;
  for (const std::byte b : drawn)
    text += static_cast<char>(b);
  return text;
}

const std::string known = "a secret that they share";
const wire::handshake_settings stranger = settings("stranger", 9, drawn_secret());

wire::handshake_settings client_settings(std::size_t kind) {
  auto x = settings("client", 1, known);
  switch (kind) {
    case 1: x.versions = {5, 6, "later"}; break;
    case 2: x.cluster = "red"; break;
    case 3: x.name = "server"; break;
    case 4: x.life = {2, 2, 1}; break;
    case 5: x.random = [](std::span<std::byte> to) { std::ranges::fill(to, std::byte{2}); }; break;
    case 6:
      x.say = [](const wire::introduction&, const wire::hello*) { return wire::hello{}; };
      break;
    case 7:
      x.say = [](const wire::introduction&, const wire::hello*) {
        return wire::refusal{6, "there is a link already", {}, {}, 7};
      };
      break;
    case 8: x.name = "no name"; break;
    case 9: x.secret = "another secret of theirs"; break;
    default: break;
  }
  return x;
}

/// What TLS below says, if there is any: the names in a certificate, and the binding that both
/// have.
wire::tls_channel channel(std::size_t kind) {
  switch (kind) {
    case 0: return {std::vector<std::string>{"client", "server"}, wire::bytes(32, std::byte{1})};
    case 1: return {std::vector<std::string>{"somebody", "else"}, wire::bytes(32, std::byte{1})};
    case 2: return {std::nullopt, wire::bytes(32, std::byte{2})};
    default: return {};
  }
}

void check(const wire::handshake& x) {
  fuzz::require(!(x.done() && x.failed()), "no handshake is done and has failed");
  fuzz::require(x.failed() == !x.failure().empty(), "a failure has a sentence");
  fuzz::require(!x.refused() || x.failed(), "who is refused has failed");
  fuzz::require(x.held_life() == 0 || x.refused(), "a held life comes with a refusal");
}

void hand_over(wire::byte_view said, wire::handshake& to) {
  to.receive(said);
  check(to);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::fuzz_input input{data, size};
  const std::size_t kind = input.below(16);
  const auto of_client = client_settings(kind);
  fuzz::require(wire::check_settings(of_client).is_ok() == (kind != 8), "such a node can be");
  auto of_server = settings("server", 2, known);
  const auto seen_by_server = input.below(16);
  if (seen_by_server == 15)
    of_server.admit = [](const wire::introduction&) {
      return std::pair{wire::refusal_reason::other, std::string{"not now"}};
    };
  wire::handshake client{side::client, of_client, start, channel(input.below(16))};
  wire::handshake server{side::server, of_server, start, channel(seen_by_server)};
  wire::handshake silent{side::server, stranger, start};
  bool is_untouched = true;
  while (!input.empty()) {
    const std::size_t what = input.below(8);
    wire::handshake& from = what % 2 == 0 ? client : server;
    wire::handshake& to = what % 2 == 0 ? server : client;
    if (what < 2) {
      hand_over(from.take_output(), to);
    } else if (what < 4) {
      // Something is changed on the way.
      auto said = from.take_output();
      if (!said.empty())
        said[input.below(said.size())] ^= static_cast<std::byte>(1 + input.below(255));
      hand_over(said, silent);
      hand_over(said, to);
      is_untouched = false;
    } else if (what < 6) {
      // A frame that is made up, with the right header.
      wire::bytes made;
      const auto type = fuzz::any_type(input);
      wire::append_frame(made, type, input.take(input.below(512)));
      hand_over(made, silent);
      hand_over(made, to);
      is_untouched = false;
    } else if (what == 6) {
      const auto noise = input.take(input.below(64));
      hand_over(noise, silent);
      hand_over(noise, to);
      is_untouched = false;
    } else {
      from.tick(start + std::chrono::milliseconds{input.below(10'000)});
      check(from);
    }
  }
  fuzz::require(silent.take_output().empty(), "a stranger hears nothing");
  if (client.done())
    fuzz::require(wire::check_hello(client.said().node).is_ok(), "a hello fits into its frame");
  if (is_untouched && client.done())
    fuzz::require(server.done() && client.peer() != server.peer() &&
                      client.version() == server.version(),
                  "both sides agree");
  return 0;
}
