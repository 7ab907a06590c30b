#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/caf/actor_hooks.hpp>
#include <sweet/actors/runtime/caf/skipped_messages.hpp>
#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/task_host.hpp>
#include <sweet/actors/runtime/system/futex_mutex.hpp>
#include <sweet/messages/task_error.hpp>

#include <caf/actor_control_block.hpp>
#include <caf/behavior.hpp>
#include <caf/fwd.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/message_id.hpp>
#include <caf/response_promise.hpp>

#include <cstddef>
#include <memory>
#include <vector>

namespace sweet::inline v0_5::detail {

class scheduler;
class task_home;

/// A coroutine handler of an actor, without its types. Lives as long as any of its coroutines.
struct handler_record {
  /// The operations of the coroutines, with the handler_host of the actor.
  body_ops ops;
  /// How many coroutines may be suspended until the actor takes no more messages; at least 1.
  std::size_t limit = 1;
  /// How many are suspended. The actor's context.
  std::size_t suspended = 0;
  /// Keeps the promise with the value of a coroutine that has completed.
  void (*answer)(cell&, caf::response_promise&) = nullptr;
};

/// Runs the coroutine handlers of an actor in the actor's own context, so that coroutines and actor
/// share the state without locks: each turn of a coroutine is a step of the actor.
///
/// The actor's context is the thread that runs the actor at the moment, which CAF guarantees to be
/// one at a time. Everything of this class belongs to it, but for take_turn(), which any thread
/// calls. While a coroutine is suspended, and its handler is at its limit, the actor is frozen: its
/// ordinary messages wait here, in order, and exit and down messages act at once.
///
/// An actor that quits while coroutines are suspended, or has no behavior any more, lives on until
/// they have been cancelled and their frames are gone, without taking messages, and only then its
/// state is destroyed: CAF takes it for an actor that waits for a response.
class handler_host final : public task_host,
                           public hooked_object,
                           public std::enable_shared_from_this<handler_host> {
public:
  /// Returns the host of an actor, which is made on the first call. In the actor's context.
  /// @throws std::logic_error if the system of the actor was not prepared for a sweet::runtime
  static std::shared_ptr<handler_host> of(caf::scheduled_actor& self);

  handler_host(caf::scheduled_actor& self, scheduler& home);
  handler_host(const handler_host&) = delete;
  handler_host& operator=(const handler_host&) = delete;

  task_home& home() const noexcept;

  /// Makes sure that run() can do what it has to, before the coroutine is made.
  /// @throws fails_with with error_code::unreachable if the runtime has ended; std::bad_alloc
  void prepare();
  /// Runs the first turn of a coroutine, which is given to the host.
  /// @param c not started yet; if this returns true the caller gives it back by forget()
  /// @returns false if the coroutine is suspended: then the host keeps the promise for the current
  /// message
  /// @throws std::runtime_error if the runtime ends; `c` is discarded then
  bool run(cell& c, const std::shared_ptr<handler_record>& of);
  /// Lets a coroutine go that has ended in its first turn.
  void forget(cell& c) noexcept;
  /// Returns what a failed coroutine answers. If nobody waits for that, the failure goes to the log
  /// and this returns no error.
  caf::error failure(cell& c, bool one_way) noexcept;
  /// Returns what a message is answered with whose coroutine could not be started, from the
  /// exception that is being handled; see failure().
  caf::error refusal(bool one_way) noexcept;
  /// Whether nobody waits for an answer to the current message.
  bool is_one_way() const noexcept;

  // -- hooked_object ------------------------------------------------------------------------------
  caf::match_case::result offer(caf::detail::invoke_result_visitor& f,
                                caf::type_erased_tuple& content) override;
  void called() noexcept override;
  void hook_is_gone() noexcept override;

  // -- any thread ---------------------------------------------------------------------------------
  void take_turn(cell& c) noexcept override;

private:
  /// A coroutine that is suspended.
  struct suspended_handler {
    cell* task;
    caf::response_promise promise;
    bool one_way;
    std::shared_ptr<handler_record> record;
  };

  bool is_frozen() const noexcept { return at_limit_ != 0 || !skipped_.is_empty(); }
  bool is_frozen_on_top() const noexcept;
  void freeze() noexcept;
  void thaw() noexcept;
  void hook();
  void keep_hooked() noexcept;
  void quit() noexcept;
  void linger();
  void leave_if_over() noexcept;
  void name(cell& c) const noexcept;
  void take_a_turn(cell& c) noexcept;
  void finish(suspended_handler ended) noexcept;
  void take_skipped() noexcept;
  bool run_here() noexcept;
  bool send_call() noexcept;

  caf::scheduled_actor& self_;
  scheduler& home_;

  // -- any thread, under the mutex ----------------------------------------------------------------
  futex_mutex mutex_;
  std::vector<cell*> due_; ///< has room for all coroutines of the actor
  bool called_ = false;    ///< called() will come

  // -- the actor's context ------------------------------------------------------------------------
  std::vector<suspended_handler> suspended_;
  cell* running_ = nullptr;    ///< the coroutine that has its turn
  caf::strong_actor_ptr kept_; ///< the actor itself, while coroutines are suspended
  std::size_t at_limit_ = 0;   ///< how many handlers are at their limits
  bool hooked_ = false;
  bool quits_ = false;
  bool lingers_ = false;      ///< waits for its coroutines, to quit
  caf::message_id lingering_; ///< the response that CAF takes the actor to wait for
  skipped_messages skipped_;
  caf::behavior frozen_;                ///< a frozen_behavior
  caf::mailbox_element_ptr no_message_; ///< the current message, when coroutines go on
};

} // namespace sweet::inline v0_5::detail
