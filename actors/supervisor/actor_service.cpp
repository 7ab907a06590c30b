// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/supervisor/actor_service.hpp>

#include <sweet/actors/runtime/caf/at_exit_of.hpp>
#include <sweet/actors/runtime/caf/exit_message.hpp>
#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/actors/supervisor/service_link.hpp>
#include <sweet/actors/task/async_event.hpp>
#include <sweet/actors/task/child_task.hpp>
#include <sweet/actors/task/scope.hpp>
#include <sweet/messages/caf_error.hpp>
#include <sweet/messages/cancelled.hpp>
#include <sweet/messages/fails_with.hpp>

#include <caf/actor_addr.hpp>
#include <caf/actor_cast.hpp>
#include <caf/error.hpp>
#include <caf/exit_reason.hpp>
#include <caf/local_actor.hpp>
#include <caf/message.hpp>
#include <caf/scheduled_actor.hpp>

#include <exception>
#include <memory>
#include <new>
#include <stdexcept>
#include <utility>

namespace sweet::inline v0_5::detail {

namespace {

/// An actor in the hands of the task that stands for it. If the task drops this before the actor
/// has ended, the actor is killed, by mail that was made in advance; not at kill_hard.
class watched_actor {
public:
  /// Allocates what killing an actor needs, before there is an actor that could be lost.
  watched_actor() : end_(std::make_shared<end>()), kill_(make_exit_mail(caf::exit_reason::kill)) {}
  watched_actor(const watched_actor&) = delete;
  watched_actor& operator=(const watched_actor&) = delete;
  ~watched_actor() {
    if (actor_ != nullptr && !has_ended() && level_ != cancellation_level::kill_hard)
      to()->enqueue(std::move(kill_), nullptr);
  }

  /// @throws std::invalid_argument if there is no actor
  void watch(cell& task, caf::actor actor, bool announces) {
    actor_ = std::move(actor);
    if (actor_ == nullptr)
      throw std::invalid_argument{"the function that starts the service gave no actor"};
    auto link = find_service_link(task);
    // ready() comes first: even an actor that has ended already is gone after it was there.
    if (!announces)
      link->ready(actor_);
    at_exit_of(*to(), [who = to(), link = std::move(link), end = end_](const caf::error& reason) {
      link->gone(who);
      try {
        end->reason = reason;
      } catch (const std::bad_alloc&) {
        end->has_no_reason = true;
      }
      end->happened.set();
    });
  }

  bool has_ended() const noexcept { return end_->happened.is_set(); }

  /// `co_await actor.wait()` waits until the actor has ended, or the task's level of cancellation
  /// has risen.
  auto wait() noexcept { return event_access::wait_shielded(end_->happened, level_); }

  /// Passes a level on to the actor.
  void heed(cancellation_level level) {
    if (level <= std::exchange(level_, level) || level == cancellation_level::kill_hard)
      return;
    const auto reason = level == cancellation_level::kill ? caf::exit_reason::kill
                                                          : caf::exit_reason::user_shutdown;
    to()->enqueue(make_exit_mail(reason), nullptr);
  }

  cancellation_level level() const noexcept { return level_; }

  /// The error that the actor has ended with; empty if there is none.
  /// @throws cancelled if the actor was told to end
  task_error failure() const {
    const auto& reason = end_->reason;
    if (level_ != cancellation_level::none || reason == caf::exit_reason::user_shutdown)
      throw cancelled{};
    if (end_->has_no_reason)
      throw std::bad_alloc{};
    if (reason == caf::exit_reason::kill)
      return task_error{error_code::failure, "the actor was killed"};
    return reason ? from_caf_error(reason) : task_error{};
  }

private:
  struct end {
    async_event happened;
    caf::error reason;
    bool has_no_reason = false; ///< there was no memory for the reason
  };

  caf::abstract_actor* to() const noexcept { return caf::actor_cast<caf::abstract_actor*>(actor_); }

  caf::actor actor_;
  std::shared_ptr<end> end_;
  caf::mailbox_element_ptr kill_;
  cancellation_level level_ = cancellation_level::none;
};

} // namespace

start_announcement::start_announcement(task_context ctx)
    : link_(find_service_link(context_access::get(ctx))) {}

void start_announcement::operator()(caf::local_actor& self) const {
  link_->ready(caf::actor_cast<caf::actor>(&self));
}

void keep_exceptions(caf::scheduled_actor& self) {
  // A handler that throws would end the process.
  auto spare = std::make_shared<caf::error>(to_caf_error(spare_error(error_code::resource_limit)));
  // CAF calls the handler where it has caught the exception. To throw the exception once more, only
  // to catch it here, would be a fifth of the cost of a crash.
  self.set_exception_handler([spare = std::move(spare)](std::exception_ptr&) -> caf::error {
    try {
      return to_caf_error(error_of_exception());
    } catch (const std::bad_alloc&) {
      return std::move(*spare);
    }
  });
}

async<void> run_actor(task_context ctx, std::shared_ptr<const actor_start> start) {
  cell& self = context_access::get(ctx);
  watched_actor actor;
  if (start->later) {
    auto outcome = co_await ctx.scope(child_failure::fail_fast, start->later).result();
    if (outcome.is_err())
      co_await fails_with{outcome.error()};
    actor.watch(self, std::move(outcome).value(), start->announces);
  } else {
    actor.watch(self, start->now(ctx), start->announces);
  }
  while (!actor.has_ended() && actor.level() != cancellation_level::kill_hard)
    actor.heed(co_await actor.wait());
  if (!actor.has_ended())
    ctx.log(log_level::error, "its actor did not exit, and is left behind");
  if (auto failure = actor.failure())
    co_await fails_with{std::move(failure)};
}

} // namespace sweet::inline v0_5::detail
