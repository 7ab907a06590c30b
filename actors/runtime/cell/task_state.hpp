#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/task_priority.hpp>

#include <atomic>
#include <cstdint>

namespace sweet::inline v0_5::detail {

// The state of a task: one word that its own context, its parent and strangers share.
//
// Roles. The maker is the thread that makes the task, until it starts it. The task's context is the
// thread that runs the task at the moment; a task changes hands through its inbox and the queues of
// jobs, which order memory. The parent is the context of the parent. A stranger is any other thread
// that may touch the task: one that holds a reference or the block's mutex, or looks at blocks.
//
//   bit              set by           cleared by   says
//   live             maker            any          the block holds a task
//   done             context          -            ended; outcome and value are final
//   resolved         stranger         -            the outcome came before the end
//   resolving        stranger         stranger     the giver of that outcome needs the parent
//   resolved_failed  stranger         -            that outcome is a failure
//   ending           context          -            no outcome is given early any more
//   failed           context          -            outcome: failed
//   cancelled        context          context      outcome: cancelled
//   taken            any              -            a value that cannot be copied is gone
//   awaited          parent           parent, any  the parent waits for this child's token
//   grouped          maker, parent    -            reports its end through the parent's inbox
//   waits_for_turn   maker            parent       not to start before its turn
//   top_level        maker            -            a child of the runtime's root
//   attempt          maker            -            users see its parent in its place
//   contained        maker            -            its failure stays on its handle
//   escalates        maker            -            its failure fails the parent (fail_fast)
//   collects         maker            -            failures of children stay on their handles
//   blocking         maker            -            the body runs on the blocking pool
//   metered          maker            root         it, and what it starts, may have a task_meter
//   exposed          any, with mutex  -            CAF's reference counts own the block
//   has_id           any, with mutex  -            the id has been drawn
//   has_side         any              context      the side block exists
//   expired          context          context      its timeout has passed
//   scope_failed     context, child   -            a child's failure cancels this task
//   asked_to_stop    any              root         a level came, not of its own failure
//   level            context          root         the cancellation level taken in
//   priority         maker            -            the lane; unset: takes the parent's
//   shield           maker            context      levels up to this do not come from the parent
//
// Rules
// 1. Before the task is started only its maker touches the word: plain stores.
// 2. From then on every change is a read-modify-write of this class; no other file has one.
// 3. `done` is set once, last, by the context. Its release publishes value, error and all that the
//    task did; a reader of these loads with see().
// 4. Once `done` is set the parent, or the last reference, may free the block at any time. A thread
//    that still needs the task has taken a reference before.
// 5. A parent that has announced its wait receives a token exactly once, or takes the announcement
//    back: announce() and retract() against try_complete() and try_resolve().
// 6. A level goes into the inbox first. Only the context moves it here, and then tells its
//    children: see absorb_signals().

/// The state word at one moment.
class state_word {
public:
  // In the order of a task's life.
  static constexpr std::uint32_t live = 1u << 0;
  static constexpr std::uint32_t done = 1u << 1;
  static constexpr std::uint32_t resolved = 1u << 2;
  static constexpr std::uint32_t resolving = 1u << 3;
  static constexpr std::uint32_t resolved_failed = 1u << 4;
  static constexpr std::uint32_t ending = 1u << 5;
  static constexpr std::uint32_t failed = 1u << 6;
  static constexpr std::uint32_t cancelled = 1u << 7;
  static constexpr std::uint32_t taken = 1u << 8;
  // What the task is to its parent.
  static constexpr std::uint32_t awaited = 1u << 9;
  static constexpr std::uint32_t grouped = 1u << 10;
  static constexpr std::uint32_t waits_for_turn = 1u << 11;
  static constexpr std::uint32_t top_level = 1u << 12;
  static constexpr std::uint32_t attempt = 1u << 13;
  static constexpr std::uint32_t contained = 1u << 14;
  static constexpr std::uint32_t escalates = 1u << 15;
  // How the task runs.
  static constexpr std::uint32_t collects = 1u << 16;
  static constexpr std::uint32_t blocking = 1u << 17;
  static constexpr std::uint32_t metered = 1u << 18;
  // What has been made for the task.
  static constexpr std::uint32_t exposed = 1u << 19;
  static constexpr std::uint32_t has_id = 1u << 20;
  static constexpr std::uint32_t has_side = 1u << 21;
  // What has happened to the task.
  static constexpr std::uint32_t expired = 1u << 22;
  static constexpr std::uint32_t scope_failed = 1u << 23;
  static constexpr std::uint32_t asked_to_stop = 1u << 24;
  static constexpr unsigned level_shift = 25; ///< 2 bits
  static constexpr std::uint32_t level_mask = 3u << level_shift;
  static constexpr unsigned priority_shift = 27; ///< 3 bits
  static constexpr std::uint32_t priority_mask = 7u << priority_shift;
  static constexpr std::uint32_t priority_unset = priority_mask;
  static constexpr unsigned shield_shift = 30; ///< 2 bits
  static constexpr std::uint32_t shield_mask = 3u << shield_shift;

  /// A task with one of these bits ends the long way.
  static constexpr std::uint32_t slow_end = exposed | top_level | has_side | failed | cancelled;

  constexpr state_word() noexcept = default;
  explicit constexpr state_word(std::uint32_t bits) noexcept : bits_(bits) {}

  constexpr std::uint32_t bits() const noexcept { return bits_; }
  constexpr bool any(std::uint32_t of) const noexcept { return (bits_ & of) != 0; }

  constexpr bool is_live() const noexcept { return any(live); }
  constexpr bool is_done() const noexcept { return any(done); }
  constexpr bool is_resolved() const noexcept { return any(resolved); }
  /// Whether there is an outcome, which is final; the task may not have ended yet.
  constexpr bool has_outcome() const noexcept { return any(done | resolved); }
  /// Whether the outcome is, or is going to be, no value.
  constexpr bool has_no_value() const noexcept { return any(failed | cancelled | resolved); }
  /// Whether the task has ended with a value.
  constexpr bool has_value() const noexcept {
    return (bits_ & (done | failed | cancelled | resolved)) == done;
  }
  constexpr bool is_awaited() const noexcept { return any(awaited); }
  constexpr bool is_grouped() const noexcept { return any(grouped); }
  constexpr bool is_top_level() const noexcept { return any(top_level); }
  constexpr bool is_exposed() const noexcept { return any(exposed); }
  constexpr bool has_side_block() const noexcept { return any(has_side); }
  constexpr bool is_expired() const noexcept { return any(expired); }
  /// Whether a failure of the task fails its parent.
  constexpr bool fails_parent() const noexcept {
    return (bits_ & (escalates | contained | top_level)) == escalates;
  }

  /// Whether the level is kill or kill_hard.
  constexpr bool is_killed() const noexcept { return any(2u << level_shift); }
  constexpr cancellation_level level() const noexcept {
    return static_cast<cancellation_level>((bits_ & level_mask) >> level_shift);
  }
  constexpr cancellation_level shield() const noexcept {
    return static_cast<cancellation_level>((bits_ & shield_mask) >> shield_shift);
  }
  constexpr task_priority priority() const noexcept {
    return static_cast<task_priority>((bits_ & priority_mask) >> priority_shift);
  }

  static constexpr std::uint32_t of(task_priority p) noexcept {
    return static_cast<std::uint32_t>(p) << priority_shift;
  }
  static constexpr std::uint32_t shield_of(cancellation_level l) noexcept {
    return static_cast<std::uint32_t>(l) << shield_shift;
  }

private:
  std::uint32_t bits_ = 0;
};

/// The state word itself, with all its transitions.
class task_state {
public:
  // -- looking ------------------------------------------------------------------------------------

  /// Shows bits that the calling role has set itself, or that do not change any more.
  state_word peek() const noexcept { return state_word{word_.load(std::memory_order_relaxed)}; }
  /// Acquire: shows everything that came before the bits that are seen: outcome, side block, id.
  state_word see() const noexcept { return state_word{word_.load(std::memory_order_acquire)}; }
  /// In one order with raise_level(), end_shield() and the signals of the inbox.
  state_word see_in_order() const noexcept {
    return state_word{word_.load(std::memory_order_seq_cst)};
  }

  // -- the maker ----------------------------------------------------------------------------------

  /// Makes the block hold a task. Release: a stranger that sees the task comes after the end of the
  /// task that had the block before.
  void begin() noexcept {
    word_.store(state_word::live | state_word::priority_unset, std::memory_order_release);
  }
  /// Makes the block hold no task. Relaxed: freeing the block orders what follows.
  void end() noexcept { word_.store(0, std::memory_order_relaxed); }
  /// Sets bits that say what the task is to be. Relaxed: starting the task publishes them.
  void describe(std::uint32_t bits) noexcept { word_.fetch_or(bits, std::memory_order_relaxed); }
  /// Sets the priority. Release: see begin().
  void set_priority(task_priority p) noexcept {
    const auto rest = peek().bits() & ~state_word::priority_mask;
    word_.store(rest | state_word::of(p), std::memory_order_release);
  }
  /// Takes over what the task inherits from its parent, and sets `bits`. Release: see begin().
  void inherit(state_word parent, std::uint32_t bits) noexcept {
    auto s = peek().bits() | bits;
    if ((s & state_word::priority_mask) == state_word::priority_unset)
      s = (s & ~state_word::priority_mask) | (parent.bits() & state_word::priority_mask);
    if (!parent.any(state_word::collects))
      s |= state_word::escalates;
    word_.store(s, std::memory_order_release);
  }

  // -- the parent ---------------------------------------------------------------------------------

  /// Announces that the parent waits: the child brings the token with its outcome, unless retract()
  /// comes before.
  /// @returns false if there is an outcome already
  bool announce() noexcept {
    // Acquire: if there is an outcome, it is visible. Release: the child needs nothing of it, but
    // either the thread that gives the outcome sees the bit, or we see the outcome.
    auto s = word_.load(std::memory_order_acquire);
    do {
      if (state_word{s}.has_outcome())
        return false;
    } while (!word_.compare_exchange_weak(s, s | state_word::awaited, std::memory_order_acq_rel,
                                          std::memory_order_acquire));
    return true;
  }
  /// Takes announce() back. Acquire: if the child was faster, its outcome is visible.
  /// @returns false if the token has come or will come
  bool retract() noexcept {
    constexpr auto bits = state_word::awaited | state_word::done;
    return (word_.fetch_and(~state_word::awaited, std::memory_order_acq_rel) & bits) ==
           state_word::awaited;
  }
  /// Announces that the parent waits for the end of the child, even if its outcome has come before.
  /// Acquire: if the child has ended, its outcome is visible.
  /// @returns false if the child has ended
  bool announce_join() noexcept {
    return (word_.fetch_or(state_word::awaited, std::memory_order_acq_rel) & state_word::done) == 0;
  }
  /// Makes the child report through the parent's inbox. Acquire: if the child has ended, its
  /// outcome is visible.
  /// @returns the state before: an end or outcome that it shows is not reported
  state_word report_to_inbox() noexcept {
    return state_word{word_.fetch_or(state_word::grouped, std::memory_order_acq_rel)};
  }
  /// Lets the child start. Relaxed: the nudge that follows publishes this.
  void give_turn() noexcept {
    word_.fetch_and(~state_word::waits_for_turn, std::memory_order_relaxed);
  }

  // -- the task's context -------------------------------------------------------------------------

  /// Notes that the body has ended as `outcome`, failed or cancelled. Relaxed: try_complete()
  /// publishes it.
  void end_body(std::uint32_t outcome) noexcept {
    word_.fetch_or(outcome, std::memory_order_relaxed);
  }
  /// Makes the task fail, whatever outcome its body has. Relaxed: try_complete() publishes it.
  void override_with_failure() noexcept {
    word_.fetch_and(~state_word::cancelled, std::memory_order_relaxed);
    word_.fetch_or(state_word::failed, std::memory_order_relaxed);
  }
  /// Lets no outcome be given early any more. Acquire, with try_resolve(): either that comes before
  /// and is seen here, or it finds the task ending. @returns the state before
  state_word begin_end() noexcept {
    return state_word{word_.fetch_or(state_word::ending, std::memory_order_acq_rel)};
  }
  /// Tries once to set `done` upon the state `seen`. Release: a thread that sees `done` sees the
  /// outcome. Acquire: shows what other threads did before they set a bit; a parent that set
  /// `awaited` waits for the token, and is there. @returns false, with `seen` renewed, if the state
  /// was another
  bool try_complete(state_word& seen) noexcept {
    auto s = seen.bits();
    const bool done = word_.compare_exchange_weak(
        s, s | state_word::done, std::memory_order_acq_rel, std::memory_order_acquire);
    if (!done)
      seen = state_word{s};
    return done;
  }
  /// Sets `done` on a task that no other thread has seen yet. Release: a thread that sees `done`
  /// sees the outcome.
  void complete_unseen() noexcept { word_.fetch_or(state_word::done, std::memory_order_release); }

  /// Takes in a level above `current`. Only the context changes these bits, so flipping the
  /// difference sets them. Sequentially consistent: the parent raises its level and then looks for
  /// shields, end_shield() takes one away and then looks for the parent's level; one of them sees
  /// the other.
  void raise_level(cancellation_level current, cancellation_level to) noexcept {
    const auto flip = static_cast<std::uint32_t>(to) ^ static_cast<std::uint32_t>(current);
    word_.fetch_xor(flip << state_word::level_shift, std::memory_order_seq_cst);
  }
  /// Lets the parent's level count from now on. Sequentially consistent: see raise_level().
  void end_shield() noexcept {
    word_.fetch_and(~state_word::shield_mask, std::memory_order_seq_cst);
  }
  /// Takes in that the task's time is over, or that a child has failed. Relaxed: the bits order
  /// nothing else.
  void take_in(std::uint32_t events) noexcept { word_.fetch_or(events, std::memory_order_relaxed); }
  /// Takes back that the task's time is over: the body has returned in time. Relaxed: the bit
  /// orders nothing else.
  void forget_expiry() noexcept {
    word_.fetch_and(~state_word::expired, std::memory_order_relaxed);
  }
  /// Notes that the side block is gone. Relaxed: under the mutex, by which strangers look for it.
  void drop_side() noexcept { word_.fetch_and(~state_word::has_side, std::memory_order_relaxed); }
  /// Clears the level of a root and whether it is metered, for the next runtime on the same system.
  /// Relaxed: there are no tasks.
  void reopen() noexcept {
    word_.fetch_and(~(state_word::level_mask | state_word::asked_to_stop | state_word::metered),
                    std::memory_order_relaxed);
  }

  // -- strangers ----------------------------------------------------------------------------------

  /// Tries once to give the outcome before the end, upon the state `seen`. Release: a thread that
  /// sees `resolved` sees the error. Acquire: a parent that has announced its wait waits until the
  /// caller has brought the token.
  /// @returns false, with `seen` renewed, if the state was another
  bool try_resolve(state_word& seen, bool as_failure) noexcept {
    auto s = seen.bits();
    const auto bits = state_word::resolved | state_word::resolving |
                      (as_failure ? state_word::resolved_failed : 0u);
    const bool done = word_.compare_exchange_weak(
        s, (s & ~state_word::awaited) | bits, std::memory_order_acq_rel, std::memory_order_acquire);
    if (!done)
      seen = state_word{s};
    return done;
  }
  /// Notes that the giver of an early outcome does not need the parent any more. Release: its
  /// touches of the parent come before the end of the task, after which the parent may be gone.
  void end_resolving() noexcept {
    word_.fetch_and(~state_word::resolving, std::memory_order_release);
  }
  /// Notes that a child fails, if there is no memory for a side block to say so. Release: the task
  /// sees the bit when it sees the signal, or that the child has ended.
  void fail_scope() noexcept {
    word_.fetch_or(state_word::scope_failed, std::memory_order_release);
  }
  /// Notes that the level is about to be raised. Relaxed: a thread that sees the level without this
  /// bit sees the task as it was a moment ago.
  void ask_to_stop() noexcept {
    word_.fetch_or(state_word::asked_to_stop, std::memory_order_relaxed);
  }
  /// Claims the value for one taker. Relaxed: the value was published with `done`. @returns false
  /// if another taker was faster
  bool claim_value() noexcept {
    return (word_.fetch_or(state_word::taken, std::memory_order_relaxed) & state_word::taken) == 0;
  }

  /// Notes that the side block is there, after its pointer has been set. Release: the thread that
  /// ends the task and sees the bit finds the block. Acquire: shows what was there before.
  void add_side() noexcept { word_.fetch_or(state_word::has_side, std::memory_order_acq_rel); }
  /// Notes that the id has been drawn, under the mutex. Release: a thread that sees the bit sees
  /// the id.
  void add_id() noexcept { word_.fetch_or(state_word::has_id, std::memory_order_release); }
  /// Lets CAF's reference counts own the block, under the mutex. Release: a thread that sees the
  /// bit sees the control block. Acquire: shows what the task did before, to the caller that goes
  /// on with it.
  void expose() noexcept { word_.fetch_or(state_word::exposed, std::memory_order_acq_rel); }
  /// Lets CAF's reference counts own a block that may be freed and used again at any time, under
  /// the mutex. Release: a thread that sees the bit sees the control block.
  /// @returns false if the state is not `seen` any more
  bool try_expose(state_word seen) noexcept {
    auto s = seen.bits();
    return word_.compare_exchange_strong(s, s | state_word::exposed, std::memory_order_acq_rel,
                                         std::memory_order_relaxed);
  }

private:
  std::atomic<std::uint32_t> word_{0};
};

} // namespace sweet::inline v0_5::detail
