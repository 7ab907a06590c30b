// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// A client of HTTP that tries again, and does not wait for ever. The server is a task of the same
// program: it gives one page, is in no hurry with another, and refuses the first request for a
// third.

#include <sweet/asio/io.hpp>
#include <sweet/asio/use_wait.hpp>
#include <sweet/sweet.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <chrono>
#include <cstddef>
#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

// [client]
struct url {
  std::string host;
  std::string port;
  std::string path;
};

sweet::async<std::string> get(sweet::task_context ctx, url page) {
  tcp::resolver resolver{sweet::io(ctx)};
  const auto addresses = co_await resolver.async_resolve(page.host, page.port, sweet::use_wait);
  tcp::socket socket{sweet::io(ctx)};
  co_await asio::async_connect(socket, addresses, sweet::use_wait);

  const auto request =
      "GET " + page.path + " HTTP/1.0\r\nHost: " + page.host + "\r\nConnection: close\r\n\r\n";
  co_await asio::async_write(socket, asio::buffer(request), sweet::use_wait);

  std::string answer;
  const auto [error, n] = co_await asio::async_read(socket, asio::dynamic_buffer(answer),
                                                    asio::as_tuple(sweet::use_wait));
  if (error != asio::error::eof) // the server closes the connection behind the page
    throw boost::system::system_error{error};
  const auto head = answer.substr(0, answer.find("\r\n"));
  if (!head.ends_with("200 OK"))
    throw std::runtime_error{page.path + ": " + head};
  co_return answer.substr(answer.find("\r\n\r\n") + 4);
}
// [/client]

std::string answer_to(const std::string& path) {
  static int asked = 0; // one connection after the other asks
  if (path == "/busy" && asked++ == 0)
    return "HTTP/1.0 503 Service Unavailable\r\n\r\n";
  return "HTTP/1.0 200 OK\r\n\r\nthis is " + path;
}

sweet::async<void> serve(sweet::task_context ctx, tcp::acceptor acceptor) {
  for (;;) {
    tcp::socket socket = co_await acceptor.async_accept(sweet::use_wait);
    std::string request;
    const auto [error, n] = co_await asio::async_read_until(
        socket, asio::dynamic_buffer(request), "\r\n\r\n", asio::as_tuple(sweet::use_wait));
    if (error)
      continue; // the client is gone
    const auto path = request.substr(4, request.find(' ', 4) - 4);
    if (path == "/slow") {
      asio::steady_timer timer{sweet::io(ctx), 1h};
      static_cast<void>(ctx.spawn(
          [](tcp::socket keeps, asio::steady_timer waits) -> sweet::async<void> {
            static_cast<void>(keeps);
            co_await waits.async_wait(sweet::use_wait);
          },
          std::move(socket), std::move(timer)));
      continue;
    }
    const auto answer = answer_to(path);
    co_await asio::async_write(socket, asio::buffer(answer), asio::as_tuple(sweet::use_wait));
  }
}

int main() {
  sweet::runtime rt;
  tcp::acceptor acceptor{sweet::io(rt), {asio::ip::address_v4::loopback(), 0}};
  const auto port = std::to_string(acceptor.local_endpoint().port());
  auto server = rt.spawn(serve, std::move(acceptor));

  // [asks]
  const auto ask = [&](const std::string& path) {
    return sweet::async_task::to<std::string>(rt)
        .name("get " + path)
        .timeout(2s) // cancels whatever operation the client waits for
        .retry(2, sweet::backoff::fixed(10ms))
        .run(get, url{"localhost", port, path})
        .await();
  };
  std::cout << ask("/page").unwrap() << '\n' << ask("/busy").unwrap() << '\n';

  auto slow = sweet::async_task::to<std::string>(rt).timeout(50ms).run(
      get, url{"localhost", port, "/slow"});
  std::cout << "/slow: " << to_string(slow.await().error().code()) << '\n';
  // [/asks]
  server.cancel().await();
}
