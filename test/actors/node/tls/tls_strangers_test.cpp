// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/tls/tls_session.hpp>

#include <boost/test/unit_test.hpp>

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include <malloc.h>

#include <openssl/ssl.h>

#include <sweet/actors/runtime/system/sanitizers.hpp>
#include <sweet/node/tls/openssl_objects.hpp>

#include "tls_fixture.hpp"

namespace tls_strangers_test {

using namespace tls_test;
using tls_test::side;

const cluster& nodes() {
  static const cluster x{"one", "two"};
  return x;
}

/// Runs two sides that do not get on, and returns why: the words of the client and of the server.
std::pair<std::string, std::string> both_fail(const tls::tls_context& client,
                                              const tls::tls_context& server) {
  talk x{client, server};
  x.run();
  BOOST_TEST(x.client.failed());
  BOOST_TEST(x.server.failed());
  BOOST_TEST(!x.server.is_ready());
  BOOST_TEST(!x.server.write(wire::as_bytes("text")));
  return {x.client.failure(), x.server.failure()};
}

/// A session of a node, to which somebody else talks.
std::unique_ptr<tls::tls_session> session(side who) {
  auto x = std::make_unique<tls::tls_session>(who, nodes().context("two"));
  (void)x->take_output();
  return x;
}

/// What a session says to these bytes, which are no TLS: nothing.
std::string silent_about(side who, wire::byte_view in) {
  const auto x = session(who);
  for (const std::byte& each : in)
    x->feed({&each, 1});
  BOOST_TEST(x->failed());
  BOOST_TEST(!x->has_output());
  BOOST_TEST(!x->is_ready());
  return x->failure();
}

wire::bytes client_hello() {
  return tls::tls_session{side::client, nodes().context("one")}.take_output();
}

/// TLS as others speak it: OpenSSL set up by a test, with the session of a node on the other side.
struct other_side {
  other_side(side who, const tls::tls_context& context, const std::function<void(SSL_CTX*)>& set_up)
      : ours(who, context) {
    SSL_CTX_set_cipher_list(other.get(), "ALL:@SECLEVEL=0");
    SSL_CTX_set_min_proto_version(other.get(), 0);
    set_up(other.get());
    theirs.reset(tls::made(SSL_new(other.get())));
    SSL_set_bio(theirs.get(), in, out);
    if (who == side::server)
      SSL_set_connect_state(theirs.get());
    else
      SSL_set_accept_state(theirs.get());
  }

  void run() {
    for (int i = 0; i < 10; ++i) {
      SSL_do_handshake(theirs.get());
      wire::bytes said(BIO_ctrl_pending(out));
      BIO_read(out, said.data(), static_cast<int>(said.size()));
      ours.feed(said);
      read_all(ours);
      const auto answer = ours.take_output();
      BIO_write(in, answer.data(), static_cast<int>(answer.size()));
    }
  }

  tls::owned_context other{tls::made(SSL_CTX_new(TLS_method()))};
  BIO* in = BIO_new(BIO_s_mem());
  BIO* out = BIO_new(BIO_s_mem());
  tls::owned_connection theirs;
  tls::tls_session ours;
};

/// Returns why a session of a node has failed with such a peer.
std::string failure_with(side who, const tls::tls_context& context,
                         const std::function<void(SSL_CTX*)>& set_up) {
  other_side x{who, context, set_up};
  x.run();
  BOOST_TEST(!(x.ours.is_ready() && who == side::server));
  return x.ours.failure();
}

std::size_t memory_in_use() {
  return ::mallinfo2().uordblks;
}

constexpr bool counts_memory = SWEET_ADDRESS_SANITIZER == 0 && SWEET_THREAD_SANITIZER == 0;

BOOST_AUTO_TEST_SUITE(tls_strangers_test)

// ---- other protocols
// -----------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(other_protocols_hear_nothing) {
  const auto http = wire::as_bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  for (const side who : {side::server, side::client}) {
    BOOST_TEST(contains(silent_about(who, http), "the peer speaks no TLS: it begins with \"G"));
    BOOST_TEST(contains(silent_about(who, wire::as_bytes("SSH-2.0-OpenSSH_9.2")), "no TLS"));
    BOOST_TEST(contains(silent_about(who, noise(1'000)), "no TLS"));
    BOOST_TEST(contains(silent_about(who, wire::bytes(1'000)), "no TLS"));
  }
  const auto x = session(side::server);
  x->feed(http);
  BOOST_TEST(x->failure() == "the peer speaks no TLS: it begins with \"GET / HTTP/1.1..\"");
}

BOOST_AUTO_TEST_CASE(what_only_looks_like_a_client_hello_hears_nothing) {
  const auto is_refused = [](std::vector<int> start) {
    wire::bytes in;
    for (const int each : start)
      in.push_back(static_cast<std::byte>(each));
    return contains(silent_about(side::server, in), "the peer ");
  };
  BOOST_TEST(is_refused({21, 3, 3, 0, 2, 1, 0}));          // an alert first
  BOOST_TEST(is_refused({22, 2, 0}));                      // the version of SSL 2
  BOOST_TEST(is_refused({22, 3, 1, 0, 3}));                // a record without a message
  BOOST_TEST(is_refused({22, 3, 1, 0x40, 1}));             // a record that is too long
  BOOST_TEST(is_refused({22, 3, 1, 1, 0, 2}));             // the message of a server
  BOOST_TEST(is_refused({22, 3, 1, 1, 0, 1, 0, 0x40, 0})); // a hello of over 16 KiB
  BOOST_TEST(is_refused({22, 3, 1, 1, 0, 1, 0xff, 0, 0})); // a hello of 16 MiB
  BOOST_TEST(is_refused({0x80, 0x2e, 1, 3, 1}));           // a hello of SSL 2
}

BOOST_AUTO_TEST_CASE(noise_in_place_of_any_part_of_the_handshake_is_a_failure) {
  const auto hello = client_hello();
  for (std::size_t place = 0; place < hello.size(); ++place) {
    auto changed = hello;
    changed[place] ^= std::byte{0xff};
    const auto x = session(side::server);
    x->feed(changed);
    x->feed(noise(2'000, static_cast<unsigned>(place)));
    x->end_of_stream();
    BOOST_TEST(x->failed());
    BOOST_TEST(!x->is_ready());
  }
}

// ---- what a stranger costs
// -----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_server_says_nothing_to_half_a_client_hello) {
  const auto hello = client_hello();
  const auto x = session(side::server);
  x->feed(wire::byte_view{hello}.first(hello.size() - 1));
  BOOST_TEST(!x->failed());
  BOOST_TEST(!x->has_output());
  x->feed(wire::byte_view{hello}.last(1));
  BOOST_TEST(x->has_output());
}

BOOST_AUTO_TEST_CASE(half_client_hellos_cost_little_more_than_their_bytes) {
  const auto hello = client_hello();
  const auto context = nodes().context("two");
  const auto before = memory_in_use();
  std::vector<std::unique_ptr<tls::tls_session>> strangers;
  for (int i = 0; i < 300; ++i) {
    strangers.push_back(std::make_unique<tls::tls_session>(side::server, context));
    strangers.back()->feed(wire::byte_view{hello}.first(hello.size() / 2));
  }
  const auto each = (memory_in_use() - before) / strangers.size();
  BOOST_TEST_MESSAGE("half a ClientHello costs " << each << " bytes");
  if (counts_memory)
    BOOST_TEST(each < 1'024);
}

BOOST_AUTO_TEST_CASE(an_unfinished_handshake_costs_less_than_64_kib) {
  for (const auto& context : {nodes().context("two"), with_secret()}) {
    const auto hello = tls::tls_session{side::client, context}.take_output();
    const auto before = memory_in_use();
    std::vector<std::unique_ptr<tls::tls_session>> strangers;
    for (int i = 0; i < 300; ++i) {
      strangers.push_back(std::make_unique<tls::tls_session>(side::server, context));
      strangers.back()->feed(hello);
      BOOST_TEST_REQUIRE(strangers.back()->failure() == "");
      (void)strangers.back()->take_output();
    }
    const auto each = (memory_in_use() - before) / strangers.size();
    BOOST_TEST_MESSAGE("an unfinished handshake costs " << each << " bytes");
    if (counts_memory)
      BOOST_TEST(each < 64'000);
  }
}

// OpenSSL 3.5, as in Debian 13, takes 8 kB more of it than 3.0.
BOOST_AUTO_TEST_CASE(a_link_costs_less_than_80_kib_a_side) {
  const auto before = memory_in_use();
  std::vector<std::unique_ptr<talk>> links;
  for (int i = 0; i < 50; ++i) {
    links.push_back(std::make_unique<talk>(nodes().context("one"), nodes().context("two")));
    links.back()->run();
    links.back()->client.write(noise(100));
    links.back()->run();
  }
  const auto each = (memory_in_use() - before) / links.size() / 2;
  BOOST_TEST_MESSAGE("a side of a link costs " << each << " bytes, its context included");
  if (counts_memory)
    BOOST_TEST(each < (OPENSSL_VERSION_NUMBER < 0x30500000L ? 64'000U : 80'000U));
}

BOOST_AUTO_TEST_CASE(a_stranger_may_send_64_kib) {
  // A ClientHello of 16,000 bytes, one byte to a record: 96 KB in all.
  const auto record = [](std::vector<int> body) {
    body.insert(body.begin(), {22, 3, 1, 0, static_cast<int>(body.size())});
    wire::bytes x;
    for (const int each : body)
      x.push_back(static_cast<std::byte>(each));
    return x;
  };
  const auto x = session(side::server);
  std::size_t fed = 0;
  const auto feed = [&](const wire::bytes& in) {
    x->feed(in);
    fed += in.size();
  };
  feed(record({1, 0, 16'000 / 256, 16'000 % 256}));
  while (!x->failed() && fed < 90'000)
    feed(record({3}));
  BOOST_TEST(x->failure() == "the peer has sent 65536 bytes, and has not proved who it is");
  BOOST_TEST(fed > tls::max_unproved_bytes);
  BOOST_TEST(fed <= tls::max_unproved_bytes + 6);
}

// ---- those who do not get on
// ---------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_server_of_another_authority_is_refused) {
  const cluster others{"two"};
  const auto [client, server] = both_fail(nodes().context("one"), others.context("two"));
  BOOST_TEST(client == "the certificate of the peer comes from an authority that this node does "
                       "not trust");
  BOOST_TEST(server == "the peer refuses the certificate of this node: it comes from an authority "
                       "that the peer does not trust");
}

BOOST_AUTO_TEST_CASE(a_client_of_another_authority_is_refused) {
  // It believes the server, which does not believe it.
  const sweet::testing::scratch_folder scratch;
  const cluster others{"one"};
  auto files = others.files("one");
  files.authorities = scratch.write("both.pem", sweet::testing::read_file(others / "ca.pem") +
                                                    sweet::testing::read_file(nodes() / "ca.pem"));
  const auto context = tls::tls_context::from_files(files, "one").unwrap();
  const auto [client, server] = both_fail(context, nodes().context("two"));
  BOOST_TEST(server == "the certificate of the peer comes from an authority that this node does "
                       "not trust");
  BOOST_TEST(client == "the peer refuses the certificate of this node: it comes from an authority "
                       "that the peer does not trust");
}

BOOST_AUTO_TEST_CASE(a_certificate_that_does_not_hold_now_is_refused) {
  const auto now = std::chrono::system_clock::now();
  const sweet::testing::scratch_folder folder;
  sweet::make_authority(folder.path(), {.from = now - 10'000h, .days = std::chrono::days{3650}})
      .unwrap();
  const auto context = [&](const std::string& name, std::chrono::hours later) {
    const tls::certificate_files files{folder / (name + ".pem"), folder / (name + ".key"),
                                       folder / "ca.pem"};
    // A node whose own certificate does not hold does not start.
    return tls::tls_context::from_files(files, name,
                                        {.now = std::chrono::system_clock::to_time_t(now + later)})
        .unwrap();
  };
  sweet::make_certificate(folder.path(), "today").unwrap();
  sweet::make_certificate(folder.path(), "past", {.from = now - 720h, .days = std::chrono::days{7}})
      .unwrap();
  sweet::make_certificate(folder.path(), "future", {.from = now + 720h}).unwrap();
  {
    const auto [client, server] = both_fail(context("today", 0h), context("past", -700h));
    BOOST_TEST(client == "the certificate of the peer has expired");
    BOOST_TEST(server == "the peer refuses the certificate of this node: it has expired, or one "
                         "above it");
  }
  {
    // The client believes that it is last month; so does not the server.
    sweet::make_certificate(folder.path(), "always", {.from = now - 1'000h}).unwrap();
    const auto [client, server] = both_fail(context("past", -700h), context("always", 0h));
    BOOST_TEST(server == "the certificate of the peer has expired");
    BOOST_TEST(client == "the peer refuses the certificate of this node: it has expired, or one "
                         "above it");
  }
  const auto [client, server] = both_fail(context("today", 0h), context("future", 721h));
  BOOST_TEST(contains(client, "the certificate of the peer is not valid yet"));
  BOOST_TEST(contains(server, "the peer refuses the certificate of this node"));
}

BOOST_AUTO_TEST_CASE(who_has_no_certificate_is_refused) {
  BOOST_TEST(failure_with(side::server, nodes().context("two"), [](SSL_CTX*) {}) ==
             "the peer has no certificate, and this node takes nobody without one");
  const tls::tls_options old{.oldest = tls::tls_version::tls_1_2};
  BOOST_TEST(failure_with(side::server, nodes().context("two", old), [](SSL_CTX* x) {
               SSL_CTX_set_max_proto_version(x, TLS1_2_VERSION);
             }) == "the peer has no certificate, and this node takes nobody without one");
}

BOOST_AUTO_TEST_CASE(old_versions_of_tls_are_refused) {
  const tls::tls_options old{.oldest = tls::tls_version::tls_1_2};
  const auto speaks = [](int version) {
    return [version](SSL_CTX* x) { SSL_CTX_set_max_proto_version(x, version); };
  };
  const auto one = nodes().context("one");
  const auto older_one = nodes().context("one", old);
  BOOST_TEST(failure_with(side::server, one, speaks(TLS1_2_VERSION)) ==
             "the peer speaks only versions of TLS before 1.3");
  BOOST_TEST(failure_with(side::server, one, speaks(TLS1_1_VERSION)) ==
             "the peer speaks only versions of TLS before 1.3");
  BOOST_TEST(failure_with(side::server, older_one, speaks(TLS1_1_VERSION)) ==
             "the peer speaks only versions of TLS before 1.2");
  BOOST_TEST(failure_with(side::client, one, speaks(TLS1_1_VERSION)) ==
             "the peer speaks no version of TLS that this node speaks");
  BOOST_TEST(failure_with(side::client, older_one, speaks(TLS1_1_VERSION)) ==
             "the peer speaks no version of TLS that this node speaks");
}

BOOST_AUTO_TEST_CASE(nobody_renegotiates) {
  const tls::tls_options old{.oldest = tls::tls_version::tls_1_2};
  const auto files = nodes().files("one");
  for (const side who : {side::client, side::server}) {
    other_side x{who, nodes().context("two", old), [&](SSL_CTX* other) {
                   SSL_CTX_set_max_proto_version(other, TLS1_2_VERSION);
                   SSL_CTX_use_certificate_file(other, files.certificate.c_str(), SSL_FILETYPE_PEM);
                   SSL_CTX_use_PrivateKey_file(other, files.key.c_str(), SSL_FILETYPE_PEM);
                 }};
    x.run();
    BOOST_TEST_REQUIRE(x.ours.is_ready());
    const auto id = x.ours.channel_binding();
    SSL_renegotiate(x.theirs.get());
    x.run();
    // The session stays the one that it was.
    BOOST_TEST((x.ours.channel_binding() == id));
  }
}

BOOST_AUTO_TEST_CASE(another_secret_is_refused) {
  const auto [client, server] = both_fail(with_secret(), with_secret("a secret of another one"));
  BOOST_TEST(client == "the peer has another secret");
  BOOST_TEST(server == "the peer has another secret");
}

BOOST_AUTO_TEST_CASE(certificates_and_secrets_do_not_get_on) {
  {
    const auto [client, server] = both_fail(nodes().context("one"), with_secret());
    BOOST_TEST(server == "the peer does not prove that it knows the secret");
    BOOST_TEST(client == "the peer has nothing in common with this node, which has certificates: "
                         "the peer may have a secret in place of them");
  }
  {
    const auto [client, server] = both_fail(with_secret(), nodes().context("two"));
    BOOST_TEST(client == "the peer shows a certificate, where nodes prove that they know the "
                         "secret");
    BOOST_TEST(server.starts_with("the peer refuses the certificate of this node"));
  }
}

BOOST_AUTO_TEST_CASE(a_server_with_a_certificate_does_not_pass_for_one_that_knows_the_secret) {
  // It takes everybody, and shows a certificate.
  const auto files = nodes().files("two");
  const auto why = failure_with(side::client, with_secret(), [&](SSL_CTX* x) {
    SSL_CTX_use_certificate_file(x, files.certificate.c_str(), SSL_FILETYPE_PEM);
    SSL_CTX_use_PrivateKey_file(x, files.key.c_str(), SSL_FILETYPE_PEM);
  });
  BOOST_TEST(why == "the peer shows a certificate, where nodes prove that they know the secret");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace tls_strangers_test
