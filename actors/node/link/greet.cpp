// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/link/greet.hpp>

#include <array>
#include <chrono>
#include <utility>

#include <sweet/node/wire/codec.hpp>
#include <sweet/node/wire/frame_reader.hpp>

namespace sweet::inline v0_5::detail {

namespace {

async<task_result<void>> shake_hands(greeting& x) {
  for (;;) {
    if (auto said = x.hello->take_output(); !said.empty())
      if (auto sent = co_await x.over.write(std::move(said)); !sent)
        co_return sent;
    if (x.hello->done() || x.hello->failed())
      co_return task_result<void>{};
    // A hello has at most 4 KiB; a stranger gets no larger buffer.
    const auto read = co_await x.over.read(wire::max_hello_frame);
    if (!read)
      co_return read.error();
    wire::byte_view in = read.value();
    x.hello->receive(in);
    x.rest.assign(in.begin(), in.end());
  }
}

async<task_result<wire::link_frame>> first_frame(greeting& x) {
  wire::frame_reader reader;
  for (;;) {
    wire::byte_view in = x.rest;
    if (const auto frame = reader.next(in)) {
      auto read = wire::read_link_frame(frame->type, frame->body);
      x.rest = wire::bytes(in.begin(), in.end());
      co_return read;
    }
    if (reader.failed())
      co_return wire::invalid_data(reader.failure());
    auto read = co_await x.over.read(wire::max_hello_frame);
    if (!read)
      co_return read.error();
    x.rest = std::move(read).value();
  }
}

} // namespace

async<void> greet(std::shared_ptr<greeting> x) {
  if (const auto secured = co_await x->over.secure(); !secured) {
    x->failure = secured.error().message();
    co_return;
  }
  x->hello.emplace(x->side, x->introduced, std::chrono::steady_clock::now(),
                   x->over.tls ? x->over.tls->channel() : wire::tls_channel{});
  const auto greeted = co_await shake_hands(*x);
  x->failure = greeted ? x->hello->failure() : greeted.error().message();
  if (x->side == wire::handshake::side::client || !x->hello->done())
    co_return;
  auto said = co_await first_frame(*x);
  if (said)
    x->first = std::move(said).value();
  else
    x->failure = said.error().message();
}

} // namespace sweet::inline v0_5::detail
