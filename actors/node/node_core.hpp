#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <sweet/actors/runtime/runtime.hpp>
#include <sweet/actors/sync/broadcast.hpp>
#include <sweet/actors/sync/channel.hpp>
#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/node/actors/actor_directory.hpp>
#include <sweet/node/link/connection.hpp>
#include <sweet/node/link/hello_stream.hpp>
#include <sweet/node/link/link_events.hpp>
#include <sweet/node/link/peer.hpp>
#include <sweet/node/link/strangers.hpp>
#include <sweet/node/node_member.hpp>
#include <sweet/node/node_settings.hpp>
#include <sweet/node/tls/tls_context.hpp>
#include <sweet/node/wire/handshake.hpp>
#include <sweet/node/work/executor.hpp>
#include <sweet/node/work/submitter.hpp>
#include <sweet/strategies/membership/member_table.hpp>

namespace sweet::inline v0_5::detail {

/// What a node is made of: the table of its members, its links, the tasks that it has placed and
/// those that it runs.
///
/// The table decides, and is under a mutex; what it tells to do is done under it as well, so that
/// links and tasks change in the order of the decisions. The order of mutexes is: table, submitter
/// or executor, peer.
class node_core final : public link_events, public std::enable_shared_from_this<node_core> {
public:
  using time_point = member_table::time_point;

  /// Opens the port. @throws std::invalid_argument if a setting cannot be; std::system_error if the
  /// system refuses the port
  node_core(runtime& rt, node_settings settings);

  /// The tree of the node: runs until it is cancelled.
  async<void> run(task_context ctx);

  executor& runs() noexcept { return *executor_; }
  submitter& places() noexcept { return submitter_; }
  actor_directory& actors() noexcept { return *actors_; }
  const node_settings& settings() const noexcept { return settings_; }
  /// What the keys of its tasks begin with: no other start of any node has it.
  const std::string& key_prefix() const noexcept { return key_prefix_; }

  std::vector<node_member> members() const;
  member itself() const;
  broadcast_receiver<member_change> watch() const { return changes_.receiver.resubscribe(); }
  std::string waits_for() const;

  /// Reads the certificates again, for connections from now on. Errors: those of
  /// tls_context::from_files(), and the former ones stay
  task_result<void> reload_certificates();
  void drain();
  /// Whether nothing of others is left here, and all results have arrived.
  bool is_drained() const;
  void leave();
  /// Fails what this node has placed elsewhere. Nothing is placed any more.
  void give_up();
  task_home& home() noexcept { return rt_.home(); }
  const caf::actor_system& system() const noexcept { return rt_.system(); }

  void heard(connection& by) override;
  void came(connection& by, std::vector<wire::link_frame>&& frames) override;

private:
  /// A connection that has said hello, until the table knows what to do with it.
  struct opened {
    std::shared_ptr<connection> by;
    std::uint64_t received = 0; ///< as the other's hello says
    std::uint64_t told = 0;     ///< as the hello of this node has said
    std::string closed;         ///< why, if the table has closed it
    std::uint32_t held_life = 0;
  };
  using tcp = boost::asio::ip::tcp;
  /// An attempt to reach an address. There is one at a time: else those that hang would all come
  /// through once a cut is over.
  class attempt;

  async<void> accept(task_context ctx);
  async<void> dial(task_context ctx, std::string address);
  async<void> talk(task_context ctx, tcp::socket socket, std::string dialed,
                   std::unique_ptr<attempt> own, strangers::place place);
  wire::handshake_settings introduce(link_number number);
  hello_stream open(tcp::socket socket, bool is_server) const;

  // With the mutex of the table:
  class decision;
  std::variant<wire::hello, wire::refusal> say(link_number number, const wire::introduction& to,
                                               const wire::hello* theirs);
  void carry_out(membership_news news);
  void change(const member_change& x);
  void close(const membership_news::closed_link& x);
  void attach(const membership_news::ready_link& x);
  static void stop_taking(peer& from);
  void beat(link_number number);
  void forget(const incarnation& start, const std::string& why);
  void tell_submitter();
  void arm();

  void note(log_level level, std::string text);

  void tick();
  void over(link_number number);
  void log(log_level level, std::string text) const;
  std::shared_ptr<peer> link_of(link_number number) const;

  runtime& rt_;
  const node_settings settings_;
  const incarnation life_;
  const std::string key_prefix_;
  tcp::acceptor acceptor_;
  std::shared_ptr<executor> executor_;
  submitter submitter_;
  const std::shared_ptr<actor_directory> actors_;
  strangers strangers_;
  channel<std::string> dials_;
  broadcast<member_change> changes_;

  mutable std::mutex mutex_;
  // All that follows is under the mutex.
  std::optional<tls::tls_context> tls_; ///< empty: there is no TLS
  member_table table_;
  std::map<link_number, opened> opened_;
  std::set<std::string> dialed_;                       ///< addresses; until the hello there is over
  std::map<incarnation, std::shared_ptr<peer>> links_; ///< by start
  std::map<link_number, std::shared_ptr<connection>> carried_;
  link_number numbers_ = 0;
  std::uint64_t told_ = 0; ///< the version of the table that the submitter knows
  boost::asio::steady_timer timer_;
  time_point armed_ = time_point::max();
  time_point reported_{}; ///< when the executor told how far tasks have come
  // For what is done once the mutex is free:
  std::vector<std::pair<log_level, std::string>> notes_;
  std::vector<std::pair<incarnation, std::string>> orphans_; ///< whose submitter is gone, and why
};

} // namespace sweet::inline v0_5::detail
