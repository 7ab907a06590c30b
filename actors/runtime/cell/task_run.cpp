// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/task_run.hpp>

#include <sweet/actors/runtime/cell/absorb_signals.hpp>
#include <sweet/actors/runtime/cell/cancel.hpp>
#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/child_set.hpp>
#include <sweet/actors/runtime/cell/cleanup_run.hpp>
#include <sweet/actors/runtime/cell/close_mailbox.hpp>
#include <sweet/actors/runtime/cell/end_waiter.hpp>
#include <sweet/actors/runtime/cell/limit_timers.hpp>
#include <sweet/actors/runtime/cell/root_task.hpp>
#include <sweet/actors/runtime/cell/side_block.hpp>
#include <sweet/actors/runtime/cell/task_children.hpp>
#include <sweet/actors/runtime/cell/task_host.hpp>
#include <sweet/actors/runtime/cell/task_meter.hpp>
#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/cell/task_signals.hpp>
#include <sweet/actors/runtime/cell/task_start.hpp>
#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/runtime/cell/workplace.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/runtime/home/thread_state.hpp>
#include <sweet/actors/runtime/queues/job.hpp>
#include <sweet/actors/runtime/time/timer_wheel.hpp>
#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/exception_text.hpp>
#include <sweet/messages/task_error.hpp>
#include <sweet/strategies/later.hpp>

#include <atomic>
#include <cstdint>
#include <exception>
#include <thread>
#include <utility>

namespace sweet::inline v0_5::detail {

namespace {

void arm_timeout(cell& c, side_block& side) {
  task_home& home = home_of(c);
  side.timer.side = &side;
  side.timer.fire = [](timer_entry& e) noexcept {
    side_block& expired = *static_cast<side_block::timeout_timer&>(e).side;
    signal_event(*expired.owner, expired, side_event::expired, cancellation_level::graceful);
    // Deferred out of the wheel's lock: callbacks on the stop token are the user's.
    if (auto* stop = expired.stop.load(std::memory_order_seq_cst)) {
      stop->add_reference();
      home_of(*expired.owner).timers().defer(*stop);
    }
  };
  home.timers().arm(side.timer, later(home.timers().now(), side.timeout), timer_shard());
}

/// Closes the mailbox of a task that is about to end, and reports the outcome to metrics and
/// traces.
void note_end(cell& c) noexcept {
  close_mailbox(c);
  if (auto* meter = task_meter::find(c)) {
    // An outcome that has come early is the one that is reported.
    meter->ended(outcome_status(c.state.begin_end()));
  }
}

// Ends a task the long way: besides a parent that waits, or takes arrivals, handles, observers or
// the root may have to learn of the end.
void complete_slow(cell& c) noexcept {
  cell* parent = c.parent.load(std::memory_order_relaxed);
  auto s = c.state.see();
  const bool top_level = s.is_top_level();
  if (s.any(state_word::failed) && !s.is_resolved() && s.fails_parent())
    report_failure(*parent, outcome_error(c));
  bool held = false;
  bool told = false;
  do {
    if (s.has_side_block() && !std::exchange(told, true)) {
      note_end(c);
      s = c.state.see();
    }
    // The thread that gives an early outcome needs the parent for a moment more.
    for (; s.any(state_word::resolving); s = c.state.see())
      std::this_thread::yield();
    // Once `done` is seen, the parent may let the task go: we hold what we still need.
    if (s.is_exposed() && !held) {
      add_reference(c);
      held = true;
    }
  } while (!c.state.try_complete(s));
  if (held) {
    stop_rising(c);
    notify_end(c);
  }
  if (top_level) {
    home_of(c).root().remove(c);
    release_reference(c); // the runtime's
  } else if (s.is_grouped()) {
    push_arrival(*parent, c);
  } else if (s.is_awaited()) {
    wake_parent(*parent);
  }
  if (held)
    release_reference(c);
}

/// Does the side block's part of ending a task: timers, signals, clean-up.
/// @returns false if the task goes on with clean-up
bool finish_side(cell& c, side_block& side) noexcept {
  // Each child has reported its failure before it ended, and the timer cannot fire once it is
  // cancelled: after that it is known what has happened to the task.
  if (side.timeout.count() != 0)
    home_of(c).timers().cancel(side.timer);
  absorb_signals(c);
  // The body has returned, and the value that it claimed would be lost: it was in time.
  constexpr auto no_value = state_word::failed | state_word::cancelled;
  if (side.claimed_in_time && !c.state.peek().any(no_value))
    c.state.forget_expiry();
  if (!side.cleanups.empty() && c.state.peek().any(state_word::cancelled) && clean_up(c, side))
    return false;
  if (side.limits != nullptr)
    disarm_limits(c, *side.limits);
  return true;
}

/// Tells the parent that waits for the task, or has it in a group, that it has ended with `s`.
inline void tell_parent(cell& parent, cell& c, state_word s) noexcept {
  if (s.is_grouped())
    push_arrival(parent, c);
  else
    wake_parent(parent);
}

/// Ends a task whose body and children have ended. @returns false if it goes on with clean-up
bool complete(cell& c) noexcept {
  auto s = c.state.peek();
  if (s.has_side_block())
    if (side_block& side = *find_side(c); !finish_side(c, side))
      return false;
  if (c.ops->destroy_body != nullptr)
    c.ops->destroy_body(c);
  s = c.state.peek();
  if (s.any(state_word::has_side | state_word::scope_failed)) {
    if (side_block* side = find_side(c))
      side->drop_functions();
    absorb_signals(c);
    s = override_outcome(c);
  }
  c.stage(phase::ended);
  cell* parent = c.parent.load(std::memory_order_relaxed);
  do {
    if (s.any(state_word::slow_end)) [[unlikely]] {
      complete_slow(c);
      return true;
    }
    // A parent that waits for our token, or has not seen us arrive, is still there below.
  } while (!c.state.try_complete(s));
  if (s.any(state_word::grouped | state_word::awaited))
    tell_parent(*parent, c, s);
  return true;
}

/// Reaps the ended children of a set that has outlived the body, if `child` belongs to one.
/// @returns whether there were any
bool lies_in_set(cell& c, cell& child) noexcept {
  return child.group != 0 && find_side(c)->child_sets[child.group - 1u]->give_up();
}

/// Reaps children that have ended, and begins to wait for one that has not.
/// @returns whether all children are gone
bool drain(cell& c) noexcept {
  if (c.children == nullptr)
    return true; // a task that waits for a child still has it
  if (c.waits_for() == wait_kind::child) {
    if (!c.inbox.see().has_token())
      return false;
    c.inbox.clear_token();
    c.end_wait();
  }
  while (cell* child = c.children) {
    if (!child->is_done()) {
      if (child->state.peek().is_grouped())
        return false; // it will arrive
      if (child->state.announce_join()) {
        c.begin_drain();
        return false;
      }
    } else if (child->state.peek().is_grouped()) {
      if (c.inbox.peek().has_arrivals())
        take_arrivals(c);
      else if (!lies_in_set(c, *child))
        return false; // it is about to arrive
      continue;
    }
    consume(*child);
  }
  return true;
}

/// What becomes of a body that waits.
enum class verdict : std::uint8_t { waits, resumes, stops };

/// Decides after the token has come: the child or the source says whether the body stops.
verdict look_at_completed(cell& c) noexcept {
  switch (c.waits_for()) {
    case wait_kind::child:
      return shares_stop(c, *c.result.child) ? verdict::stops : verdict::resumes;
    case wait_kind::served:
    case wait_kind::source: {
      wait_source& source = *c.result.source;
      return source.ops->stops != nullptr && source.ops->stops(source, c) ? verdict::stops
                                                                          : verdict::resumes;
    }
    default: return verdict::resumes;
  }
}

/// Ends the wait if a level does, unless the token is on its way: a token on its way arrives any
/// moment, and has to be taken before the task may end.
verdict interrupt_wait(cell& c) noexcept {
  if (c.waits_for() == wait_kind::source) {
    wait_source& source = *c.result.source;
    if (!interrupts(c, &source) || !source.ops->retract(source, c))
      return verdict::waits;
    return source.shielded ? verdict::resumes : verdict::stops;
  }
  cell& child = *c.result.child;
  return interrupts_wait_for(c, child) && child.state.retract() ? verdict::stops : verdict::waits;
}

/// Decides about the wait of the body. A wait that has completed wins over a level that has come
/// meanwhile.
verdict look_at_wait(cell& c) noexcept {
  switch (c.waits_for()) {
    case wait_kind::none: return interrupts(c, nullptr) ? verdict::stops : verdict::resumes;
    case wait_kind::came:
      return shares_stop(c, *c.result.child) ? verdict::stops : verdict::resumes;
    case wait_kind::served: return look_at_completed(c);
    case wait_kind::yield:
    case wait_kind::thread: return verdict::waits;
    case wait_kind::stop: return verdict::stops;
    case wait_kind::set:
      if (c.result.set->is_ready())
        return c.result.set->stops() ? verdict::stops : verdict::resumes;
      return interrupts(c, nullptr) ? verdict::stops : verdict::waits;
    case wait_kind::child:
    case wait_kind::outcome:
    case wait_kind::source:
    case wait_kind::join: break;
  }
  if (c.inbox.see().has_token()) {
    c.inbox.clear_token();
    return look_at_completed(c);
  }
  return c.waits_for() == wait_kind::join ? verdict::waits : interrupt_wait(c);
}

/// Notes that the body has ended with `how`; the children may still be there.
void conclude(cell& c, step how) noexcept {
  c.stage(phase::draining);
  c.end_wait();
  if (how == step::value)
    return;
  const bool unasked = c.state.peek().level() == cancellation_level::none;
  // A body that throws `cancelled` without having been asked to stop asks itself.
  if (unasked && how == step::cancelled)
    c.state.ask_to_stop();
  c.state.end_body(how == step::failed ? state_word::failed : state_word::cancelled);
  if (c.children == nullptr || !unasked)
    return;
  raise_level(c, cancellation_level::graceful);
  start_rising(c);
}

/// Lets a body wait. @returns false if there is something to look at
bool wait_on(cell& c) noexcept {
  if (c.waits_for() != wait_kind::yield)
    return c.inbox.try_block();
  c.end_wait();
  home_of(c).inject(job{c}, c.lane());
  return true;
}

constexpr body_ops body_is_gone{};

/// Stops a coroutine whose wait a level has ended.
/// @returns true if the coroutine is resumed with an answer; otherwise its frame is gone
bool stop(cell& c) noexcept {
  c.end_wait();
  note_heard(c);
  if (c.on_stop() == stop_mode::answer) {
    c.on_stop(stop_mode::answered);
    return true;
  }
  c.stage(phase::stopping);
  task_host* const host = c.ops->host;
  c.ops->destroy_body(c);
  c.ops = host != nullptr ? &host->without_body() : &body_is_gone;
  c.result.error = nullptr; // the union held the wait
  conclude(c, step::cancelled);
  return false;
}

/// Lets the thread go on in which the body of a task blocks. A worker takes over the processor of
/// the worker that calls this.
void resume_thread(cell& c) noexcept {
  thread_state& blocked = *c.result.thread;
  if (blocked.is_worker)
    blocked.given = give_away(this_thread());
  blocked.wake_up.set();
}

/// Hands on the turn of a task that a worker does not run itself. @returns false if the caller is
/// the task_host
[[gnu::noinline]] bool hand_on(cell& c) noexcept {
  if (std::exchange(this_thread().hosted, nullptr) == &c)
    return false;
  if (c.waits_for() == wait_kind::thread)
    resume_thread(c);
  else
    c.ops->host->take_turn(c);
  return true;
}

/// Ends a task that does not start.
void give_up(cell& c) noexcept {
  c.result.error = nullptr;
  conclude(c, step::cancelled);
}

/// Hands a task to the pool for blocking bodies. @returns whether another thread has the task now
bool hand_to_blocking_pool(cell& c) noexcept {
  try {
    home_of(c).run_blocking(c);
    return true;
  } catch (const std::exception& e) {
    conclude(c, capture_error(c, error_or_spare(error_code::resource_limit, [&e] {
                                return task_error{error_code::resource_limit,
                                                  "no thread for a blocking body: " +
                                                      exception_text(e)};
                              })));
    return false;
  }
}

/// What becomes of a task that is to start.
enum class beginning : std::uint8_t { runs, ended, moved };

/// Starts a task that has a side block, or a body that blocks.
[[gnu::noinline]] beginning start_special(cell& c) noexcept {
  if (side_block* side = find_side(c)) {
    if (side->limits != nullptr && !leave_queue(c, *side->limits)) {
      give_up(c);
      return beginning::ended;
    }
    if (side->timeout.count() != 0)
      arm_timeout(c, *side);
  }
  if (!c.state.peek().any(state_word::blocking))
    return beginning::runs;
  return hand_to_blocking_pool(c) ? beginning::moved : beginning::ended;
}

/// Starts a task or gives it up.
/// @returns whether the body is to be run here and now, has ended, or has moved to another thread
beginning start(cell& c) noexcept {
  const auto s = c.state.peek();
  // Its time may be over before its body has started.
  if (s.any(state_word::level_mask | state_word::resolved)) [[unlikely]] {
    give_up(c);
    return beginning::ended;
  }
  c.stage(phase::running);
  if (s.any(state_word::has_side | state_word::blocking)) [[unlikely]]
    return start_special(c);
  return beginning::runs;
}

/// Takes in what other threads have told the task.
/// @returns false if the task waits for its turn, with `blocked` set in its inbox
[[gnu::noinline]] bool take_news(cell& c) noexcept {
  do {
    if (c.inbox.peek().has_signals())
      absorb_signals(c);
    if (c.inbox.peek().has_arrivals())
      take_arrivals(c);
    if (!waits_for_its_turn(c) || c.state.peek().any(state_word::level_mask | state_word::resolved))
        [[likely]]
      return true;
  } while (!c.inbox.try_block());
  return false;
}

/// Notes which task this thread runs, and which jobs on the queue are not the task's.
class current_task {
public:
  explicit current_task(cell& c) noexcept
      : thread_(this_thread()), task_(thread_.task), watermark_(thread_.watermark) {
    thread_.task = &c;
    if (thread_.driven != nullptr)
      thread_.watermark = thread_.driven->watermark();
  }
  ~current_task() {
    thread_.task = task_;
    thread_.watermark = watermark_;
  }
  current_task(const current_task&) = delete;
  current_task& operator=(const current_task&) = delete;

private:
  thread_state& thread_;
  cell* task_;
  std::int64_t watermark_;
};

} // namespace

void run_task(cell& c) noexcept {
  if (c.runs_elsewhere()) [[unlikely]]
    if (hand_on(c))
      return;
  current_task current{c};
  for (;;) {
    if (c.inbox.peek().has_news() && !take_news(c)) [[unlikely]]
      return;
    // The phases that every task goes through come first.
    const phase at = c.stage();
    if (at == phase::queued) {
      const auto how = start(c);
      if (how == beginning::moved)
        return;
      if (how == beginning::ended)
        continue;
    } else if (at == phase::draining) {
      if (drain(c) ? complete(c) : c.inbox.try_block())
        return;
      continue;
    } else if (at == phase::running) {
      const auto what = look_at_wait(c);
      if (what == verdict::waits) {
        if (wait_on(c))
          return;
        continue;
      }
      if (what == verdict::resumes)
        c.end_wait();
      else if (!stop(c))
        continue;
    } else {
      return; // it has ended; no thread runs a task that is being stopped
    }
    if (const step how = c.ops->run(c); how != step::suspended)
      conclude(c, how);
  }
}

void run_turn(cell& c) noexcept {
  this_thread().hosted = &c;
  run_task(c);
}

void run_blocking_body(cell& c) noexcept {
  current_task current{c};
  absorb_signals(c);
  // A task that was cancelled while it waited for a thread does not run its body either.
  conclude(c, c.state.peek().level() == cancellation_level::none ? c.ops->run(c) : step::cancelled);
  // A worker joins the children and ends the task.
  home_of(c).inject(job{c}, c.lane());
}

} // namespace sweet::inline v0_5::detail
