#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/caf/service_registry.hpp>
#include <sweet/actors/runtime/system/actor_host.hpp>
#include <sweet/messages/lost_message.hpp>
#include <sweet/strategies/flow/overflow.hpp>

#include <caf/actor.hpp>
#include <caf/actor_control_block.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/monitorable_actor.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <typeindex>

namespace sweet::inline v0_5::detail {

class lost_sink;
class task_home;

/// How many messages may wait for a service, and what becomes of messages that find no room.
struct service_queue_limits {
  /// How many may wait while there is no service to take them.
  std::size_t stash = 1000;
  /// How many may wait while there is a service, besides the next one; empty: all go to the
  /// service's own mailbox at once.
  std::optional<std::size_t> mailbox{};
  sweet::overflow overflow = sweet::overflow::reject;
};

/// The actor that clients of a service know: passes messages on to the actor that serves at the
/// moment, in the order in which they came, and keeps them while no actor serves.
///
/// A request is answered by the service, or with an error if no actor will take it, or the actor
/// that took it has ended. A one-way message is delivered once, or lost and counted. A message that
/// has waited for the service, and is unread when the service ends, waits for the next incarnation,
/// in the old order. Exit messages go to the service. Actors that monitor this one, or link to it,
/// are told when the service is given up. Thread safe; also after the end of the runtime, when it
/// has been closed.
class service_reference final : public caf::monitorable_actor, public known_service {
public:
  service_reference(task_home& home, service_queue_limits limits, std::string registered);
  ~service_reference() override;

  /// Makes a reference; the caller is the first owner.
  /// @param registered its name in the registry of the runtime until it is closed; empty: none
  /// @throws std::invalid_argument if the registry has another service of that name
  static caf::actor make(task_home& home, service_queue_limits limits,
                         const std::string& registered = {},
                         std::optional<std::type_index> interface = {});
  /// @pre made by make()
  static service_reference& of(const caf::actor& made) noexcept;

  // -- clients ------------------------------------------------------------------------------------
  using abstract_actor::enqueue;
  void enqueue(caf::mailbox_element_ptr what, actor_host* host) override;
  const char* name() const override { return "service"; }

  // -- the supervisor -----------------------------------------------------------------------------
  /// Makes `service` take the messages from now on, first those that have waited.
  void up(const caf::actor& service);
  /// Makes messages wait from now on.
  void down() noexcept;
  /// Makes messages wait from now on, if `service` is the actor that takes them.
  void down(const caf::abstract_actor* service) noexcept;
  /// Refuses the messages that wait, and all that come: no actor will take any more.
  void close(caf::error reason) noexcept;

  std::uint64_t serving() const override;

  /// Returns how many requests and one-way messages have not been delivered so far.
  std::uint64_t lost() const;

private:
  class tracked;
  /// A message that waits. Messages are numbered in the order in which they came.
  struct waiting_message {
    caf::mailbox_element_ptr what;
    std::uint64_t number = 0;
    bool is_stashed = false; ///< there was no service when it came
  };

  /// Keeps a message that cannot be delivered at once, or refuses it. Releases the lock.
  void keep(caf::mailbox_element_ptr what, std::size_t room, std::unique_lock<std::mutex>& lock);
  /// Gives the service a message that has waited, or refuses it if there is no memory to send it.
  /// Not under the lock. @returns whether it has been sent
  bool send(waiting_message next, std::uint64_t incarnation, const caf::strong_actor_ptr& service,
            actor_host* host) noexcept;
  /// Calls `pass_on()`, which hands on a message. Without memory for that the message is lost: it
  /// is counted, and standard error says so. Not under the lock.
  template <class F>
  void or_lose(F&& pass_on) noexcept;
  /// Gives the service the messages that wait; gives a bounded service only the next one, unless it
  /// has one that it has not taken.
  void pass_on(actor_host* host);
  /// Called when that incarnation takes a message.
  void taken(std::uint64_t incarnation);
  /// Called when a message has been destroyed untaken: that incarnation has ended.
  void missed(std::uint64_t incarnation, const caf::mailbox_element& what);
  /// Called when a message that had waited has been destroyed untaken: it waits again, in its old
  /// place.
  void take_back(std::uint64_t incarnation, waiting_message what);
  /// Says that this incarnation takes no messages any more. Under the lock. @returns the references
  /// to release after the lock
  std::array<caf::strong_actor_ptr, 2> let_go(std::uint64_t incarnation);
  /// The message that has waited longest. @returns null if none waits
  caf::mailbox_element_ptr take_waiting() noexcept;
  void refuse(caf::mailbox_element_ptr what, const caf::error& why, lost_reason reason);
  /// Counts a message that nobody receives. Not under the lock. @param what null: it is gone
  void lose(const caf::mailbox_element* what, lost_reason reason) noexcept;
  /// Has the registry look at serving(). Not under the lock.
  void tell_registry() noexcept;

  task_home& home_;                         ///< valid until this is closed
  const std::shared_ptr<lost_sink> losses_; ///< of the runtime
  const service_queue_limits limits_;
  const std::string registered_; ///< empty: not registered

  mutable std::mutex mutex_; ///< guards what follows; no actor is called while it is held
  caf::strong_actor_ptr service_;
  caf::strong_actor_ptr coming_; ///< gets the messages that have waited, and then serves
  std::uint64_t incarnation_ = 0;
  bool on_its_way_ = false; ///< a bounded service has a message that it has not taken
  bool closed_ = false;
  std::deque<waiting_message> waiting_; ///< by number
  std::uint64_t next_number_ = 0;
  std::uint64_t lost_ = 0;
};

} // namespace sweet::inline v0_5::detail
