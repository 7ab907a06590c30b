/* SPDX-FileCopyrightText: sweet contributors */
/* SPDX-License-Identifier: BSD-3-Clause */

/* A task, its children, and those who signal it: task_signals.cpp, absorb_signals.cpp, task_run.cpp, task_children.cpp, task_group_core.cpp, blocking_join.cpp. A parent with two children, each either held by a handle or a member of a group,
   each ending when it likes, with or without a failure. The parent's body awaits them as a coroutine
   and as a callable that blocks, asks its group for the next one, drops handles, waits for an event
   that a thread from outside sets, and ends at any moment; meanwhile a thread from outside cancels it,
   first gracefully, then hard. Each step is one transition of task_state or task_inbox, and named after
   it.

   Checked: a task is scheduled only while it is blocked, and so runs once at a time; a token reaches
   the wait it is meant for; nobody touches the parent after it has ended, nor a child whose memory was
   given back; every child is given back; a failure of a child has reached its parent before that ends;
   nobody waits for ever.

   The mutants are what the protocol would be without one of its precautions: */
/* MUTANT STOPS_ANYWAY: a level ends a wait although its token is on its way */
/* MUTANT JOIN_LEAVES_TOKEN: the same for a wait that blocks a thread */
/* MUTANT FORGETS_ARRIVALS: a task that waits for arrivals blocks without looking for them */
/* MUTANT DROP_LOOKS_ONLY: drop_child() does not look whether the child has ended meanwhile */
/* MUTANT DRAIN_TRUSTS_DONE: the parent frees a child that has yet to arrive */
/* MUTANT AWAITS_BLINDLY: announcing the wait and looking for the end are two steps */
/* MUTANT WAKES_BLINDLY: wake_parent() spares the token although the parent is not blocked */
/* MUTANT REPORTS_LATE: a child reports its failure after it has ended */
/* MUTANT LATE_SIDE_BIT: side_of() leaves the bit to whoever made the side block */

#define CHILDREN 2

/* task_state */
bool done[CHILDREN], awaited[CHILDREN], grouped[CHILDREN];
bool side_made, has_side;
byte level;
bool scope_failed;
/* task_inbox of the parent, and what it waits for */
bool blocked, token, event;
mtype = { no_wait, for_child, came, for_source, for_set, for_thread };
mtype wait = no_wait;
byte asked;
bool arrived[CHILDREN];
/* side_block::events, and task_group */
bool child_failed;
bool in_group[CHILDREN], in_list[CHILDREN];
/* async_event */
mtype = { unset, waiting, set };
mtype happened = unset;

/* What the checks look at. */
bool scheduled, running = true, ended;
bool gone[CHILDREN];
bool failed[CHILDREN];

/* Part of an atomic step that clears `blocked`. */
inline unblock() {
  if
  :: blocked ->
     blocked = false;
     assert(!scheduled && !running && !ended);
     scheduled = true
  :: else
  fi
}

inline consume(c) {
  d_step {
    assert(done[c] && !gone[c] && !arrived[c]);
    gone[c] = true
  }
}

/* -- children and outsiders ----------------------------------------------------------------------- */

inline side_of_parent() {
  atomic {
    assert(!ended);
    i_made_it = !side_made;
    side_made = true
  };
#ifdef LATE_SIDE_BIT
  if
  :: i_made_it -> has_side = true
  :: else
  fi
#else
  has_side = true
#endif
}

inline report_failure() {
  side_of_parent();
  child_failed = true;
  atomic {
    assert(!ended);
    event = true;
    asked = (asked < 1 -> 1 : asked);
    unblock()
  }
}

/* bring_token(): compare-and-swap after two reads. Suspended on a child means on this one, which the parent cannot
   retract any more, and likewise a source: it stays so until we are through, and needs no token. */
inline bring_token(kind) {
  do
  :: assert(!ended);
     was_blocked = blocked;
#ifdef WAKES_BLINDLY
     suspended = wait == kind;
#else
     suspended = was_blocked && wait == kind;
#endif
     atomic {
       if
       :: blocked == was_blocked ->
          assert(!ended);
          token = (suspended -> token : true);
          blocked = false;
          break
       :: else
       fi
     }
  od;
  if
  :: suspended -> wait = came
  :: else
  fi;
  if
  :: was_blocked -> atomic { assert(!scheduled && !running && !ended); scheduled = true }
  :: else
  fi
}

proctype child(byte self) {
  bool tell_inbox, give_token, i_made_it, was_blocked, suspended;
  if
  :: failed[self] = true;
#ifndef REPORTS_LATE
     report_failure()
#endif
  :: true
  fi;
  atomic { /* try_complete() */
    assert(!gone[self]);
    done[self] = true;
    tell_inbox = grouped[self];
    give_token = awaited[self] && !grouped[self]
  };
#ifdef REPORTS_LATE
  if
  :: failed[self] -> report_failure()
  :: else
  fi;
#endif
  if
  :: tell_inbox -> /* push_arrival() */
     assert(!gone[self]);
     atomic { assert(!ended); arrived[self] = true; unblock() }
  :: give_token ->
     bring_token(for_child) /* wake_parent() */
  :: else
  fi
}

/* Holds a handle to the parent, and so may touch it after its end. */
proctype canceller() { /* signal() */
  atomic { asked = (asked < 1 -> 1 : asked); unblock() };
  atomic { asked = 2; unblock() }
}

/* Somebody who makes use of the parent's side block: a waiter, a monitor. */
proctype observer() {
  bool i_made_it;
  if
  :: atomic { !ended -> i_made_it = !side_made; side_made = true };
     if
     :: i_made_it -> has_side = true /* add_side() */
     :: else
     fi
  :: ended
  fi
}

proctype setter() {
  mtype before;
  bool was_blocked, suspended;
  atomic { before = happened; happened = set };
  if
  :: before == waiting -> bring_token(for_source) /* wake() */
  :: else
  fi
}

/* -- the parent ------------------------------------------------------------------------------------- */

#define interrupted (level > thrown || level == 2)
#define signals (token || event || asked != 0)
#define arrivals (arrived[0] || arrived[1])
#ifdef FORGETS_ARRIVALS
#define looks_at_arrivals false
#else
#define looks_at_arrivals true
#endif

inline absorb_signals() {
  atomic { /* take_signals(), take_in(), raise_level() */
    if
    :: event -> event = false; scope_failed = child_failed
    :: else
    fi;
    level = (asked > level -> asked : level);
    asked = 0
  }
}

inline arrive(c) {
  if
  :: arrivals_of[c] && in_group[c] -> d_step { in_list[c] = true; arrivals_of[c] = false }
  :: arrivals_of[c] && !in_group[c] -> consume(c); arrivals_of[c] = false
  :: else
  fi
}

inline take_arrivals() {
  d_step {
    arrivals_of[0] = arrived[0];
    arrivals_of[1] = arrived[1];
    arrived[0] = false;
    arrived[1] = false
  };
  arrive(0);
  arrive(1)
}

/* try_block(); if that succeeds, until the parent is scheduled again. */
inline try_block() {
  atomic {
    if
    :: signals || (looks_at_arrivals && arrivals) -> skip
    :: else -> blocked = true; running = false
    fi
  };
  if
  :: !running -> atomic { scheduled -> scheduled = false; running = true }
  :: else
  fi
}

/* Sets `ready` if the body goes on, `stops` if a level has ended its wait. */
inline look_at_wait() {
  if
  :: wait == no_wait -> ready = !interrupted; stops = interrupted
  :: wait == came -> ready = true
  :: wait == for_set ->
     ready = in_list[0] || in_list[1];
     stops = !ready && interrupted
  :: (wait == for_child || wait == for_source) && token ->
     token = false;
     ready = true
  :: (wait == for_child || wait == for_source) && !token ->
     if
     :: interrupted && wait == for_child ->
        atomic { assert(!gone[target]); stops = !done[target]; awaited[target] = false } /* retract() */
     :: interrupted && wait == for_source ->
        atomic {
          stops = happened == waiting;
          if
          :: stops -> happened = unset
          :: else
          fi
        }
     :: else
     fi;
#ifdef STOPS_ANYWAY
     stops = interrupted
#endif
  fi
}

/* run_task() from the body's suspension until it goes on, or its frame is gone: then `stops` stays set. */
inline suspend() {
  do
  :: absorb_signals();
     take_arrivals();
     look_at_wait();
     if
     :: ready -> break
     :: stops ->
        thrown = level; /* note_heard() */
        if
        :: answered = true; stops = false /* stop_mode::answer: it goes on, and is told */
        :: true
        fi;
        break
     :: else -> try_block()
     fi
  od;
  atomic { ready = false; wait = no_wait }
}

/* announce(), announce_join(); sets `late` if the child has ended already. */
inline announce(c) {
#ifdef AWAITS_BLINDLY
  late = done[c];
  awaited[c] = true
#else
  atomic { late = done[c]; awaited[c] = true }
#endif
}

inline take_child(c) {
  if
  :: done[c] -> consume(c); held[c] = false
  :: else -> absorb_signals(); thrown = level /* throws `cancelled`; this body goes on */
  fi
}

inline await_suspending(c) {
  assert(!token);
  announce(c);
  if
  :: !late -> d_step { wait = for_child; target = c }; suspend()
  :: else
  fi;
  late = false;
  target = 0;
  if
  :: stops || answered -> answered = false
  :: else -> take_child(c)
  fi
}

inline block() {
  take_arrivals();
  wait = for_thread;
  try_block();
  wait = no_wait
}

inline await_blocking(c) {
  assert(!token);
  do
  :: done[c] -> break
  :: else ->
     take_arrivals();
     absorb_signals();
     if
     :: interrupted -> break
     :: else
     fi;
     announce(c);
     if
     :: late -> late = false
     :: else ->
        block();
        atomic { ready = token; token = false }; /* take_token() */
        if
        :: ready
        :: else ->
           atomic { late = done[c]; awaited[c] = false }; /* retract() */
#ifdef JOIN_LEAVES_TOKEN
           late = false;
#endif
           do
           :: !late -> break
           :: else ->
              block();
              atomic {
                if
                :: token -> token = false; late = false
                :: else
                fi
              }
           od
        fi;
        ready = false
     fi
  od;
  take_child(c)
}

inline await_event() {
  assert(!token);
  atomic {
    if
    :: happened == unset -> happened = waiting; wait = for_source
    :: else
    fi
  };
  if
  :: wait == for_source ->
     suspend();
     assert(happened == set || stops || answered);
     answered = false
  :: else
  fi
}

inline next_of_group() {
  take_arrivals();
  if
  :: !in_list[0] && !in_list[1] -> wait = for_set; suspend()
  :: else
  fi;
  if
  :: in_list[0] -> consume(0); d_step { in_list[0] = false; in_group[0] = false }
  :: in_list[1] -> consume(1); d_step { in_list[1] = false; in_group[1] = false }
  :: else -> assert(stops || answered); answered = false
  fi
}

inline drop_child(c) {
  late = done[c];
  if
  :: late
#ifdef DROP_LOOKS_ONLY
  :: else -> grouped[c] = true
#else
  :: else -> atomic { late = done[c]; grouped[c] = true } /* report_to_inbox() */
#endif
  fi;
  if
  :: late -> consume(c)
  :: else
  fi;
  d_step { held[c] = false; late = false }
}

/* Sets `ready` when all children are gone. */
inline drain() {
  if
  :: wait == for_child && !token
  :: else ->
     if
     :: wait == for_child -> token = false; wait = no_wait
     :: else
     fi;
     do
     :: gone[0] && gone[1] -> ready = true; break
     :: else ->
        target = (gone[0] -> 1 : 0);
        if
        :: !done[target] ->
           if
           :: grouped[target] -> break
           :: else ->
              announce(target);
              if
              :: !late -> wait = for_child; break
              :: else -> late = false; consume(target)
              fi
           fi
#ifndef DRAIN_TRUSTS_DONE
        :: done[target] && grouped[target] ->
           if
           :: !arrivals -> break
           :: else -> take_arrivals()
           fi
        :: done[target] && !grouped[target] -> consume(target)
#else
        :: done[target] -> consume(target)
#endif
        fi
     od;
     target = 0
  fi
}

init {
  bool held[CHILDREN], arrivals_of[CHILDREN], late, ready, stops, answered;
  byte target, thrown;
  atomic {
    if
    :: held[0] = true; held[1] = true;
       if /* one or the other: they have nothing to do with each other */
       :: run observer()
       :: run setter()
       fi
    :: held[0] = true; in_group[1] = true; grouped[1] = true; run setter()
    :: in_group[0] = true; grouped[0] = true; in_group[1] = true; grouped[1] = true; run setter()
    fi;
    run child(0);
    run child(1);
    run canceller()
  };
  do /* the body */
  :: stops -> break
  :: !stops && held[0] -> await_suspending(0)
  :: !stops && held[0] -> await_blocking(0)
  :: !stops && held[1] -> drop_child(1)
  :: !stops -> await_event()
  :: !stops && (in_group[0] || in_group[1]) -> next_of_group()
  :: !stops -> take_arrivals() /* as each spawn does */
  :: !stops -> break
  od;
  /* Some handles may be left; the group goes. */
  if
  :: held[0] -> drop_child(0)
  :: true
  fi;
  take_arrivals();
  if
  :: in_list[0] -> consume(0)
  :: else
  fi;
  if
  :: in_list[1] -> consume(1)
  :: else
  fi;
  d_step { in_group[0] = false; in_group[1] = false; in_list[0] = false; in_list[1] = false };
  /* phase::draining */
  do
  :: absorb_signals();
     take_arrivals();
     drain();
     if
     :: ready -> break
     :: else -> try_block()
     fi
  od;
  /* complete() */
  if
  :: has_side -> absorb_signals()
  :: else -> scope_failed = false
  fi;
  ended = true;
  assert((failed[0] || failed[1]) == scope_failed);
  assert(!token && !arrivals)
}
