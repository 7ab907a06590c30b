// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/caf/handler_host.hpp>

#include <sweet/actors/runtime/cell/cancel.hpp>
#include <sweet/actors/runtime/cell/task_log.hpp>
#include <sweet/actors/runtime/cell/task_memory.hpp>
#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/cell/task_run.hpp>
#include <sweet/actors/runtime/cell/task_settings.hpp>
#include <sweet/actors/runtime/cell/task_start.hpp>
#include <sweet/actors/runtime/cell/workplace.hpp>
#include <sweet/actors/runtime/threads/scheduler.hpp>
#include <sweet/messages/caf_error.hpp>
#include <sweet/messages/fails_with.hpp>

#include <caf/actor_system.hpp>
#include <caf/detail/sync_request_bouncer.hpp>
#include <caf/error.hpp>
#include <caf/scheduled_actor.hpp>
#include <caf/sec.hpp>

#include <algorithm>
#include <mutex>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace sweet::inline v0_5::detail {

namespace {

/// While it lives, this thread runs a coroutine of an actor, which must not block the thread: the
/// actor could come back with another one. Tasks that are made belong to `home`.
class actor_turn {
public:
  explicit actor_turn(task_home& home) noexcept
      : made_(home), callback_of_(std::exchange(this_thread().callback_of, &home)) {}
  ~actor_turn() { this_thread().callback_of = callback_of_; }
  actor_turn(const actor_turn&) = delete;
  actor_turn& operator=(const actor_turn&) = delete;

private:
  const spawn_target made_;
  const task_home* const callback_of_;
};

/// Makes all messages of an actor that has ended errors for those who wait for answers.
void bounce(skipped_messages& left, const caf::error& reason) {
  const caf::detail::sync_request_bouncer bouncer{reason};
  while (!left.is_empty())
    bouncer(*left.pop());
}

} // namespace

// -- the actor and its host ----------------------------------------------------------------------

std::shared_ptr<handler_host> handler_host::of(caf::scheduled_actor& self) {
  if (auto found = std::dynamic_pointer_cast<handler_host>(quit_hook::find_in(self)))
    return found;
  auto* home = scheduler::find(self.home_system());
  if (home == nullptr)
    throw std::logic_error{
        "sweet::handler: the caf::actor_system of this actor was not prepared for a "
        "sweet::runtime: call sweet::configure(cfg) on its configuration before making it, and "
        "make a runtime of it"};
  auto host = std::make_shared<handler_host>(self, *home);
  host->hook();
  return host;
}

handler_host::handler_host(caf::scheduled_actor& self, scheduler& home)
    : self_(self), home_(home),
      frozen_(caf::behavior::impl_ptr{caf::make_counted<frozen_behavior>(*this)}),
      no_message_(
          caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, caf::make_message())) {}

task_home& handler_host::home() const noexcept {
  return home_;
}

void handler_host::hook() {
  quit_hook::put_into(self_, shared_from_this());
  hooked_ = true;
}

/// Hooks the actor again, if a coroutine that is suspended now has set another error handler.
void handler_host::keep_hooked() noexcept {
  if (hooked_ || quits_ || suspended_.empty())
    return;
  try {
    hook();
  } catch (const std::bad_alloc&) {
    log_sink::tell_no_memory();
  }
}

void handler_host::hook_is_gone() noexcept {
  hooked_ = false;
  if (self_.getf(caf::abstract_actor::is_shutting_down_flag) && !std::exchange(quits_, true))
    quit();
}

/// Lets the actor live on until its coroutines are gone. The actor may be in the midst of its
/// destructor, unless there are coroutines or messages.
void handler_host::quit() noexcept {
  if (!skipped_.is_empty())
    skipped_.give_back(self_);
  if (suspended_.empty() && running_ == nullptr)
    return;
  linger();
  constexpr std::string_view why = "its actor quits";
  for (auto& handler : suspended_)
    cancel_task(*handler.task, cancellation_level::kill, why);
  if (running_ != nullptr)
    cancel_task(*running_, cancellation_level::kill, why);
}

void handler_host::linger() {
  lingers_ = true;
  lingering_ = self_.new_request_id(caf::message_priority::normal).response_id();
  begin_lingering(self_, lingering_, frozen_);
}

void handler_host::leave_if_over() noexcept {
  if (lingers_ && suspended_.empty()) {
    lingers_ = false;
    end_lingering(self_, lingering_);
  }
}

// -- freezing ------------------------------------------------------------------------------------

bool handler_host::is_frozen_on_top() const noexcept {
  auto& stack = self_.bhvr_stack();
  return !stack.empty() && stack.back().as_behavior_impl() == frozen_.as_behavior_impl();
}

void handler_host::freeze() noexcept {
  if (!is_frozen_on_top())
    self_.bhvr_stack().push_back(caf::behavior{frozen_});
}

void handler_host::thaw() noexcept {
  while (is_frozen_on_top())
    self_.bhvr_stack().pop_back();
}

caf::match_case::result handler_host::offer(caf::detail::invoke_result_visitor& f,
                                            caf::type_erased_tuple& content) {
  if (is_frozen()) {
    skipped_.take_from(self_);
    return caf::match_case::skip;
  }
  // The user's own become() had hidden the frozen behavior, and has uncovered it now.
  thaw();
  if (self_.bhvr_stack().empty())
    return caf::match_case::no_match;
  return self_.bhvr_stack().back()(f, content);
}

// -- coroutines ----------------------------------------------------------------------------------

void handler_host::prepare() {
  if (!home_.has_owner())
    throw fails_with{task_error{error_code::unreachable, "the runtime has ended"}};
  if (!hooked_)
    hook();
  if (suspended_.size() < suspended_.capacity())
    return;
  suspended_.reserve(2 * suspended_.size() + 1);
  std::lock_guard guard{mutex_};
  due_.reserve(suspended_.capacity());
}

void handler_host::take_a_turn(cell& c) noexcept {
  running_ = &c;
  {
    const actor_turn turn{home_};
    run_turn(c);
  }
  running_ = nullptr;
}

/// Gives a coroutine the name of its actor, if that has a name of its own and there is memory.
void handler_host::name(cell& c) const noexcept {
  const std::string_view name = self_.name();
  if (name == self_.scheduled_actor::name())
    return;
  try {
    set_name(c, std::string{name});
  } catch (const std::bad_alloc&) {
    log_sink::tell_no_memory();
  }
}

bool handler_host::run(cell& c, const std::shared_ptr<handler_record>& of) {
  c.ops = &of->ops;
  c.give_to_host();
  start_hosted(c);
  take_a_turn(c);
  if (c.is_done()) {
    leave_if_over();
    return true;
  }
  name(c);
  const bool one_way = is_one_way();
  suspended_.push_back({&c, self_.make_response_promise(), one_way, of});
  if (++of->suspended == of->limit)
    ++at_limit_;
  if (kept_ == nullptr)
    kept_ = self_.ctrl();
  // The user's unbecome() may leave the actor without a behavior.
  if (at_limit_ != 0)
    freeze();
  else if (!lingers_)
    linger();
  keep_hooked();
  return false;
}

void handler_host::forget(cell& c) noexcept {
  release_reference(c);
}

bool handler_host::is_one_way() const noexcept {
  return !self_.current_mailbox_element()->mid.is_request();
}

caf::error handler_host::failure(cell& c, bool one_way) noexcept {
  const auto error = outcome_error(c);
  const bool was_cancelled = error.code() == error_code::cancelled;
  if (!one_way)
    return was_cancelled && quits_ ? caf::make_error(caf::sec::request_receiver_down)
                                   : to_caf_error(error);
  if (!was_cancelled)
    try_log_as(c, log_level::error,
               [&] { return "the handler of a one-way message has failed: " + to_string(error); });
  return {};
}

caf::error handler_host::refusal(bool one_way) noexcept {
  const auto error = error_of_exception();
  if (!one_way)
    return to_caf_error(error);
  try {
    home_.log().write({log_level::error,
                       {},
                       self_.name(),
                       "the handler of a one-way message could not start: " + to_string(error),
                       {}});
  } catch (const std::bad_alloc&) {
    log_sink::tell_no_memory();
  }
  return {};
}

void handler_host::finish(suspended_handler ended) noexcept {
  if (ended.record->suspended-- == ended.record->limit)
    --at_limit_;
  cell& c = *ended.task;
  try {
    if (c.state.see().has_value())
      ended.record->answer(c, ended.promise);
    else if (auto error = failure(c, ended.one_way))
      ended.promise.deliver(std::move(error));
  } catch (const std::bad_alloc&) {
    log_sink::tell_no_memory();
  }
  release_reference(c);
}

void handler_host::take_turn(cell& c) noexcept {
  // Once the task is due another thread may run it, and it may be the last one of the actor.
  const auto alive = shared_from_this();
  const caf::strong_actor_ptr actor{self_.ctrl()};
  {
    std::lock_guard guard{mutex_};
    due_.push_back(&c);
    if (std::exchange(called_, true))
      return;
  }
  if (run_here() || send_call())
    return;
  // There is no memory for the call: another worker tries again.
  std::lock_guard guard{mutex_};
  std::erase(due_, &c);
  called_ = false;
  home_.inject(job{c}, c.lane());
}

/// Runs what is due in this thread, if the actor has nothing to do.
bool handler_host::run_here() noexcept {
  workplace* const place = this_thread().driven;
  if (place == nullptr || self_.getf(caf::abstract_actor::is_detached_flag) ||
      !self_.mailbox().try_unblock())
    return false;
  // From here on this thread runs the actor, as resume() does.
  self_.context(place);
  self_.current_mailbox_element(no_message_.get());
  called();
  self_.bhvr_stack().cleanup();
  if (self_.finalize())
    return true;
  self_.set_receive_timeout();
  if (!self_.mailbox().try_block()) {
    caf::intrusive_ptr_add_ref(self_.ctrl());
    place->exec_later(&self_);
  }
  return true;
}

/// Sends the actor a message by which it calls called().
bool handler_host::send_call() noexcept {
  auto* call = new (std::nothrow) call_message{shared_from_this()};
  if (call != nullptr)
    self_.enqueue(caf::mailbox_element_ptr{call}, this_thread().driven);
  return call != nullptr;
}

void handler_host::called() noexcept {
  auto* const message = self_.current_mailbox_element();
  skipped_.take_from(self_);
  thaw();
  for (;;) {
    cell* next = nullptr;
    {
      std::lock_guard guard{mutex_};
      if (due_.empty()) {
        called_ = false;
        break;
      }
      next = due_.front();
      due_.erase(due_.begin());
    }
    self_.current_mailbox_element(no_message_.get());
    take_a_turn(*next);
    if (!next->is_done())
      continue;
    const auto ended = std::find_if(suspended_.begin(), suspended_.end(),
                                    [&](const auto& handler) { return handler.task == next; });
    auto handler = std::move(*ended);
    if (ended != suspended_.end() - 1)
      *ended = std::move(suspended_.back());
    suspended_.pop_back();
    finish(std::move(handler));
  }
  take_skipped();
  if (is_frozen() && !quits_)
    freeze();
  self_.current_mailbox_element(message);
  keep_hooked();
  leave_if_over();
  if (suspended_.empty())
    kept_ = nullptr; // the caller holds the actor as well
}

/// Lets the actor take the messages that it has skipped, until it freezes again.
void handler_host::take_skipped() noexcept {
  constexpr int batch = 100;
  skipped_messages again;
  for (int handled = 0; at_limit_ == 0 && !skipped_.is_empty(); ++handled) {
    if (handled == batch) {
      std::unique_lock lock{mutex_};
      if (called_)
        break;
      called_ = true;
      lock.unlock();
      if (send_call())
        break;
      lock.lock();
      called_ = false;
    }
    auto next = skipped_.pop();
    switch (self_.reactivate(*next)) {
      case caf::scheduled_actor::activation_result::skipped: again.push(std::move(next)); break;
      case caf::scheduled_actor::activation_result::success: skipped_.prepend(again); break;
      case caf::scheduled_actor::activation_result::terminated:
      case caf::scheduled_actor::activation_result::dropped: break;
    }
  }
  if (self_.getf(caf::abstract_actor::is_cleaned_up_flag)) {
    bounce(again, self_.fail_state());
    bounce(skipped_, self_.fail_state());
  } else if (skipped_.is_empty()) {
    again.give_back(self_);
  } else {
    skipped_.prepend(again);
  }
}

} // namespace sweet::inline v0_5::detail
