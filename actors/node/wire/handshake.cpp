// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/wire/handshake.hpp>

#include <algorithm>
#include <string_view>
#include <vector>

#include <sweet/node/wire/codec.hpp>
#include <sweet/node/wire/name.hpp>

namespace sweet::inline v0_5::detail::wire {

namespace {

constexpr std::size_t max_library = 64;

// What is proved, and by which side: no proof passes for another one.
constexpr std::string_view opens = "sweet: a client opens";
constexpr std::string_view answers = "sweet: a server answers";
constexpr std::string_view proves = "sweet: a client proves";

template <class Value>
void append_encoded(bytes& out, const Value& x) {
  encoder{out}.put(x);
}

std::string protocols(const version_range& x) {
  return std::to_string(x.lowest) + " to " + std::to_string(x.highest);
}

std::string in_quotes(std::string_view x) {
  return '"' + std::string{x} + '"';
}

std::string in_quotes(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names)
    text += (text.empty() ? "" : ", ") + in_quotes(name);
  return text.empty() ? "nobody" : text;
}

} // namespace

task_result<void> check_settings(const handshake_settings& x) {
  if (!is_name(x.name))
    return invalid_data("a node cannot be called " + in_quotes(x.name) +
                        ": a name is 1 to 255 letters, digits, '.', '-' and '_'");
  if (!is_name(x.cluster))
    return invalid_data("a cluster cannot be called " + in_quotes(x.cluster) +
                        ": a name is 1 to 255 letters, digits, '.', '-' and '_'");
  if (!x.secret.empty() && x.secret.size() < min_secret)
    return invalid_data("the secret has " + std::to_string(x.secret.size()) + " bytes, and needs " +
                        std::to_string(min_secret));
  if (x.versions.lowest > x.versions.highest || x.versions.library.size() > max_library)
    return invalid_data("the versions of the protocol are in disorder");
  if (!x.life)
    return invalid_data("a node has no incarnation");
  return {};
}

task_result<void> check_hello(const node_hello& x) {
  const auto body = encode(hello{x, 0});
  if (!body)
    return body.error();
  if (const auto size = body.value().size() + frame_header; size > max_hello_frame)
    return invalid_data("the roles and types of tasks of node " + x.who.name + " take " +
                        std::to_string(size) + " bytes in its hello, which has at most " +
                        std::to_string(max_hello_frame));
  return {};
}

handshake::handshake(side who, const handshake_settings& settings, time now, tls_channel below)
    : who_(who), settings_(settings), below_(std::move(below)), deadline_(now + handshake_time),
      state_(who == side::client ? state::challenge : state::open) {
  own() = introduce();
  if (who_ == side::client)
    send(open{client_, prove(opens)});
}

introduction handshake::introduce() const {
  introduction x{settings_.versions, settings_.cluster, settings_.name, settings_.life, {}};
  settings_.random(x.once);
  return x;
}

mac handshake::prove(std::string_view label) const {
  bytes message;
  append_encoded(message, std::string{label});
  append_encoded(message, client_);
  if (label != opens)
    append_encoded(message, server_);
  message.insert(message.end(), below_.binding.begin(), below_.binding.end());
  return hmac_sha256(settings_.secret, message);
}

template <class Frame>
void handshake::send(const Frame& x) {
  bytes body;
  append_encoded(body, x);
  append_frame(output_, Frame::type, body);
}

template <class Frame>
bool handshake::read(const frame& x, Frame& to) {
  if (x.type != Frame::type) {
    fail(std::string{sweet::name_of(x.type)} + " has come where " +
         std::string{sweet::name_of(Frame::type)} + " was due");
    return false;
  }
  const auto done = decode(x.body, to);
  if (!done)
    fail(std::string{sweet::name_of(x.type)} + ": " + done.error().message());
  return done.is_ok();
}

// ---- what ends it
// --------------------------------------------------------------------------------

void handshake::fail(std::string why) {
  if (state_ == state::failed)
    return;
  // One that has proved itself is told what it did wrong.
  if (proved())
    return refuse(refusal_reason::malformed, std::move(why));
  state_ = state::failed;
  failure_ = std::move(why);
}

void handshake::refuse(refusal_reason reason, std::string text) {
  refuse({static_cast<std::uint8_t>(reason), std::move(text), {}, {}});
}

void handshake::refuse(refusal why) {
  why.sender = own().versions;
  why.receiver = peer().versions;
  refused_ = std::move(why);
  send(*refused_);
  state_ = state::failed;
  failure_ = to_string(*refused_);
}

void handshake::tick(time now) {
  if (done() || failed() || now < deadline_)
    return;
  state_ = state::failed;
  failure_ =
      "the hello was not over after 5 s: the peer is silent, as a node with another secret is";
}

// ---- what is taken
// -------------------------------------------------------------------------------

void handshake::receive(byte_view& in) {
  while (!done() && !failed()) {
    const auto next = reader_.next(in);
    if (!next)
      break;
    take(*next);
  }
  if (reader_.failed())
    fail(reader_.failure());
}

void handshake::take(const frame& x) {
  switch (state_) {
    case state::open: return take_open(x);
    case state::challenge: return take_challenge(x);
    case state::proof: return take_proof(x);
    default: return take_hello(x);
  }
}

void handshake::take_open(const frame& x) {
  open said;
  if (!read(x, said))
    return;
  client_ = said.from;
  if (!same_mac(said.proof, prove(opens)))
    return fail("the client does not know the secret");
  if (client_.once == server_.once)
    return fail("the client has sent the nonce of this node back");
  send(challenge{server_, prove(answers)});
  state_ = state::proof;
}

void handshake::take_challenge(const frame& x) {
  challenge said;
  if (!read(x, said))
    return;
  server_ = said.from;
  if (!same_mac(said.proof, prove(answers)))
    return fail("the server does not know the secret, or has answered somebody else");
  send(proof{prove(proves)});
  state_ = state::hello;
  if (judge())
    say_hello();
}

void handshake::take_proof(const frame& x) {
  proof said;
  if (!read(x, said))
    return;
  if (!same_mac(said.value, prove(proves)))
    return fail("the client does not know the secret, or repeats what somebody else has said");
  state_ = state::hello;
  judge();
}

void handshake::take_hello(const frame& x) {
  if (x.type == frame_type::refused) {
    refusal said;
    if (!read(x, said))
      return;
    failure_ = to_string(said);
    held_life_ = said.held_life;
    refused_ = std::move(said);
    state_ = state::failed;
    return;
  }
  if (!read(x, theirs_))
    return;
  if (theirs_.node.who.name != peer().name ||
      !same_start(theirs_.node.who.incarnation, peer().life))
    return fail("HELLO names another node than has introduced itself");
  if (who_ == side::client || say_hello())
    state_ = state::done;
}

bool handshake::say_hello() {
  auto said = settings_.say(peer(), who_ == side::server ? &theirs_ : nullptr);
  if (auto* why = std::get_if<refusal>(&said)) {
    refuse(std::move(*why));
    return false;
  }
  send(std::get<hello>(said));
  return true;
}

bool handshake::judge() {
  const introduction& it = peer();
  const auto no = [this](refusal_reason reason, std::string text) {
    refuse(reason, std::move(text));
    return false;
  };
  if (it.versions.lowest > settings_.versions.highest ||
      it.versions.highest < settings_.versions.lowest)
    return no(refusal_reason::version, "node " + settings_.name + " speaks protocol " +
                                           protocols(settings_.versions) + ", the other " +
                                           protocols(it.versions));
  if (!is_name(it.name) || !it.life || it.versions.lowest > it.versions.highest)
    return no(refusal_reason::malformed, "the peer has no valid name, incarnation or version");
  if (same_start(it.life, settings_.life))
    return no(refusal_reason::itself, "node " + settings_.name + " has connected to itself");
  if (it.cluster != settings_.cluster)
    return no(refusal_reason::cluster, "node " + settings_.name + " belongs to cluster " +
                                           settings_.cluster + ", the other does not");
  if (below_.peer_names && std::ranges::count(*below_.peer_names, it.name) == 0)
    return no(refusal_reason::certificate, "the certificate is for " +
                                               in_quotes(*below_.peer_names) +
                                               ", the node says it is " + in_quotes(it.name));
  if (it.name == settings_.name)
    return no(refusal_reason::name_taken, "both nodes are called " + settings_.name);
  if (settings_.admit)
    if (auto why = settings_.admit(it))
      return no(why->first, std::move(why->second));
  return true;
}

// ---- what has come of it
// -------------------------------------------------------------------------

std::uint16_t handshake::version() const noexcept {
  return std::min(client_.versions.highest, server_.versions.highest);
}

} // namespace sweet::inline v0_5::detail::wire
