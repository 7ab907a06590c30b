// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/link/connection.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <sys/socket.h>
#include <system_error>
#include <utility>

namespace sweet::inline v0_5::detail {

namespace {

constexpr std::size_t read_size = 64 * 1024;
constexpr std::chrono::seconds linger_time{1};
// A node that has been heard just now is not told of once more.
constexpr std::chrono::milliseconds tell_every{5};

} // namespace

connection::connection(socket s, link_number number, const wire::introduction& who,
                       std::shared_ptr<void> owner, link_events& events)
    : connection(std::move(s), number, who, std::move(owner), events, completion<std::string>{}) {}

connection::connection(socket s, link_number number, const wire::introduction& who,
                       std::shared_ptr<void> owner, link_events& events,
                       completion<std::string> end)
    : socket_(std::move(s)), linger_(socket_.get_executor()), number_(number), who_(who.life),
      name_(who.name), owner_(std::move(owner)), events_(events), sets_ended_(std::move(end.set)),
      ended_(std::move(end.result)) {}

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
    if (!begun.empty())
      self.take(begun);
    self.read();
  });
}

void connection::read() {
  socket_.async_read_some(boost::asio::buffer(buffer_), [self = shared_from_this()](
                                                            const boost::system::error_code& error,
                                                            std::size_t n) {
    if (error) {
      self->end(error == boost::asio::error::eof ? "the other end has closed it" : error.message());
      self->let_go();
      return;
    }
    if (!self->is_over_)
      self->take(wire::byte_view{self->buffer_}.first(n));
    self->read();
  });
}

void connection::take(wire::byte_view in) {
  if (const auto now = std::chrono::steady_clock::now(); now - heard_ >= tell_every) {
    heard_ = now;
    events_.heard(*this);
  }
  frames_.clear();
  const bool sense = peer_->receive(*this, in, frames_);
  if (!frames_.empty())
    events_.came(*this, std::move(frames_));
  if (!sense)
    return end(peer_->failure());
  peer_->flush(); // what is owed for this
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
  const auto sent =
      ::send(socket_.native_handle(), from.data(), from.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent >= 0)
    return static_cast<std::size_t>(sent);
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
    return 0;
  close("it cannot send: " + std::generic_category().message(errno));
  return std::nullopt;
}

void connection::wait_until_writable() noexcept {
  on_thread([](connection& self) {
    if (!self.is_over_)
      self.socket_.async_wait(socket::wait_write, [keeps = self.shared_from_this()](
                                                      const boost::system::error_code& e) {
        if (!e)
          keeps->peer_->writable(*keeps);
      });
  });
}

void connection::nudge() noexcept {
  on_thread([](connection& self) { self.peer_->nudged(self); });
}

} // namespace sweet::inline v0_5::detail
