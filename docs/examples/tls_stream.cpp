// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// A TLS stream between two tasks. The certificate is made by the program, for the program.

#include <sweet/asio/io.hpp>
#include <sweet/asio/use_wait.hpp>
#include <sweet/sweet.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstddef>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

namespace asio = boost::asio;
using asio::ip::tcp;
using tls_socket = asio::ssl::stream<tcp::socket>;

// [tls]
sweet::async<void> greet(tls_socket stream) {
  co_await stream.async_handshake(tls_socket::server, sweet::use_wait);
  std::string name;
  co_await asio::async_read_until(stream, asio::dynamic_buffer(name), '\n', sweet::use_wait);
  co_await asio::async_write(stream, asio::buffer("hello " + name), sweet::use_wait);
  co_await stream.async_shutdown(sweet::use_wait);
}

sweet::async<std::string> ask(sweet::task_context ctx, tcp::endpoint server,
                              asio::ssl::context& trusts) {
  tls_socket stream{sweet::io(ctx), trusts};
  co_await stream.next_layer().async_connect(server, sweet::use_wait);
  stream.set_verify_callback(asio::ssl::host_name_verification{"greeter"});
  co_await stream.async_handshake(tls_socket::client, sweet::use_wait);
  co_await asio::async_write(stream, asio::buffer("world\n", 6), sweet::use_wait);
  std::string answer;
  co_await asio::async_read_until(stream, asio::dynamic_buffer(answer), '\n', sweet::use_wait);
  // The server shuts the stream down, and so do we.
  co_await stream.async_shutdown(asio::as_tuple(sweet::use_wait));
  co_return answer;
}
// [/tls]

struct identity {
  std::string certificate; ///< PEM
  std::string key;         ///< PEM
};

template <class T, void (*Free)(T*)>
struct frees {
  void operator()(T* x) const { Free(x); }
};

std::string text_of(BIO* bio) {
  char* begin = nullptr;
  const auto n = BIO_get_mem_data(bio, &begin);
  return {begin, static_cast<std::size_t>(n)};
}

/// A certificate for a name that its own key has signed.
identity make_identity(const std::string& name) {
  const std::unique_ptr<EVP_PKEY, frees<EVP_PKEY, EVP_PKEY_free>> key{
      EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")};
  const std::unique_ptr<X509, frees<X509, X509_free>> made{X509_new()};
  X509_set_version(made.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
  X509_set_pubkey(made.get(), key.get());
  X509_NAME* const who = X509_get_subject_name(made.get());
  X509_NAME_add_entry_by_txt(who, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(made.get(), who);
  X509_sign(made.get(), key.get(), EVP_sha256());

  const std::unique_ptr<BIO, frees<BIO, BIO_free_all>> certificate{BIO_new(BIO_s_mem())};
  PEM_write_bio_X509(certificate.get(), made.get());
  const std::unique_ptr<BIO, frees<BIO, BIO_free_all>> secret{BIO_new(BIO_s_mem())};
  PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return {text_of(certificate.get()), text_of(secret.get())};
}

int main() {
  const auto greeter = make_identity("greeter");
  asio::ssl::context serves{asio::ssl::context::tls_server};
  serves.use_certificate_chain(asio::buffer(greeter.certificate));
  serves.use_private_key(asio::buffer(greeter.key), asio::ssl::context::pem);
  asio::ssl::context trusts{asio::ssl::context::tls_client};
  trusts.add_certificate_authority(asio::buffer(greeter.certificate));
  trusts.set_verify_mode(asio::ssl::verify_peer);

  sweet::runtime rt;
  tcp::acceptor acceptor{sweet::io(rt), {asio::ip::address_v4::loopback(), 0}};
  const auto address = acceptor.local_endpoint();
  auto server = rt.spawn([&]() -> sweet::async<void> {
    co_await greet(tls_socket{co_await acceptor.async_accept(sweet::use_wait), serves});
  });
  auto client = rt.spawn([&](sweet::task_context ctx) { return ask(ctx, address, trusts); });
  std::cout << client.await().unwrap();
  server.await().unwrap();
}
