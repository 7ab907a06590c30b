// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/tls/tls_session.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <openssl/err.h>

#include <sweet/node/tls/certificate_names.hpp>
#include <sweet/node/tls/first_record.hpp>
#include <sweet/node/tls/openssl_objects.hpp>
#include <sweet/node/tls/session_failure.hpp>

namespace sweet::inline v0_5::detail::tls {

tls_session::tls_session(side who, tls_context context)
    : who_(who), context_(std::move(context)), connection_(nullptr, SSL_free) {
  if (who_ == side::client) {
    start();
    shake_hands();
  }
}

tls_session::~tls_session() = default;

void tls_session::start() {
  connection_.reset(made(SSL_new(context_.native())));
  BIO* const bio = pipe_.make_bio();
  SSL_set_bio(connection_.get(), bio, bio);
  if (who_ == side::client)
    SSL_set_connect_state(connection_.get());
  else
    SSL_set_accept_state(connection_.get());
}

// ---- the handshake
// -------------------------------------------------------------------------------

void tls_session::feed(wire::byte_view in) {
  while (!is_ready_ && !failed() && !in.empty()) {
    const auto part = in.first(std::min(in.size(), max_unproved_bytes - unproved_));
    if (part.empty())
      return fail("the peer has sent " + std::to_string(max_unproved_bytes) +
                  " bytes, and has not proved who it is");
    unproved_ += part.size();
    in = in.subspan(part.size());
    pipe_.put(part);
    if (is_recognised())
      shake_hands();
  }
  if (!failed() && !is_closed_)
    pipe_.put(in);
}

bool tls_session::is_recognised() {
  if (is_known_as_tls_)
    return true;
  auto first =
      who_ == side::server ? look_at_client(pipe_.unread()) : look_at_server(pipe_.unread());
  if (first.what == first_record::kind::other)
    fail(std::move(first.why));
  is_known_as_tls_ = first.what == first_record::kind::tls;
  if (is_known_as_tls_ && !connection_)
    start();
  return is_known_as_tls_;
}

void tls_session::shake_hands() {
  ERR_clear_error();
  const int result = SSL_do_handshake(connection_.get());
  if (result == 1)
    become_ready();
  else
    note(result);
}

void tls_session::become_ready() {
  SSL* const x = connection_.get();
  if (!context_.has_certificates()) {
    // A shared key looks like a session that is resumed.
    if (SSL_session_reused(x) != 1)
      return fail("the peer does not prove that it knows the secret");
  } else if (const X509* const theirs = SSL_get0_peer_certificate(x)) {
    peer_names_ = names_in(*theirs);
  } else {
    return fail("the peer has no certificate, and this node takes nobody without one");
  }
  // Without it, two connections of TLS 1.2 may have one channel_binding().
  if (SSL_version(x) < TLS1_3_VERSION && SSL_get_extms_support(x) != 1)
    return fail("the peer speaks TLS 1.2 without the extended master secret of RFC 7627");
  is_ready_ = true;
}

void tls_session::note(int result) {
  switch (SSL_get_error(connection_.get(), result)) {
    case SSL_ERROR_WANT_READ: return;
    case SSL_ERROR_ZERO_RETURN:
      is_closed_ = true;
      if (!is_ready_)
        fail("the peer has closed the connection before it has proved who it is");
      return;
    default: fail(session_failure(*connection_, context_));
  }
}

void tls_session::fail(std::string why) {
  if (failed())
    return;
  failure_ = std::move(why);
  pipe_.drop_input();
}

// ---- what is sent and received
// -------------------------------------------------------------------

std::size_t tls_session::read(std::span<std::byte> to) {
  if (!is_ready_ || is_closed_ || failed() || to.empty())
    return 0;
  std::size_t size = 0;
  ERR_clear_error();
  if (const int result = SSL_read_ex(connection_.get(), to.data(), to.size(), &size); result != 1) {
    note(result);
    return 0;
  }
  return size;
}

bool tls_session::write(wire::byte_view in) {
  if (!is_ready_ || has_closed_ || failed())
    return false;
  while (!in.empty()) {
    renew_key();
    std::size_t size = 0;
    ERR_clear_error();
    if (const int result = SSL_write_ex(connection_.get(), in.data(), in.size(), &size);
        result != 1) {
      // Nothing makes it wait: all that it writes is taken.
      fail(session_failure(*connection_, context_));
      return false;
    }
    in = in.subspan(size);
  }
  return true;
}

void tls_session::renew_key() {
  if (++records_ <= context_.records_per_key() || SSL_version(connection_.get()) < TLS1_3_VERSION)
    return;
  SSL_key_update(connection_.get(), SSL_KEY_UPDATE_NOT_REQUESTED);
  records_ = 1;
}

void tls_session::close() {
  if (!is_ready_ || has_closed_ || failed())
    return;
  has_closed_ = true;
  ERR_clear_error();
  SSL_shutdown(connection_.get());
}

void tls_session::end_of_stream() {
  if (is_closed_)
    return;
  fail(is_ready_ ? "the connection has ended without a word: it was cut, and what has come may be "
                   "a part only"
                 : "the peer has closed the connection before it has proved who it is");
}

wire::bytes tls_session::take_output() {
  return std::exchange(pipe_.output(), {});
}

void tls_session::take_output(wire::bytes& to) {
  auto& out = pipe_.output();
  if (to.empty())
    return to.swap(out);
  to.insert(to.end(), out.begin(), out.end());
  out.clear();
}

// ---- who the peer is
// -----------------------------------------------------------------------------

bool tls_session::peer_is(std::string_view name) const {
  return !context_.has_certificates() || std::ranges::count(peer_names_, name) != 0;
}

channel_id tls_session::channel_binding() const {
  constexpr std::string_view exporter = "EXPORTER-Channel-Binding";
  constexpr unsigned char no_context = 0;
  std::array<unsigned char, std::tuple_size_v<channel_id>> raw{};
  if (SSL_export_keying_material(connection_.get(), raw.data(), raw.size(), exporter.data(),
                                 exporter.size(), &no_context, 0, 1) != 1)
    throw std::runtime_error{"OpenSSL has no channel binding"};
  channel_id id;
  std::ranges::transform(raw, id.begin(), [](unsigned char each) { return std::byte{each}; });
  return id;
}

wire::tls_channel tls_session::channel() const {
  const auto id = channel_binding();
  wire::tls_channel x{std::nullopt, {id.begin(), id.end()}};
  if (context_.has_certificates())
    x.peer_names = peer_names_;
  return x;
}

} // namespace sweet::inline v0_5::detail::tls
