// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/link/hello_stream.hpp>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include <sweet/asio/use_wait.hpp>

namespace sweet::inline v0_5::detail {

namespace {

constexpr auto with_error_code = boost::asio::as_tuple(use_wait);

task_error broken(const boost::system::error_code& why) {
  return task_error{error_code::unreachable, why == boost::asio::error::eof
                                                 ? "the other end has closed the connection"
                                                 : why.message()};
}

} // namespace

async<task_result<void>> hello_stream::secure() {
  if (!tls)
    co_return task_result<void>{};
  for (;;) {
    if (auto sent = co_await send(tls->take_output()); !sent)
      co_return sent;
    if (tls->failed())
      co_return task_error{error_code::unreachable, tls->failure()};
    if (tls->is_ready())
      co_return task_result<void>{};
    if (auto fed = co_await feed(); !fed)
      co_return fed;
  }
}

async<task_result<void>> hello_stream::write(wire::bytes plain) {
  if (!tls)
    co_return co_await send(std::move(plain));
  if (!tls->write(plain))
    co_return task_error{error_code::unreachable, tls->failure()};
  co_return co_await send(tls->take_output());
}

async<task_result<wire::bytes>> hello_stream::read(std::size_t most) {
  wire::bytes to(most);
  if (!tls) {
    const auto [error, n] =
        co_await socket.async_read_some(boost::asio::buffer(to), with_error_code);
    if (error)
      co_return broken(error);
    to.resize(n);
    co_return to;
  }
  for (;;) {
    if (const auto n = tls->read(to); n != 0) {
      to.resize(n);
      co_return to;
    }
    if (tls->failed() || tls->is_closed())
      co_return task_error{error_code::unreachable,
                           tls->failed() ? tls->failure()
                                         : "the other end has closed the connection"};
    if (auto fed = co_await feed(); !fed)
      co_return fed.error();
    if (auto sent = co_await send(tls->take_output()); !sent)
      co_return sent.error();
  }
}

async<task_result<void>> hello_stream::send(wire::bytes raw) {
  if (raw.empty())
    co_return task_result<void>{};
  const auto [error, n] =
      co_await boost::asio::async_write(socket, boost::asio::buffer(raw), with_error_code);
  if (error)
    co_return broken(error);
  co_return task_result<void>{};
}

async<task_result<void>> hello_stream::feed() {
  std::array<std::byte, 4096> raw;
  const auto [error, n] =
      co_await socket.async_read_some(boost::asio::buffer(raw), with_error_code);
  if (error)
    co_return broken(error);
  tls->feed(wire::byte_view{raw}.first(n));
  co_return task_result<void>{};
}

} // namespace sweet::inline v0_5::detail
