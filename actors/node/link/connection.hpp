#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <sweet/actors/sync/completion.hpp>
#include <sweet/messages/incarnation.hpp>
#include <sweet/node/link/carrier.hpp>
#include <sweet/node/link/hello_stream.hpp>
#include <sweet/node/link/link_events.hpp>
#include <sweet/node/link/peer.hpp>
#include <sweet/node/tls/tls_session.hpp>
#include <sweet/node/wire/bytes.hpp>
#include <sweet/node/wire/hello_frames.hpp>
#include <sweet/strategies/membership/membership_news.hpp>

namespace sweet::inline v0_5::detail {

/// A connection to another node, once both have said hello. It reads on the thread for I/O, where
/// frames are taken up as they come; see carrier for what is sent.
class connection final : public carrier, public std::enable_shared_from_this<connection> {
public:
  using socket = boost::asio::ip::tcp::socket;

  /// @param number by which the membership knows the link
  /// @param owner keeps `events` for as long as the connection has handlers
  connection(hello_stream over, link_number number, const wire::introduction& who,
             std::shared_ptr<void> owner, link_events& events);
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  link_number number() const noexcept { return number_; }
  const incarnation& who() const noexcept { return who_; }
  const std::string& name() const noexcept { return name_; }
  const std::shared_ptr<peer>& carried() const noexcept { return peer_; }

  /// Carries a link from now on. Before run(), or on the thread for I/O.
  void carry(std::shared_ptr<peer> x) noexcept { peer_ = std::move(x); }
  /// Begins to read. @param begun what has come behind the hello
  void run(wire::bytes begun);
  /// Returns why it has ended, once it has.
  completion_result<std::string> ended() const { return ended_; }

  std::optional<std::size_t> send(wire::byte_view from) noexcept override;
  void wait_until_writable() noexcept override;
  void nudge() noexcept override;
  void close(std::string why) noexcept override;

private:
  connection(hello_stream over, link_number number, const wire::introduction& who,
             std::shared_ptr<void> owner, link_events& events, completion<std::string> end);
  template <class F>
  void on_thread(F f) noexcept;
  wire::byte_view decrypt(wire::byte_view raw, std::string& why);
  // With sending_:
  bool send_raw() noexcept;
  void cannot_send() noexcept;
  void wait_for_room() noexcept;
  // Without:
  void has_room();
  void read();
  std::string why_it_ended(const boost::system::error_code& error);
  void take(wire::byte_view in);
  /// @param why it ends behind these bytes; empty: it does not
  void understand(wire::byte_view in, std::string why);
  void end(std::string why);
  void let_go();

  socket socket_;
  boost::asio::steady_timer linger_;
  /// Orders what TLS does, and what is sent. It is taken while the peer has its own.
  std::mutex sending_;
  std::unique_ptr<tls::tls_session> tls_; ///< under sending_; null: there is no TLS
  wire::bytes raw_;                       ///< under sending_: encrypted, and not sent yet
  std::size_t raw_sent_ = 0;              ///< under sending_: of it
  bool waits_ = false;                    ///< under sending_: until the system takes more
  int send_error_ = 0;                    ///< under sending_: an errno
  wire::bytes plain_;                     ///< what has been decrypted last
  const link_number number_;
  const incarnation who_;
  const std::string name_;
  std::shared_ptr<void> owner_;
  link_events& events_;
  std::shared_ptr<peer> peer_;
  std::vector<std::byte> buffer_;
  std::chrono::steady_clock::time_point heard_{}; ///< when the node was told last
  bool is_over_ = false;
  std::vector<wire::link_frame> frames_;
  completion_setter<std::string> sets_ended_;
  completion_result<std::string> ended_;
};

} // namespace sweet::inline v0_5::detail
