#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <caf/io/basp_broker.hpp>
#include <caf/io/scribe.hpp>

#include <sweet/messages/task_error.hpp>
#include <sweet/node/actors/basp.hpp>
#include <sweet/node/link/peer.hpp>
#include <sweet/node/wire/bytes.hpp>

namespace sweet::inline v0_5::detail {

/// What CAF takes for a connection to another node: it lies in the link to it. CAF keeps the
/// handles of remote actors, monitors and links; each message is held against basp_rules, in both
/// directions. The thread of CAF's middleman only.
///
/// It knows which requests wait for an answer of the other node: when it ends, they get an error,
/// which CAF alone never gives them.
class actor_scribe final : public caf::io::scribe {
public:
  /// @param broken called once if the connection has to end: later, not from within a call of CAF
  actor_scribe(caf::actor_system& sys, const caf::node_id& other, std::shared_ptr<peer> link,
               std::function<void(std::string)> note, std::function<void(std::string)> broken);
  ~actor_scribe() override;

  /// Has CAF take the other node for one that it is connected to.
  /// @returns false if it has a connection to a node of this name
  bool open();
  /// Takes bytes of the other node. @returns why they are refused; empty: they are not
  std::string feed(wire::byte_view bytes);
  /// Ends the connection: the actors of the other node are down, and what is under way to them gets
  /// an error.
  void end(const std::string& why);
  /// Returns the handle of an actor of the other node. @pre open()
  caf::strong_actor_ptr actor(std::uint64_t id);

  // For CAF:
  void configure_read(caf::io::receive_policy::config) override {}
  void ack_writes(bool) override {}
  std::vector<char>& wr_buf() override { return out_; }
  std::vector<char>& rd_buf() override { return in_; }
  void flush() override;
  void graceful_shutdown() override;
  void remove_from_loop() override {}
  void add_to_loop() override {}
  std::string addr() const override { return "sweet"; }
  std::uint16_t port() const override { return 0; }

private:
  /// An actor that waits for an answer, and the number of what it has asked.
  using question = std::pair<std::uint64_t, std::uint64_t>;

  caf::io::network::multiplexer& backend();
  void give(std::vector<char> bytes);
  void take_out(const basp_header& x, std::string_view message, wire::bytes& to);
  void refuse(const basp_header& x, std::string_view payload, const std::string& why,
              wire::bytes& to);
  void answer(std::uint64_t asker, std::uint64_t data, const task_error& why);
  void forget_old_questions();
  void break_off(std::string why);

  caf::actor_system& sys_;
  caf::strong_actor_ptr holder_; ///< of broker_
  caf::io::basp_broker* broker_;
  const caf::node_id other_;
  const basp_rules sends_;
  const basp_rules takes_;
  std::shared_ptr<peer> link_;
  std::function<void(std::string)> note_;
  std::function<void(std::string)> broken_;     ///< empty once it was called
  std::vector<char> out_;                       ///< what CAF writes
  std::vector<char> in_;                        ///< what CAF reads
  std::vector<char> begun_;                     ///< a message that has not come as a whole
  std::map<question, std::uint64_t> questions_; ///< without an answer; as their headers have them
  std::size_t look_at_ = 1024; ///< so many questions are worth a look whose askers have ended
};

} // namespace sweet::inline v0_5::detail
