// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/task_core.hpp>

#include <sweet/actors/runtime/processor.hpp>
#include <sweet/actors/runtime/scheduler.hpp>
#include <sweet/actors/runtime/side_block.hpp>
#include <sweet/actors/runtime/task_actor.hpp>
#include <sweet/actors/runtime/task_group_core.hpp>
#include <sweet/actors/runtime/thread_state.hpp>
#include <sweet/actors/task/cancelled.hpp>
#include <sweet/messages/task_failure.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace sweet::detail {

namespace {

constexpr std::uintptr_t inbox_level(cancellation_level l) noexcept {
  return static_cast<std::uintptr_t>(l) << inbox::level_shift;
}

cancellation_level state_level(const cell& c) noexcept {
  return static_cast<cancellation_level>(
      (c.state.load(std::memory_order_relaxed) & state::level_mask) >> state::level_shift);
}

processor* processor_of(const scheduler& home) noexcept {
  processor* p = this_thread().driven;
  return p != nullptr && &p->home() == &home ? p : nullptr;
}

void schedule(cell& c) noexcept {
  scheduler& home = scheduler_of(c);
  if (processor* p = processor_of(home))
    p->push(job{c});
  else
    home.inject(job{c});
}

// Children form a circular list, the oldest at `children`.

void link_child(cell& parent, cell& child) noexcept {
  child.parent.store(&parent, std::memory_order_relaxed);
  cell* oldest = parent.children;
  if (oldest == nullptr) {
    parent.children = child.next = child.prev = &child;
    return;
  }
  cell* youngest = oldest->prev;
  child.next = oldest;
  child.prev = youngest;
  youngest->next = &child;
  oldest->prev = &child;
}

void unlink_child(cell& parent, cell& child) noexcept {
  if (child.next == &child) {
    parent.children = nullptr;
    return;
  }
  child.prev->next = child.next;
  child.next->prev = child.prev;
  if (parent.children == &child)
    parent.children = child.next;
}

void cancel_children(cell& c, cancellation_level level) noexcept {
  cell* oldest = c.children;
  if (oldest == nullptr)
    return;
  cell* child = oldest->prev;
  for (;;) {
    cell* older = child->prev;
    __builtin_prefetch(older->prev);
    request_cancel(*child, level);
    if (child == oldest)
      return;
    child = older;
  }
}

void request_stop(cell& c) noexcept {
  if ((c.state.load(std::memory_order_seq_cst) & state::has_side) == 0)
    return;
  // Sequentially consistent, with the store in stop_token_of(): either we see the source, or its
  // maker sees the level that we have raised.
  if (auto* source = find_side(c)->stop.load(std::memory_order_seq_cst))
    source->request_stop();
}

void raise_level(cell& c, cancellation_level level) noexcept {
  const auto current = state_level(c);
  if (level <= current)
    return;
  // Only the task's context changes these bits, so flipping the difference sets them.
  const auto flip = static_cast<std::uint32_t>(level) ^ static_cast<std::uint32_t>(current);
  c.state.fetch_xor(flip << state::level_shift, std::memory_order_relaxed);
  cancel_children(c, level);
}

/// Sets bits in the inbox of a task, raises the level asked for, and schedules it if it waits.
void signal(cell& c, std::uintptr_t bits, cancellation_level level) noexcept {
  const auto asked = inbox_level(level);
  auto v = c.inbox.load(std::memory_order_relaxed);
  std::uintptr_t raised = 0;
  do {
    raised = (v & inbox::level_mask) < asked ? (v & ~inbox::level_mask) | asked : v;
    // Release: the task sees what we have done before. Acquire: if it waits, we run it next, after
    // everything that it did before it went to wait. Sequentially consistent for request_stop().
  } while (!c.inbox.compare_exchange_weak(v, (raised & ~inbox::blocked) | bits,
                                          std::memory_order_seq_cst, std::memory_order_relaxed));
  if ((v & inbox::blocked) != 0)
    schedule(c);
}

void signal_event(cell& c, side_block& side, std::uint32_t event) noexcept {
  side.events.fetch_or(event, std::memory_order_release);
  signal(c, inbox::event, cancellation_level::graceful);
}

/// Wakes the parent from the thread that ended the child it waits for: it runs next here.
void wake_parent(cell& parent) noexcept {
  // Acquire: if it is blocked, its wait kind is the one it went to wait with. That stays so, since
  // it cannot go on before this.
  auto v = parent.inbox.load(std::memory_order_acquire);
  bool suspended = false;
  std::uintptr_t next = 0;
  do {
    suspended = (v & inbox::blocked) != 0 && parent.wait() == wait_kind::child;
    // Blocked on us, it is ours with this step, and can be told without a token to take.
    next = (v & ~inbox::blocked) | (suspended ? 0 : inbox::token);
  } while (!parent.inbox.compare_exchange_weak(v, next, std::memory_order_acq_rel,
                                               std::memory_order_acquire));
  if (suspended)
    parent.wait(wait_kind::none);
  if ((v & inbox::blocked) == 0)
    return;
  if (processor* p = this_thread().driven)
    p->push_next(parent);
  else
    scheduler_of(parent).inject(job{parent});
}

/// Hands an ended child to its parent through the parent's inbox.
void push_arrival(cell& parent, cell& child) noexcept {
  const auto self = reinterpret_cast<std::uintptr_t>(&child);
  auto v = parent.inbox.load(std::memory_order_relaxed);
  do
    child.children = reinterpret_cast<cell*>(v & ~inbox::tags);
  while (!parent.inbox.compare_exchange_weak(v, self | (v & inbox::tags & ~inbox::blocked),
                                             std::memory_order_acq_rel, std::memory_order_relaxed));
  if ((v & inbox::blocked) == 0)
    return;
  if (processor* p = this_thread().driven)
    p->push_next(parent);
  else
    scheduler_of(parent).inject(job{parent});
}

bool has_arrivals(const cell& c) noexcept {
  return (c.inbox.load(std::memory_order_relaxed) & ~inbox::tags) != 0;
}

/// Tells the parent that a child with an escalating failure is about to end.
void report_failure(cell& parent, const task_error& error) noexcept {
  side_block& side = side_of(parent);
  {
    std::lock_guard guard{task_actor::of(parent).mutex()};
    if (!side.failure)
      side.failure = error;
  }
  signal_event(parent, side, side_event::child_failed);
  request_stop(parent);
}

task_error describe(cell& c, task_error error) {
  return std::move(error).with_task(id_of(c), name_of(c), 1);
}

void drop_outcome(cell& c) noexcept {
  if (c.has_value()) {
    if (c.ops->destroy_value != nullptr)
      c.ops->destroy_value(c);
    c.has_value(false);
  } else if ((c.state.load(std::memory_order_relaxed) & (state::failed | state::cancelled)) != 0) {
    task_error::adopt(std::exchange(c.result.pointer, nullptr));
  }
}

void set_failed(cell& c, task_error error) noexcept {
  drop_outcome(c);
  c.result.pointer = describe(c, std::move(error)).release();
  c.state.fetch_and(~state::cancelled, std::memory_order_relaxed);
  c.state.fetch_or(state::failed, std::memory_order_relaxed);
}

std::string to_text(std::chrono::nanoseconds d) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(d).count();
  return ms % 1000 == 0 ? std::to_string(ms / 1000) + " s" : std::to_string(ms) + " ms";
}

/// What happened to the task as a whole comes before what its body made of it.
void override_outcome(cell& c) noexcept {
  const auto s = c.state.load(std::memory_order_relaxed);
  side_block& side = *find_side(c);
  if ((s & state::expired) != 0)
    return set_failed(c,
                      task_error{error_code::timeout, "not done after " + to_text(side.timeout)});
  task_error cause;
  {
    std::lock_guard guard{task_actor::of(c).mutex()};
    cause = side.failure;
  }
  set_failed(c, task_error{error_code::failure, "a child failed"}.with_cause(std::move(cause)));
}

void arm_timeout(cell& c, side_block& side) {
  scheduler& home = scheduler_of(c);
  side.timer.side = &side;
  side.timer.fire = [](timer_entry& e) noexcept {
    side_block& expired = *static_cast<side_block::timeout_timer&>(e).side;
    signal_event(*expired.owner, expired, side_event::expired);
    // Not here, under the wheel's lock: callbacks on the stop token are the user's.
    if (auto* source = expired.stop.load(std::memory_order_seq_cst))
      scheduler_of(*expired.owner).timers().defer([stop = *source]() mutable {
        stop.request_stop();
      });
  };
  home.timers().arm(side.timer, home.timers().now() + side.timeout, home.timer_shard());
}

// The long way of ending: somebody besides a waiting parent may be interested.
void complete_slow(cell& c) noexcept {
  cell* parent = c.parent.load(std::memory_order_relaxed);
  auto s = c.state.load(std::memory_order_acquire);
  const bool top_level = (s & state::top_level) != 0;
  constexpr auto escalating = state::failed | state::escalates;
  if ((s & escalating) == escalating && !top_level)
    report_failure(*parent, outcome_error(c));
  bool held = false;
  do {
    // Once `done` is seen the parent may let go: what we still need, we hold.
    if ((s & state::exposed) != 0 && !held) {
      add_reference(c);
      held = true;
    }
    // Release: who sees `done` sees the outcome. Acquire: what others did before they set a bit.
  } while (!c.state.compare_exchange_weak(s, s | state::done, std::memory_order_acq_rel,
                                          std::memory_order_acquire));
  if (held)
    notify_end(c);
  if (top_level) {
    scheduler_of(c).root().remove(c);
    release_reference(c); // the runtime's
  } else if ((s & state::grouped) != 0) {
    push_arrival(*parent, c);
  } else if ((s & state::awaited) != 0) {
    wake_parent(*parent);
  }
  if (held)
    release_reference(c);
}

void complete(cell& c) noexcept {
  if (c.ops->destroy_body != nullptr)
    c.ops->destroy_body(c);
  auto s = c.state.load(std::memory_order_relaxed);
  if ((s & state::has_side) != 0) {
    side_block& side = *find_side(c);
    if (side.timeout.count() != 0)
      scheduler_of(c).timers().cancel(side.timer);
    // A child has reported its failure before it ended, and the timer cannot fire any more: what
    // has happened to us is known now.
    absorb_signals(c);
    s = c.state.load(std::memory_order_relaxed);
    if ((s & (state::expired | state::scope_failed)) != 0)
      override_outcome(c);
  }
  c.stage.store(phase::ended, std::memory_order_relaxed);
  cell* parent = c.parent.load(std::memory_order_relaxed);
  do {
    if ((s & state::slow_end) != 0) [[unlikely]]
      return complete_slow(c);
    // Release: who sees `done` sees the result. Acquire: we see `awaited`, and the parent that set
    // it waits for our token, so it is still there below.
  } while (!c.state.compare_exchange_weak(s, s | state::done, std::memory_order_acq_rel,
                                          std::memory_order_relaxed));
  if ((s & state::awaited) != 0)
    wake_parent(*parent);
}

/// @returns whether all children have ended and are gone.
bool drain(cell& c) noexcept {
  take_arrivals(c);
  if (c.wait() == wait_kind::child) {
    if ((c.inbox.load(std::memory_order_acquire) & inbox::token) == 0)
      return false;
    c.inbox.fetch_and(~inbox::token, std::memory_order_relaxed);
    c.wait(wait_kind::none);
  }
  while (cell* child = c.children) {
    if (!child->is_done()) {
      const auto s = child->state.load(std::memory_order_relaxed);
      if ((s & state::grouped) != 0)
        return false; // it will arrive
      if ((child->state.fetch_or(state::awaited, std::memory_order_acq_rel) & state::done) == 0) {
        c.wait(wait_kind::child);
        return false;
      }
    } else if ((child->state.load(std::memory_order_relaxed) & state::grouped) != 0) {
      if (!has_arrivals(c))
        return false; // it is about to arrive
      take_arrivals(c);
      continue;
    }
    consume(*child);
  }
  return true;
}

bool interrupts(cell& c, const wait_source* source) noexcept {
  const auto level = state_level(c);
  if (source != nullptr && source->shielded)
    return level > source->shield;
  return level > c.thrown() || level >= cancellation_level::kill;
}

/// @returns whether the body can go on: what it waits for has happened, or the wait is interrupted.
bool ready_to_resume(cell& c) noexcept {
  switch (c.wait()) {
    case wait_kind::none: return true;
    case wait_kind::yield:
    case wait_kind::thread: return false;
    case wait_kind::group:
      take_arrivals(c);
      if (!static_cast<group_core*>(c.result.pointer)->has_ended_child() && !interrupts(c, nullptr))
        return false;
      c.wait(wait_kind::none);
      return true;
    case wait_kind::child:
    case wait_kind::source: break;
  }
  if ((c.inbox.load(std::memory_order_acquire) & inbox::token) != 0) {
    c.inbox.fetch_and(~inbox::token, std::memory_order_relaxed);
    c.wait(wait_kind::none);
    return true;
  }
  // Interrupt the wait, unless the token is on its way: then it arrives any moment, and it has to
  // be taken before the task may end.
  bool retracted = false;
  if (c.wait() == wait_kind::child) {
    if (!interrupts(c, nullptr))
      return false;
    auto& child = *static_cast<cell*>(c.result.pointer);
    const auto s = child.state.fetch_and(~state::awaited, std::memory_order_acq_rel);
    retracted = (s & state::done) == 0;
  } else {
    auto& source = *static_cast<wait_source*>(c.result.pointer);
    if (!interrupts(c, &source))
      return false;
    retracted = source.retract(source, c);
  }
  if (retracted)
    c.wait(wait_kind::none);
  return retracted;
}

/// The task has ended its body with `how`; its children may still be there.
void conclude(cell& c, step how) noexcept {
  c.stage.store(phase::draining, std::memory_order_relaxed);
  c.wait(wait_kind::none);
  if (how == step::value)
    return;
  c.state.fetch_or(how == step::failed ? state::failed : state::cancelled,
                   std::memory_order_relaxed);
  cancel_children(c, cancellation_level::graceful);
}

/// A worker has come across a task whose body blocks a thread: the thread goes on, with the
/// worker's processor if it is a worker itself.
void resume_thread(cell& c) noexcept {
  thread_state& blocked = *static_cast<thread_state*>(c.result.pointer);
  if (blocked.is_worker)
    blocked.given = std::exchange(this_thread().driven, nullptr);
  blocked.wake_up.set();
}

/// Starts a task or gives it up; @returns whether its body is to be run here and now.
bool start(cell& c) noexcept {
  const auto s = c.state.load(std::memory_order_relaxed);
  if ((s & state::level_mask) != 0) {
    c.result.pointer = nullptr;
    conclude(c, step::cancelled);
    return false;
  }
  c.stage.store(phase::running, std::memory_order_relaxed);
  if ((s & (state::has_side | state::blocking)) == 0) [[likely]]
    return true;
  if (side_block* side = find_side(c); side != nullptr && side->timeout.count() != 0)
    arm_timeout(c, *side);
  return true;
}

bool hand_to_blocking_pool(cell& c) noexcept {
  try {
    scheduler_of(c).run_blocking(c);
    return true;
  } catch (const std::exception& e) {
    conclude(
        c, capture_error(c, task_error{error_code::resource_limit,
                                       std::string{"no thread for a blocking body: "} + e.what()}));
    return false;
  }
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
  if (c.wait() == wait_kind::thread)
    return resume_thread(c);
  current_task current{c};
  for (;;) {
    absorb_signals(c);
    switch (c.stage.load(std::memory_order_relaxed)) {
      case phase::queued:
        if (!start(c))
          continue;
        if ((c.state.load(std::memory_order_relaxed) & state::blocking) != 0) {
          if (hand_to_blocking_pool(c))
            return;
          continue;
        }
        break;
      case phase::running:
        if (ready_to_resume(c))
          break;
        if (c.wait() == wait_kind::yield) {
          c.wait(wait_kind::none);
          scheduler_of(c).inject(job{c});
          return;
        }
        if (try_block(c, c.wait() == wait_kind::group))
          return;
        continue;
      case phase::draining:
        if (drain(c))
          return complete(c);
        if (try_block(c, true))
          return;
        continue;
      case phase::ended: return;
    }
    if (const step how = c.ops->run(c); how != step::suspended)
      conclude(c, how);
  }
}

void run_blocking_body(cell& c) noexcept {
  current_task current{c};
  conclude(c, c.ops->run(c));
  // A worker joins the children and ends the task.
  scheduler_of(c).inject(job{c});
}

// -- making and starting
// ---------------------------------------------------------------------------

spawn_target::spawn_target(scheduler& home) noexcept {
  thread_state& t = this_thread();
  previous_home_ = t.home;
  previous_driven_ = t.driven;
  t.home = &home;
  if (t.driven != nullptr && &t.driven->home() != &home)
    t.driven = nullptr;
}

spawn_target::~spawn_target() {
  thread_state& t = this_thread();
  t.home = previous_home_;
  t.driven = previous_driven_;
}

cell& make_task(std::size_t body_size) {
  thread_state& t = this_thread();
  if (t.driven == nullptr && t.home == nullptr)
    throw std::logic_error{"a sweet::async coroutine was called outside of a task: start it with "
                           "sweet::spawn(runtime, function, arguments...)"};
  cell& c = t.driven != nullptr ? t.driven->memory().allocate(body_size)
                                : t.home->blocks().allocate_external(body_size);
  c.stage.store(phase::queued, std::memory_order_relaxed);
  c.mode.store(0, std::memory_order_relaxed);
  c.group = 0;
  c.ops = nullptr;
  c.parent.store(nullptr, std::memory_order_relaxed);
  c.children = nullptr;
  c.inbox.store(0, std::memory_order_relaxed);
  c.result.bits = 0;
  c.state.store(state::live | state::priority_unset, std::memory_order_relaxed);
  return c;
}

void free_task(cell& c) noexcept {
  local_pool* span_owner = span_of(c).owner;
  block_pool& pool = span_owner->global();
  processor* p = this_thread().driven;
  if (p != nullptr && &p->memory().global() == &pool)
    p->memory().free(c);
  else
    pool.free_external(c);
}

void destroy_task(cell& c) noexcept {
  if (c.stage.load(std::memory_order_relaxed) != phase::ended && c.ops != nullptr &&
      c.ops->destroy_body != nullptr)
    c.ops->destroy_body(c);
  drop_outcome(c);
  if ((c.state.load(std::memory_order_relaxed) & state::has_side) != 0)
    drop_side(c);
}

void discard(cell& c) noexcept {
  destroy_task(c);
  free_task(c);
}

namespace {

/// Gives `child` what it inherits.
void inherit(cell& parent, cell& child, std::uint32_t bits) {
  const auto from = parent.state.load(std::memory_order_relaxed);
  const auto level = parent.level();
  auto s = child.state.load(std::memory_order_relaxed) | bits;
  if ((s & state::priority_mask) == state::priority_unset)
    s = (s & ~state::priority_mask) | (from & state::priority_mask);
  if ((from & state::collects) == 0)
    s |= state::escalates;
  child.state.store(s, std::memory_order_relaxed);
  if (level != cancellation_level::none) [[unlikely]]
    child.inbox.store(inbox_level(level), std::memory_order_relaxed);
}

void start_below(cell& parent, cell& child, std::uint32_t bits) {
  if (parent.level() >= cancellation_level::kill) [[unlikely]] {
    discard(child);
    note_thrown(parent);
    throw cancelled{};
  }
  take_arrivals(parent);
  inherit(parent, child, bits);
  link_child(parent, child);
  if (processor* p = this_thread().driven) [[likely]]
    p->push(job{child});
  else
    scheduler_of(child).inject(job{child});
}

} // namespace

void start_child(cell& parent, cell& child) {
  start_below(parent, child, 0);
}

void start_grouped(cell& parent, cell& child, std::uint16_t slot) {
  child.group = slot;
  start_below(parent, child, state::grouped);
}

void start_top_level(cell& child) {
  scheduler& home = scheduler_of(child);
  share(child); // one reference for the caller's handle, one of the runtime's until it has ended
  inherit(home.root().task(), child, state::top_level);
  home.root().add(child);
  if (processor* p = processor_of(home))
    p->push(job{child});
  else
    home.inject(job{child});
}

// -- settings
// --------------------------------------------------------------------------------------

void set_name(cell& c, std::string name) {
  side_of(c).name = std::move(name);
}

void set_timeout(cell& c, std::chrono::nanoseconds timeout) {
  side_of(c).timeout = timeout;
}

void set_priority(cell& c, task_priority p) noexcept {
  const auto s = c.state.load(std::memory_order_relaxed) & ~state::priority_mask;
  c.state.store(s | static_cast<std::uint32_t>(p) << state::priority_shift,
                std::memory_order_relaxed);
}

void set_blocking(cell& c) noexcept {
  c.state.fetch_or(state::blocking, std::memory_order_relaxed);
}

void set_collects(cell& c) noexcept {
  c.state.fetch_or(state::collects, std::memory_order_relaxed);
}

void set_closure(cell& c, void* closure, void (*destroy)(void*) noexcept) {
  side_block& side = side_of(c);
  side.closure = closure;
  side.destroy_closure = destroy;
}

// -- ends of bodies
// --------------------------------------------------------------------------------

step capture_error(cell& c, task_error error) noexcept {
  if (error.code() == error_code::cancelled) {
    c.result.pointer = error.release();
    return step::cancelled;
  }
  c.result.pointer = describe(c, std::move(error)).release();
  return step::failed;
}

step capture_exception(cell& c) noexcept {
  try {
    throw;
  } catch (const cancelled&) {
    c.result.pointer = nullptr;
    return step::cancelled;
  } catch (const task_failure& e) {
    return capture_error(
        c, task_error{error_code::failure, "an awaited task failed"}.with_cause(e.error()));
  } catch (const std::exception& e) {
    return capture_error(c, task_error{error_code::failure, e.what()});
  } catch (...) {
    return capture_error(c, task_error{error_code::failure, "threw what is no std::exception"});
  }
}

// -- waiting
// ---------------------------------------------------------------------------------------

bool try_block(cell& c, bool wants_arrivals) noexcept {
  auto v = c.inbox.load(std::memory_order_relaxed);
  do {
    if ((v & inbox::signals) != 0 || (wants_arrivals && (v & ~inbox::tags) != 0))
      return false;
    // Release: who runs the task next sees all that it did. Acquire: if this fails we look at what
    // has arrived.
  } while (!c.inbox.compare_exchange_weak(v, v | inbox::blocked, std::memory_order_acq_rel,
                                          std::memory_order_acquire));
  return true;
}

void take_arrivals(cell& c) noexcept {
  if (!has_arrivals(c))
    return;
  // Acquire: the children's results are visible.
  const auto v = c.inbox.fetch_and(inbox::tags, std::memory_order_acq_rel);
  cell* oldest_first = nullptr;
  for (auto* child = reinterpret_cast<cell*>(v & ~inbox::tags); child != nullptr;)
    oldest_first = std::exchange(child, std::exchange(child->children, oldest_first));
  while (oldest_first != nullptr) {
    cell* child = std::exchange(oldest_first, oldest_first->children);
    child->children = nullptr;
    group_core* group = nullptr;
    if (child->group != 0)
      group = find_side(c)->groups[child->group - 1u];
    if (group != nullptr)
      group->arrived(*child);
    else
      consume(*child);
  }
}

void wake(cell& c) noexcept {
  signal(c, inbox::token, cancellation_level::none);
}

void nudge(cell& c) noexcept {
  signal(c, inbox::nudge, cancellation_level::none);
}

void note_thrown(cell& c) noexcept {
  absorb_signals(c);
  c.thrown(state_level(c));
}

bool is_interrupted(cell& c) noexcept {
  absorb_signals(c);
  return interrupts(c, nullptr);
}

void absorb_signals(cell& c) noexcept {
  constexpr auto kinds = inbox::event | inbox::nudge | inbox::level_mask;
  if ((c.inbox.load(std::memory_order_relaxed) & kinds) == 0) [[likely]]
    return;
  // Acquire: what the sender did before it signalled.
  const auto v = c.inbox.fetch_and(~kinds, std::memory_order_acq_rel);
  if ((v & inbox::event) != 0) {
    const auto events = find_side(c)->events.exchange(0, std::memory_order_acquire);
    std::uint32_t bits = 0;
    if ((events & side_event::expired) != 0)
      bits |= state::expired;
    if ((events & side_event::child_failed) != 0)
      bits |= state::scope_failed;
    c.state.fetch_or(bits, std::memory_order_relaxed);
  }
  raise_level(c, static_cast<cancellation_level>((v & inbox::level_mask) >> inbox::level_shift));
}

// -- ends
// ------------------------------------------------------------------------------------------

void consume(cell& child) noexcept {
  unlink_child(*child.parent.load(std::memory_order_relaxed), child);
  constexpr auto special = state::exposed | state::failed | state::cancelled | state::has_side;
  if ((child.state.load(std::memory_order_relaxed) & special) != 0) [[unlikely]] {
    if ((child.state.load(std::memory_order_relaxed) & state::exposed) != 0)
      return release_reference(child);
    return discard(child);
  }
  if (child.has_value() && child.ops->destroy_value != nullptr)
    child.ops->destroy_value(child);
  free_task(child);
}

void drop_child(cell& child) noexcept {
  if (child.is_done() && (child.state.load(std::memory_order_relaxed) & state::grouped) == 0)
    return consume(child);
  // Acquire: if it has ended meanwhile, its result is ours to destroy.
  if ((child.state.fetch_or(state::grouped, std::memory_order_acq_rel) & state::done) != 0)
    consume(child);
}

task_error outcome_error(cell& c) {
  const auto s = c.state.load(std::memory_order_acquire);
  if ((s & (state::failed | state::cancelled)) == 0)
    return {};
  if (c.result.pointer == nullptr)
    return describe(c, task_error{error_code::cancelled, "cancelled"});
  task_error kept = task_error::adopt(c.result.pointer);
  task_error copy = kept;
  c.result.pointer = kept.release();
  return copy;
}

bool claim_value(cell& c) noexcept {
  // Relaxed: the value itself was published with `done`.
  return (c.state.fetch_or(state::taken, std::memory_order_relaxed) & state::taken) == 0;
}

task_status status_of(const cell& c) noexcept {
  const auto s = c.state.load(std::memory_order_acquire);
  if ((s & state::done) != 0) {
    if ((s & state::failed) != 0)
      return task_status::failed;
    return (s & state::cancelled) != 0 ? task_status::cancelled : task_status::completed;
  }
  // A scope that its own failure or timeout winds up is still running.
  if (c.level() != cancellation_level::none && (s & (state::scope_failed | state::expired)) == 0)
    return task_status::pending_cancellation;
  return c.stage.load(std::memory_order_relaxed) == phase::queued ? task_status::pending
                                                                  : task_status::running;
}

// -- cancellation
// ----------------------------------------------------------------------------------

void request_cancel(cell& c, cancellation_level level) noexcept {
  if (level <= c.level())
    return;
  signal(c, 0, level);
  request_stop(c);
}

std::stop_token stop_token_of(cell& c) {
  side_block& side = side_of(c);
  auto* source = side.stop.load(std::memory_order_relaxed);
  if (source == nullptr) {
    source = new std::stop_source;
    // See request_stop() for the order.
    side.stop.store(source, std::memory_order_seq_cst);
    if (c.inbox.load(std::memory_order_seq_cst), c.level() != cancellation_level::none)
      source->request_stop();
  }
  return source->get_token();
}

// -- identity
// --------------------------------------------------------------------------------------

std::string name_of(cell& c) {
  std::lock_guard guard{task_actor::of(c).mutex()};
  side_block* side = find_side(c);
  return side != nullptr ? side->name : std::string{};
}

scheduler& scheduler_of(cell& c) noexcept {
  return span_of(c).owner->global().home();
}

std::chrono::steady_clock::time_point now_of(cell& c) noexcept {
  return scheduler_of(c).timers().now();
}

} // namespace sweet::detail
