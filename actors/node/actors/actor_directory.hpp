#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/intrusive_ptr.hpp>
#include <caf/node_id.hpp>

#include <sweet/actors/sync/completion.hpp>
#include <sweet/messages/incarnation.hpp>
#include <sweet/messages/log_level.hpp>
#include <sweet/messages/task_result.hpp>
#include <sweet/node/actors/actor_query.hpp>
#include <sweet/node/link/peer.hpp>
#include <sweet/node/wire/link_frame.hpp>

namespace sweet::inline v0_5::detail {

class actor_scribe;

/// The actors that a node publishes, and those that it finds on other nodes.
///
/// All of it happens on the thread of CAF's middleman, one thing after the other. Any thread may
/// call it.
class actor_directory : public std::enable_shared_from_this<actor_directory> {
public:
  using logger = std::function<void(log_level, std::string)>;

  actor_directory(caf::actor_system& sys, std::string name, logger log);
  actor_directory(const actor_directory&) = delete;
  actor_directory& operator=(const actor_directory&) = delete;
  ~actor_directory();

  /// Publishes an actor, in place of another one of this name.
  /// Errors: invalid_state, invalid_data
  task_result<void> publish(std::string name, caf::strong_actor_ptr who, actor_interface what);
  /// Publishes nothing under this name any more.
  void unpublish(std::string name);
  /// Looks for an actor until there is one, or the receiver goes.
  completion_result<caf::strong_actor_ptr> find(actor_query what);
  /// Says why there is no way to other actors; empty: there is.
  std::string why_not() const;

  /// There is a new link.
  void linked(const incarnation& start, std::string name, std::shared_ptr<peer> by);
  /// It is gone for good.
  void lost(const incarnation& start, std::string why);
  /// Takes what has come by a link; what has nothing to do with actors is left out.
  void came(const incarnation& start, wire::link_frame&& x);
  /// The node ends.
  void close(std::string why);

private:
  struct published {
    caf::strong_actor_ptr who;
    actor_interface what;
  };
  struct search {
    actor_query what;
    completion_setter<caf::strong_actor_ptr> set;
  };
  /// A node with a link.
  struct other {
    std::string name;
    std::shared_ptr<peer> by;
    caf::node_id node;                       ///< as CAF names it; none until it was heard
    caf::intrusive_ptr<actor_scribe> actors; ///< null: they do not talk
    bool ends = false;                       ///< this side has said ACTORS_END, the other has not
    std::string failure;                     ///< why they never will; empty: they may
    std::deque<wire::lookup> asked;          ///< and not found yet
  };
  using links = std::map<incarnation, other>;

  template <class F>
  void post(F f);
  void take(const incarnation& start, wire::link_frame& x);
  void take(other& from, wire::lookup x);
  void take(const incarnation& start, other& from, const wire::found& x);
  void take(const incarnation& start, other& from, const wire::actors& x);
  void take(other& from, const wire::actors_end& x);

  const published* find_own(const std::string& name);
  bool tell(const incarnation& start, other& to, const wire::lookup& x);
  void ask(other& who, std::uint64_t id, const search& x);
  bool knows(other& who, const std::string& node);
  bool open(const incarnation& start, other& who);
  void end(other& who, const std::string& why, log_level how);
  void give_up(other& who, const std::string& why);
  void set_found(search& x, caf::strong_actor_ptr who, const actor_interface& what,
                 const std::string& where);
  void forget_searches();

  caf::actor_system& sys_;
  const std::string name_;
  const std::string node_; ///< as CAF names this one
  const logger log_;

  // The thread of the middleman only:
  std::map<std::string, published> published_;
  std::map<std::uint64_t, search> searches_;
  std::uint64_t last_search_ = 0;
  links links_;
};

} // namespace sweet::inline v0_5::detail
