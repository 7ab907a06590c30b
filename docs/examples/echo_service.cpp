// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// A TCP echo service with ten thousand connections: each is a task below a supervised service. The
// clients are tasks of the same program.

#include <sweet/asio/io.hpp>
#include <sweet/asio/use_wait.hpp>
#include <sweet/sweet.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <iostream>
#include <string>
#include <utility>

#include <sys/resource.h>

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

// [session]
// One connection. A stop ends it at the wait, and the destructor of the socket closes it.
sweet::async<void> serve(tcp::socket socket) {
  std::array<char, 256> text{};
  for (;;) {
    const auto [error, n] =
        co_await socket.async_read_some(asio::buffer(text), asio::as_tuple(sweet::use_wait));
    if (error == asio::error::eof)
      co_return; // the client is done
    if (error)
      throw boost::system::system_error{error};
    co_await asio::async_write(socket, asio::buffer(text.data(), n), sweet::use_wait);
  }
}
// [/session]

// [service]
// In a scope that collects, a connection that fails is none of the others' business.
sweet::async<void> echo(sweet::task_context ctx, sweet::watch_sender<tcp::endpoint> where) {
  tcp::acceptor acceptor{sweet::io(ctx), {asio::ip::address_v4::loopback(), 0}};
  acceptor.listen();
  where.set(acceptor.local_endpoint());
  sweet::report_ready(ctx);
  co_await ctx.scope(
      sweet::child_failure::collect, [&](sweet::task_context connections) -> sweet::async<void> {
        for (;;)
          static_cast<void>(
              connections.spawn(serve, co_await acceptor.async_accept(sweet::use_wait)));
      });
}
// [/service]

// [client]
sweet::async<bool> call(sweet::task_context ctx, tcp::endpoint server, sweet::barrier all_there) {
  tcp::socket socket{sweet::io(ctx)};
  co_await socket.async_connect(server, sweet::use_wait);
  co_await all_there.arrive_and_wait(); // nobody begins before all are connected
  const auto hello = "hello from " + std::to_string(socket.local_endpoint().port());
  co_await asio::async_write(socket, asio::buffer(hello), sweet::use_wait);
  std::string back(hello.size(), ' ');
  // However slow the service is, a client does not wait for ever.
  co_await ctx.with_timeout(1min, [&]() -> sweet::async<void> {
    co_await asio::async_read(socket, asio::buffer(back), sweet::use_wait);
  });
  co_return back == hello;
}
// [/client]

// How many connections this program may have, of `wanted`: each takes a descriptor at both ends.
std::size_t affordable(std::size_t wanted) {
  constexpr rlim_t others = 100;
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const rlim_t needed = 2 * wanted + others;
  if (limit.rlim_cur < needed) {
    // Above the hard limit only with privileges.
    rlimit raised{needed, std::max(limit.rlim_max, needed)};
    if (::setrlimit(RLIMIT_NOFILE, &raised) != 0) {
      raised.rlim_cur = raised.rlim_max = limit.rlim_max;
      ::setrlimit(RLIMIT_NOFILE, &raised);
    }
    ::getrlimit(RLIMIT_NOFILE, &limit);
  }
  return limit.rlim_cur >= needed ? wanted : (limit.rlim_cur - others) / 2;
}

int main(int argc, char** argv) {
  std::size_t wanted = 10'000;
  if (argc > 1)
    std::from_chars(argv[1], argv[1] + std::strlen(argv[1]), wanted);
  const auto connections = affordable(wanted);
  if (connections < wanted)
    std::cerr << "the limit of open files allows " << connections << " connections only\n";

  sweet::runtime rt;
  // [tree]
  auto [where, address] = sweet::watch<tcp::endpoint>{tcp::endpoint{}};
  auto tree = sweet::supervisor::one_for_one(rt)
                  .service(
                      "echo", [sends = where](sweet::task_context ctx) { return echo(ctx, sends); },
                      sweet::says_ready{})
                  .start();
  tree.started().await().unwrap();
  // [/tree]

  auto clients = rt.spawn(
      [connections, server = address.get()](sweet::task_context ctx) -> sweet::async<bool> {
        sweet::barrier all_there{connections};
        sweet::task_group<bool> group{ctx};
        for (std::size_t i = 0; i < connections; ++i)
          group.spawn(call, server, all_there);
        bool all = true;
        while (auto one = co_await group.next())
          all = one->unwrap() && all;
        co_return all;
      });
  const bool all = clients.await().unwrap();
  std::cout << (all ? "every client has got its words back" : "words were lost") << '\n';
  tree.stop().await();
  std::cout << "the service has ended\n";
}
