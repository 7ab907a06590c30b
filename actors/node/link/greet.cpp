// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/link/greet.hpp>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include <sweet/asio/use_wait.hpp>

namespace sweet::inline v0_5::detail {

namespace {

// A hello has at most 4 KiB; a stranger gets no larger buffer.
using read_buffer = std::array<std::byte, 4096>;

constexpr auto with_error_code = boost::asio::as_tuple(use_wait);

task_error broken(const boost::system::error_code& why) {
  return task_error{error_code::unreachable, why == boost::asio::error::eof
                                                 ? "the other end has closed the connection"
                                                 : why.message()};
}

} // namespace

async<task_result<void>> greet(boost::asio::ip::tcp::socket& over, wire::handshake& with,
                               wire::bytes& rest) {
  read_buffer buffer;
  for (;;) {
    if (const auto said = with.take_output(); !said.empty()) {
      const auto [error, sent] =
          co_await boost::asio::async_write(over, boost::asio::buffer(said), with_error_code);
      if (error)
        co_return broken(error);
    }
    if (with.done() || with.failed())
      co_return task_result<void>{};
    const auto [error, n] =
        co_await over.async_read_some(boost::asio::buffer(buffer), with_error_code);
    if (error)
      co_return broken(error);
    auto in = wire::byte_view{buffer}.first(n);
    with.receive(in);
    rest.assign(in.begin(), in.end());
  }
}

async<task_result<wire::link_frame>> first_frame(boost::asio::ip::tcp::socket& from,
                                                 wire::bytes& rest) {
  wire::frame_reader reader;
  wire::bytes came = std::exchange(rest, {});
  for (;;) {
    wire::byte_view in = came;
    if (const auto frame = reader.next(in)) {
      auto read = wire::read_link_frame(frame->type, frame->body);
      rest.assign(in.begin(), in.end());
      co_return read;
    }
    if (reader.failed())
      co_return wire::invalid_data(reader.failure());
    came.resize(wire::max_hello_frame);
    const auto [error, n] =
        co_await from.async_read_some(boost::asio::buffer(came), with_error_code);
    if (error)
      co_return broken(error);
    came.resize(n);
  }
}

} // namespace sweet::inline v0_5::detail
