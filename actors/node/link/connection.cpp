// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/link/connection.hpp>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <span>
#include <sys/socket.h>
#include <system_error>
#include <utility>

namespace sweet::inline v0_5::detail {

namespace {

constexpr std::size_t read_size = 64 * 1024;
constexpr std::chrono::seconds linger_time{1};
// A node that has been heard just now is not told of once more.
constexpr std::chrono::milliseconds tell_every{5};

// What is encrypted at a time: what goes after it cannot pass it any more.
constexpr std::size_t encrypted_size = 64 * 1024;

/// @returns how many bytes the system has taken; empty after a failure, which errno says
std::optional<std::size_t> send_now(int socket, wire::byte_view from) noexcept {
  const auto sent = ::send(socket, from.data(), from.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent >= 0)
    return static_cast<std::size_t>(sent);
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
    return 0;
  return std::nullopt;
}

} // namespace

connection::connection(hello_stream over, link_number number, const wire::introduction& who,
                       std::shared_ptr<void> owner, link_events& events)
    : connection(std::move(over), number, who, std::move(owner), events,
                 completion<std::string>{}) {}

connection::connection(hello_stream over, link_number number, const wire::introduction& who,
                       std::shared_ptr<void> owner, link_events& events,
                       completion<std::string> end)
    : socket_(std::move(over.socket)), linger_(socket_.get_executor()), tls_(std::move(over.tls)),
      number_(number), who_(who.life), name_(who.name), owner_(std::move(owner)), events_(events),
      sets_ended_(std::move(end.set)), ended_(std::move(end.result)) {}

template <class F>
void connection::on_thread(F f) noexcept {
  try {
    boost::asio::post(socket_.get_executor(),
                      [self = shared_from_this(), f = std::move(f)]() mutable { f(*self); });
  } catch (...) {
    // Without memory for a handler the connection is not worth keeping: the other end, and the
    // read that is under way, see it end.
    ::shutdown(socket_.native_handle(), SHUT_RDWR);
  }
}

void connection::run(wire::bytes begun) {
  on_thread([begun = std::move(begun)](connection& self) {
    if (self.is_over_)
      return;
    self.buffer_.resize(read_size);
    self.understand(begun, {}); // which also sends what has waited for a connection
    if (self.tls_)
      self.take({}); // what the hello has fed it
    self.read();
  });
}

void connection::read() {
  socket_.async_read_some(
      boost::asio::buffer(buffer_),
      [self = shared_from_this()](const boost::system::error_code& error, std::size_t n) {
        if (error) {
          self->end(self->why_it_ended(error));
          self->let_go();
          return;
        }
        if (!self->is_over_)
          self->take(wire::byte_view{self->buffer_}.first(n));
        self->read();
      });
}

std::string connection::why_it_ended(const boost::system::error_code& error) {
  std::lock_guard guard{sending_};
  if (send_error_ != 0)
    return "it cannot send: " + std::generic_category().message(send_error_);
  return error == boost::asio::error::eof ? "the other end has closed it" : error.message();
}

void connection::take(wire::byte_view in) {
  if (const auto now = std::chrono::steady_clock::now(); now - heard_ >= tell_every) {
    heard_ = now;
    events_.heard(*this);
  }
  std::string why;
  if (tls_)
    in = decrypt(in, why);
  understand(in, std::move(why));
}

void connection::understand(wire::byte_view in, std::string why) {
  if (is_over_)
    return;
  frames_.clear();
  const bool sense = peer_->receive(*this, in, frames_);
  if (!frames_.empty())
    events_.came(*this, std::move(frames_));
  if (!sense)
    return end(peer_->failure());
  if (!why.empty())
    return end(std::move(why));
  peer_->flush(); // what is owed for this
}

wire::byte_view connection::decrypt(wire::byte_view raw, std::string& why) {
  std::lock_guard guard{sending_};
  tls_->feed(raw);
  std::size_t size = 0;
  for (;;) {
    plain_.resize(size + read_size);
    const auto n = tls_->read(std::span{plain_}.subspan(size));
    if (n == 0)
      break;
    size += n;
  }
  tls_->take_output(raw_);
  send_raw();
  if (tls_->failed())
    why = tls_->failure();
  else if (tls_->is_closed())
    why = "the other end has closed it";
  return wire::byte_view{plain_}.first(size);
}

void connection::end(std::string why) {
  if (std::exchange(is_over_, true))
    return;
  // No thread sends any more, once the peer has forgotten the connection.
  if (peer_)
    peer_->lost(*this);
  sets_ended_(std::move(why));
  // To close a socket that has bytes to be read tells the system to drop those that were sent. So
  // what comes is read, and dropped, until the other end closes as well; but not for long.
  boost::system::error_code ignored; // it is gone, one way or the other
  if (tls_) {
    std::lock_guard guard{sending_};
    tls_->close();
    tls_->take_output(raw_);
    static_cast<void>(send_now(socket_.native_handle(), wire::byte_view{raw_}.subspan(raw_sent_)));
  }
  socket_.shutdown(socket::shutdown_send, ignored);
  if (buffer_.empty()) {
    buffer_.resize(read_size);
    read();
  }
  linger_.expires_after(linger_time);
  linger_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (!error)
      self->let_go();
  });
}

void connection::let_go() {
  boost::system::error_code ignored;
  socket_.close(ignored);
  linger_.cancel();
}

void connection::close(std::string why) noexcept {
  on_thread([why = std::move(why)](connection& self) mutable { self.end(std::move(why)); });
}

std::optional<std::size_t> connection::send(wire::byte_view from) noexcept {
  std::lock_guard guard{sending_};
  if (!tls_) {
    const auto sent = send_now(socket_.native_handle(), from);
    if (!sent)
      cannot_send();
    return sent;
  }
  // What is encrypted is in order, and cannot be taken back.
  if (!send_raw())
    return std::nullopt;
  if (!raw_.empty())
    return 0;
  const auto taken = from.first(std::min(from.size(), encrypted_size));
  if (!tls_->write(taken)) {
    close("it cannot encrypt: " + tls_->failure());
    return std::nullopt;
  }
  tls_->take_output(raw_);
  if (!send_raw())
    return std::nullopt;
  return taken.size();
}

bool connection::send_raw() noexcept {
  while (raw_sent_ != raw_.size()) {
    const auto sent = send_now(socket_.native_handle(), wire::byte_view{raw_}.subspan(raw_sent_));
    if (!sent) {
      cannot_send();
      return false;
    }
    if (*sent == 0) {
      wait_for_room();
      return true;
    }
    raw_sent_ += *sent;
  }
  raw_.clear();
  raw_sent_ = 0;
  return true;
}

// What the other end has said before it went, such as that it leaves, may not have been read yet.
// So it is the read that is under way that ends the connection, behind the last byte.
void connection::cannot_send() noexcept {
  send_error_ = errno;
  ::shutdown(socket_.native_handle(), SHUT_RDWR);
}

void connection::wait_until_writable() noexcept {
  std::lock_guard guard{sending_};
  wait_for_room();
}

void connection::wait_for_room() noexcept {
  if (std::exchange(waits_, true))
    return;
  on_thread([](connection& self) {
    if (self.is_over_)
      return;
    self.socket_.async_wait(socket::wait_write,
                            [keeps = self.shared_from_this()](const boost::system::error_code& e) {
                              if (!e)
                                keeps->has_room();
                            });
  });
}

void connection::has_room() {
  {
    std::lock_guard guard{sending_};
    waits_ = false;
    if (tls_)
      send_raw();
  }
  peer_->writable(*this);
}

void connection::nudge() noexcept {
  on_thread([](connection& self) { self.peer_->nudged(self); });
}

} // namespace sweet::inline v0_5::detail
