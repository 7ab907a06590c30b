#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell.hpp>
#include <sweet/messages/log_level.hpp>
#include <sweet/messages/task_error.hpp>
#include <sweet/messages/task_id.hpp>
#include <sweet/messages/task_status.hpp>

#include <caf/fwd.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <stop_token>
#include <string>
#include <string_view>

// The protocol of tasks: what the templates for bodies, handles and builders are thin shells of.
// "In the task's context" means: called by the task's own body or by the code that runs it.

namespace sweet::detail {

class child_set;
class processor;
class scheduler;

/// Somebody who wants to know when a task has ended. A node of the task's list of waiters.
struct end_waiter {
  end_waiter* next = nullptr;
  /// Called once, on the thread that ended the task; the node may be gone when it returns.
  void (*ended)(end_waiter&) noexcept = nullptr;
};

/// Something other than a child that a body waits for. It wakes its task exactly once, through
/// wake(), unless it has been retracted.
struct wait_source {
  /// @returns true if wake() has not been called and will not be.
  bool (*retract)(wait_source&, cell&) noexcept = nullptr;
  /// The wait is interrupted by levels above this one; ordinary waits leave it to the task.
  cancellation_level shield = cancellation_level::none;
  bool shielded = false;
};

// -- making and starting --------------------------------------------------------------------------

/// Makes a task whose body has `body_size` bytes; it is not in the tree yet. Belongs to the
/// scheduler of the current task, or to the one that a spawn_target names.
/// @throws std::logic_error outside of both, std::bad_alloc
cell& make_task(std::size_t body_size);

/// While it lives, tasks made by this thread belong to `home`.
class spawn_target {
public:
  explicit spawn_target(scheduler& home) noexcept;
  ~spawn_target();
  spawn_target(const spawn_target&) = delete;
  spawn_target& operator=(const spawn_target&) = delete;

private:
  scheduler* previous_home_;
  processor* previous_driven_;
};

/// Gives back a task that was made but never started.
void discard(cell& c) noexcept;

/// Starts `child` under `parent`, in the parent's context.
/// @throws cancelled if the parent has been killed; `child` is discarded then.
void start_child(cell& parent, cell& child);

/// The same for a child with time_limits.
void start_limited_child(cell& parent, cell& child);

/// The same for clean-up, which also starts below a killed parent.
void start_cleanup(cell& parent, cell& child) noexcept;

/// Starts `child` under the root of the runtime and takes a reference for the caller's handle.
/// @throws std::runtime_error if the runtime ends and has killed its tasks; `child` is discarded
/// then
void start_top_level(cell& child);

/// As start_child(), for a child of the child_set in `slot`.
void start_grouped(cell& parent, cell& child, std::uint16_t slot);

/// As start_grouped(), but the body does not run before give_turn(). A cancelled child does not
/// wait: it ends as cancelled.
void start_waiting(cell& parent, cell& child, std::uint16_t slot);

/// Lets a child that waits for its turn run, in the parent's context.
void give_turn(cell& child) noexcept;

/// @returns whether it was started with start_waiting() and has not been given its turn
inline bool waits_for_its_turn(const cell& c) noexcept {
  // Relaxed: only the parent changes it, and then tells the child through its inbox.
  return (c.state.load(std::memory_order_relaxed) & state::waiting) != 0;
}

// -- settings, before the task is started ---------------------------------------------------------

void set_name(cell& c, std::string name);
void set_timeout(cell& c, std::chrono::nanoseconds timeout);
void set_priority(cell& c, task_priority p) noexcept;
void set_blocking(cell& c) noexcept;
void set_collects(cell& c) noexcept;
/// Its failure stays on its handle, whatever its parent does about failures of children.
void set_contained(cell& c) noexcept;
/// Levels up to this one do not come from its parent.
void set_shield(cell& c, cancellation_level level) noexcept;
void set_closure(cell& c, void* closure, void (*destroy)(void*) noexcept);

// -- ends of bodies -------------------------------------------------------------------------------

/// What the exception that is being handled means as an error; `cancelled` for a cancellation, and
/// `resource_limit` for std::bad_alloc or if there is no memory for the error.
task_error error_of_exception() noexcept;

/// Stores what the exception that is being handled means, as the body's outcome.
step capture_exception(cell& c) noexcept;
/// Stores the error as the body's outcome; an empty one becomes error_code::unknown.
step capture_error(cell& c, task_error error) noexcept;

// -- waiting --------------------------------------------------------------------------------------

/// Announces that the task waits for `source`; the body suspends next.
inline void wait_for_source(cell& c, wait_source& source) noexcept {
  c.result.pointer = &source;
  c.wait(wait_kind::source);
}

/// Asks the child for a token: it comes once the child has an outcome, unless it is taken back.
/// @returns false if the child has one already
inline bool announce_wait(cell& child) noexcept {
  // Acquire: if there is an outcome it is visible. Release: nothing the child needs, but who gives
  // the outcome must see the bit, or we the outcome.
  auto s = child.state.load(std::memory_order_acquire);
  do {
    if ((s & state::has_outcome) != 0)
      return false;
  } while (!child.state.compare_exchange_weak(s, s | state::awaited, std::memory_order_acq_rel,
                                              std::memory_order_acquire));
  return true;
}

/// Takes that back. @returns false if the token has come or will
inline bool retract_wait(cell& child) noexcept {
  constexpr auto bits = state::awaited | state::done;
  return (child.state.fetch_and(~state::awaited, std::memory_order_acq_rel) & bits) ==
         state::awaited;
}

/// Announces that the parent waits for `child`.
/// @returns false if the child has an outcome already.
inline bool wait_for_child(cell& parent, cell& child) noexcept {
  if (!announce_wait(child))
    return false;
  parent.result.pointer = &child;
  parent.wait(wait_kind::child);
  return true;
}

/// The same for a wait that nothing interrupts: cancellation reaches the child as well, and the
/// parent does not go on before that has ended.
inline bool join_child(cell& parent, cell& child) noexcept {
  if (!wait_for_child(parent, child))
    return false;
  parent.wait(wait_kind::join);
  return true;
}

/// Delivers the token that `c` waits for, and lets it run. Any thread; the last touch of `c`.
void wake(cell& c) noexcept;

/// Makes the task look again at what it waits for; unlike a token it may come at any time, or never
/// be needed. Any thread that may touch the task.
void nudge(cell& c) noexcept;

/// Marks the interruption of the wait as thrown. Follow with `throw cancelled{}`.
void note_thrown(cell& c) noexcept;

/// Whether the calling destructor runs because an exception unwinds the body: it must not throw
/// `cancelled` as well.
inline bool is_unwinding() noexcept {
  return std::uncaught_exceptions() != 0;
}

/// @returns whether cancellation interrupts waits of the body now.
bool is_interrupted(cell& c) noexcept;
/// The same for the wait for a child, which may be shielded.
bool is_interrupted_for(cell& c, const cell& child) noexcept;

/// Takes in what was signalled to the task, passes cancellation on to its children.
void absorb_signals(cell& c) noexcept;

enum class join_outcome : std::uint8_t {
  ended,
  timed_out,
  too_many_blocked, ///< so many bodies block that this one must not
  must_not_wait,    ///< the thread runs a callback on a stop token, or a sink
  unwound,          ///< a destructor waits, and its body has been told to stop
};

/// What a wait that was refused, or took too long, answers. @pre not `ended`
task_error error_of(join_outcome outcome);

/// Blocks the body's thread until its `child` has ended; a worker helps or hands its processor
/// over meanwhile. @throws cancelled if the body is cancelled
join_outcome join_blocking(cell& child);

/// The same until the set is ready, which its task's body has filled.
join_outcome join_blocking(child_set& set);

/// What a body that blocks waits for, if it is no task.
class blocking_wait {
public:
  virtual bool is_ready() const noexcept = 0;
  /// Asks for a token. @returns false if it has happened already
  virtual bool announce() noexcept = 0;
  /// Takes that back. @returns false if the token has come or will
  virtual bool retract() noexcept = 0;

protected:
  ~blocking_wait() = default;
};

/// The same for what a running body waits for. @throws cancelled if the body is cancelled
join_outcome join_blocking(cell& self, blocking_wait& wait);

/// The same for any task, also from a thread that runs no task.
/// @param timeout negative: none
join_outcome join_any(cell& target, std::chrono::nanoseconds timeout);

// -- ends -----------------------------------------------------------------------------------------

/// Takes an ended child off its parent, in the parent's context, and releases its memory.
void consume(cell& child) noexcept;

/// Takes the ended children out of the inbox, in the task's context: to their sets, or off the
/// tree. Cheaper not called if there are none.
void take_arrivals(cell& c) noexcept;

/// The parent's last handle goes: the child is reaped when it ends.
void drop_child(cell& child) noexcept;

/// Destroys what is left in a task's block: body, value, error, side block.
void destroy_task(cell& c) noexcept;
/// Gives the block back.
void free_task(cell& c) noexcept;

/// After a task has ended: calls its waiters, CAF's observers, and answers requests.
void notify_end(cell& c) noexcept;

/// Sends `answer` to who made `request` of the task.
void send_answer(cell& c, caf::mailbox_element& request, caf::message answer);

/// The same with an error: the value is of a type that CAF cannot send.
void refuse_answer(cell& c, caf::mailbox_element& request);

/// The error of a task that ended failed or cancelled; empty if it completed.
task_error outcome_error(cell& c) noexcept;

/// Claims the value of a shared task for one taker. @returns whether it is the caller's
bool claim_value(cell& c) noexcept;

/// The same for a handle, in the body of the task that this thread runs, if it runs one. The value
/// stays where it is if that task is to stop, or its time is over; once claimed in time, it is not
/// lost to a timeout that comes when the body has returned.
/// @throws cancelled if the task of this thread is interrupted
bool claim_value_in_time(cell& c);

task_status status_of(const cell& c) noexcept;

// -- cancellation ---------------------------------------------------------------------------------

/// Raises the task's level. Any thread that may touch the task.
void request_cancel(cell& c, cancellation_level level) noexcept;

/// The stop token of the body.
std::stop_token stop_token_of(cell& c);

/// Ids of our tasks as CAF's actor ids: out of the way of those that CAF gives out.
inline constexpr std::uint64_t caf_id_bit = std::uint64_t{1} << 62;

// -- identity -------------------------------------------------------------------------------------

task_id id_of(cell& c);
std::string name_of(cell& c);
/// For a block that may be freed and reused any time, such as one that a snapshot looks at.
/// @param name null: not asked for. @returns false if it holds no task
bool identify_live(cell& c, task_id& id, std::string* name);
scheduler& scheduler_of(cell& c) noexcept;
cell& root_of(scheduler& home) noexcept;
/// Writes to the log of the runtime in the task's name. Any thread that may touch the task.
void log_as(cell& c, log_level level, std::string text);

/// Two waits for the same thing have been begun before one was finished: g++ does that with an
/// expression such as `f(co_await group.next(), co_await group.next())`. @throws std::logic_error
[[noreturn]] void throw_awaited_twice();

/// The task that a handle refers to. @throws std::logic_error if `c` is null
[[noreturn]] void throw_no_task();
inline cell& task_of_handle(cell* c) {
  if (c == nullptr) [[unlikely]]
    throw_no_task();
  return *c;
}

// -- shared handles -------------------------------------------------------------------------------

/// Lets CAF's reference counts own the block from now on. Any thread that may touch the task.
void expose(cell& c);
/// The same, and takes a reference.
void share(cell& c);

enum class pinned : std::uint8_t { no, exposed_now, exposed_before };
/// Takes a reference to the task that lives in a block, if one does and has not ended. Any thread,
/// also one that has nothing to do with the task.
pinned pin_live(cell& c);
void add_reference(cell& c) noexcept;
void release_reference(cell& c) noexcept;

/// Calls `w.ended` when the task ends. @returns false if it has ended already.
bool add_waiter(cell& c, end_waiter& w);
/// @returns true if `w` was still waiting; false if `w.ended` has been or is being called.
bool remove_waiter(cell& c, end_waiter& w) noexcept;

/// A template so that the handles can offer it while caf::actor is incomplete.
template <class Actor>
Actor actor_as(cell& c);
template <>
caf::actor actor_as<caf::actor>(cell& c);

// -- running -----------------------------------------------------------------------------------

/// Runs the body of a task on a thread of the blocking pool.
void run_blocking_body(cell& c) noexcept;

/// Sets `blocked` in the inbox of the task that this thread runs, so that a signal schedules it.
/// @returns false if there is something to do for the task right away; if true, it may be running
/// elsewhere already
bool try_block(cell& c) noexcept;

/// Runs a task until it waits or has ended: what a worker does with it.
void run_task(cell& c) noexcept;

} // namespace sweet::detail
