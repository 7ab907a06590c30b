// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/threads/blocking_join.hpp>

#include <sweet/actors/runtime/cell/blocking_wait.hpp>
#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/child_set.hpp>
#include <sweet/actors/runtime/cell/end_waiter.hpp>
#include <sweet/actors/runtime/cell/runtime_hold.hpp>
#include <sweet/actors/runtime/cell/task_children.hpp>
#include <sweet/actors/runtime/cell/task_signals.hpp>
#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/runtime/cell/workplace.hpp>
#include <sweet/actors/runtime/home/thread_state.hpp>
#include <sweet/actors/runtime/queues/job.hpp>
#include <sweet/actors/runtime/system/brief_wait.hpp>
#include <sweet/actors/runtime/threads/blocking_pool.hpp>
#include <sweet/actors/runtime/threads/processor.hpp>
#include <sweet/actors/runtime/threads/scheduler.hpp>
#include <sweet/actors/runtime/time/timer_wheel.hpp>
#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/cancelled.hpp>
#include <sweet/messages/task_error.hpp>
#include <sweet/strategies/later.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <utility>

namespace sweet::inline v0_5::detail {

namespace {

// About where the stack of the calling function is.
std::uintptr_t stack_pointer() noexcept {
  return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
}

/// Sleeps until the task is scheduled, after `blocked` has been set in its inbox or it has been
/// queued as a job.
void sleep(cell& self, thread_state& thread) noexcept {
  thread.wake_up.wait();
  if (thread.is_worker) {
    take_given(thread);
    thread.watermark = thread.driven->watermark();
  }
  thread.task = &self;
}

/// Waits for another processor if a callback that waited has given this thread's away.
void need_processor(cell& self, thread_state& thread) noexcept {
  if (!thread.is_worker || thread.driven != nullptr)
    return;
  thread.blocked_for = {};
  self.begin_wait(thread);
  scheduler_of(self).inject(job{self}, self.lane());
  sleep(self, thread);
  self.end_thread_wait();
}

/// Blocks the thread until the task is scheduled. @param what is waited for
/// @returns false if too many threads block already
bool block(cell& self, thread_state& thread, const wait_view& what) noexcept {
  thread_team& team = scheduler_of(self).threads();
  thread_state* spare = nullptr;
  if (thread.driven != nullptr && (spare = team.reserve()) == nullptr)
    return false;
  if (thread.pool != nullptr && !thread.pool->start_waiting())
    return false;
  // Arrivals are left to the caller: one of them may be what it waits for.
  thread.blocked_for = what;
  self.begin_wait(thread);
  if (self.inbox.try_block()) {
    // From here on any worker may open our gate.
    if (spare != nullptr)
      team.hand_over(*spare, *give_away(thread));
    sleep(self, thread);
    if (spare != nullptr)
      team.unblocked();
  } else if (spare != nullptr) {
    team.give_back(*spare);
  }
  if (thread.pool != nullptr)
    thread.pool->stop_waiting();
  self.end_thread_wait();
  return true;
}

bool help(cell& self, thread_state& thread) {
  // A task that is helped could not tell its own destructors from the one that waits here.
  if (thread.driven == nullptr || stack_pointer() < thread.stack_limit || is_unwinding(self))
    return false;
  processor& p = processor::of(thread);
  const job j = p.pop_descendant(self, thread.watermark);
  if (!j)
    return false;
  // That body blocks another thread, which would take the processor, and this body would go on
  // beside it. A body that blocks gives its processor away only once it waits.
  if (cell& c = j.task(); c.waits_for() == wait_kind::thread) {
    p.push(j, c.lane());
    return false;
  }
  p.run(j);
  thread.task = &self;
  return true;
}

/// Ends a wait that was announced, slept in or not. The token, if it is on its way, has to be taken
/// before the body goes on.
template <class Describe, class Retract>
void end_announced(cell& self, thread_state& thread, Describe describe, Retract retract) {
  if (self.inbox.take_token() || retract())
    return;
  while (!self.inbox.take_token()) {
    if (self.inbox.peek().has_arrivals())
      take_arrivals(self);
    block(self, thread, describe());
  }
}

/// Announces the wait of a destructor, which must not throw.
/// @returns false as well if that is refused, for want of memory say: the wait is not over then
template <class Announce>
bool announce_without_exception(Announce& announce) noexcept {
  try {
    return announce();
  } catch (...) {
    return false;
  }
}

/// The loop behind all blocking waits of bodies. What `announce` throws passes through.
/// @param describe says what is waited for, once that is announced
/// @param interrupted whether cancellation ends the wait
/// @param is_ready whether the wait is over
/// @param announce asks for a token; false if the wait is over already
/// @param retract takes the request back; false if the token has come or will come
template <class Describe, class Interrupted, class Ready, class Announce, class Retract>
join_outcome wait_blocking(cell& self, Describe describe, Interrupted interrupted, Ready is_ready,
                           Announce announce, Retract retract) {
  thread_state& thread = this_thread();
  if (thread.callback_of != nullptr)
    return join_outcome::must_not_wait;
  for (;;) {
    if (is_ready()) {
      need_processor(self, thread);
      return join_outcome::ended;
    }
    if (self.inbox.peek().has_arrivals())
      take_arrivals(self);
    const bool stopped = interrupted();
    if ((stopped || self.heard() != cancellation_level::none) && is_unwinding(self)) {
      need_processor(self, thread);
      // What is there can be had by asking for it; is_ready() does not know.
      if (announce_without_exception(announce))
        end_announced(self, thread, describe, retract);
      return is_ready() ? join_outcome::ended : join_outcome::unwound;
    }
    if (stopped) {
      need_processor(self, thread);
      note_heard(self);
      throw cancelled{};
    }
    // Looking for a cancellation takes in all signals, and an early outcome may be among them.
    if (is_ready() || help(self, thread))
      continue;
    try {
      if (!announce())
        continue;
    } catch (...) {
      need_processor(self, thread);
      throw;
    }
    const bool slept = block(self, thread, describe());
    end_announced(self, thread, describe, retract);
    if (!slept)
      return join_outcome::too_many_blocked;
  }
}

struct task_waiter : end_waiter {
  explicit task_waiter(cell& self) noexcept : task(&self) {
    ended = [](end_waiter& w) noexcept { wake(*static_cast<task_waiter&>(w).task); };
  }
  cell* task;
};

struct thread_waiter : end_waiter {
  thread_waiter() noexcept {
    ended = [](end_waiter& w) noexcept { static_cast<thread_waiter&>(w).gate.set(); };
  }
  class gate gate;
};

struct nudge_timer : timer_entry {
  explicit nudge_timer(cell& self) noexcept : task(&self) {
    fire = [](timer_entry& e) noexcept {
      auto& timer = static_cast<nudge_timer&>(e);
      // Release pairs with the acquire of the loop that looks at the flag.
      timer.fired.store(true, std::memory_order_release);
      nudge(*timer.task);
    };
  }
  cell* task;
  std::atomic<bool> fired{false};
};

join_outcome join_from_task(cell& self, cell& target, std::chrono::nanoseconds timeout) {
  task_waiter waiter{self};
  nudge_timer timer{self};
  timer_service& timers = scheduler_of(self).timers();
  wait_view what{.on = wait_reason::task, .target = &target};
  if (timeout.count() >= 0) {
    what.until = later(timers.now(), timeout);
    timers.arm(timer, what.until, timer_shard());
  }
  struct disarm {
    timer_service& timers;
    nudge_timer& timer;
    ~disarm() { timers.cancel(timer); }
  } disarm_at_end{timers, timer};
  const auto outcome = wait_blocking(
      self, [&] { return what; }, [&] { return is_interrupted(self); },
      [&] { return target.has_outcome() || timer.fired.load(std::memory_order_acquire); },
      [&] { return add_waiter(target, waiter); }, [&] { return remove_waiter(target, waiter); });
  if (outcome == join_outcome::ended && !target.has_outcome())
    return join_outcome::timed_out;
  return outcome;
}

/// Gives the processor of a worker to another thread while a callback blocks the worker. The
/// callback goes on without a processor, and its thread is a spare one then.
class processor_given_away {
public:
  explicit processor_given_away(thread_state& thread) noexcept {
    if (!thread.in_callback || thread.driven == nullptr)
      return;
    team_ = &static_cast<scheduler&>(thread.driven->home()).threads();
    thread_state* spare = team_->reserve();
    failed_ = spare == nullptr;
    if (!failed_)
      team_->hand_over(*spare, *give_away(thread));
  }
  ~processor_given_away() {
    if (team_ != nullptr && !failed_)
      team_->unblocked();
  }
  processor_given_away(const processor_given_away&) = delete;
  processor_given_away& operator=(const processor_given_away&) = delete;

  bool failed() const noexcept { return failed_; }

private:
  thread_team* team_ = nullptr;
  bool failed_ = false;
};

} // namespace

task_error error_of(join_outcome outcome) {
  switch (outcome) {
    case join_outcome::ended: break;
    case join_outcome::timed_out: return task_error{error_code::timeout, "not done yet"};
    case join_outcome::too_many_blocked:
      return task_error{
          error_code::resource_limit,
          "512 bodies block in await() already: make this one a coroutine, or spawn it with "
          "blocking()"};
    case join_outcome::must_not_wait:
      return task_error{
          error_code::invalid_state,
          "a callback on a stop token, or a sink for logs or traces, must not wait: start a "
          "task that does, or use on_cancel(); and the coroutine of an actor must not block the "
          "actor: use co_await"};
    case join_outcome::unwound:
      return task_error{error_code::cancelled,
                        "cancelled: a destructor must not wait once its body "
                        "has been told to stop"};
  }
  return {};
}

join_outcome join_blocking(cell& child) {
  cell& parent = *child.parent.load(std::memory_order_relaxed);
  return wait_blocking(
      parent, [&] { return wait_view{.on = wait_reason::child, .target = &child}; },
      [&] { return is_interrupted_for(parent, child); }, [&] { return child.has_outcome(); },
      [&] { return child.state.announce(); }, [&] { return child.state.retract(); });
}

join_outcome join_blocking(child_set& set) {
  // A set gets arrivals, and never a token.
  return wait_blocking(
      set.parent(), [] { return wait_view{.on = wait_reason::group}; },
      [&] { return is_interrupted(set.parent()); }, [&] { return poll(set); }, [] { return true; },
      [] { return true; });
}

join_outcome join_blocking(cell& self, blocking_wait& wait) {
  const auto describe = [&] {
    wait_view what;
    wait.describe(what);
    return what;
  };
  return wait_blocking(
      self, describe, [&] { return is_interrupted(self); }, [&] { return wait.is_ready(); },
      [&] { return wait.announce(); }, [&] { return wait.retract(); });
}

join_outcome join_blocking(blocking_wait& wait, gate& opened) {
  if (this_thread().callback_of != nullptr)
    return join_outcome::must_not_wait;
  if (!wait.announce())
    return join_outcome::ended;
  const processor_given_away away{this_thread()};
  if (away.failed() && wait.retract())
    return join_outcome::too_many_blocked;
  opened.wait();
  return join_outcome::ended;
}

join_outcome join_any(cell& target, std::chrono::nanoseconds timeout) {
  if (target.has_outcome())
    return join_outcome::ended;
  if (this_thread().callback_of != nullptr)
    return join_outcome::must_not_wait;
  if (cell* self = this_thread().task)
    return join_from_task(*self, target, timeout);
  if (const runtime_hold held{target})
    scheduler_of(target).check_not_forked();
  thread_waiter waiter;
  if (!add_waiter(target, waiter))
    return join_outcome::ended;
  const processor_given_away away{this_thread()};
  if (away.failed() && remove_waiter(target, waiter))
    return join_outcome::too_many_blocked;
  static thread_local constinit brief_wait briefly;
  if (timeout.count() != 0 && briefly.take(waiter.gate))
    return join_outcome::ended;
  if (timeout.count() < 0) {
    waiter.gate.wait();
    return join_outcome::ended;
  }
  if (waiter.gate.wait_for(timeout.count()))
    return join_outcome::ended;
  if (remove_waiter(target, waiter))
    return join_outcome::timed_out;
  waiter.gate.wait();
  return join_outcome::ended;
}

} // namespace sweet::inline v0_5::detail
