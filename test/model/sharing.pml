/* SPDX-FileCopyrightText: sweet contributors */
/* SPDX-License-Identifier: BSD-3-Clause */

/* The memory of a child that is shared with another thread: complete_slow() of task_run.cpp; consume()
   and drop_child() of task_children.cpp; share() of task_reference.cpp; add_waiter(), remove_waiter() and
   notify_end() of end_waiter.cpp; join_any() of blocking_join.cpp. The parent shares the child before or after its end, with a thread that waits
   for the end, gives up at times, looks at the outcome and drops its handle. The parent awaits the child
   or drops it.

   Checked: the memory is given back once, and nobody touches it after that; who waits is told, and a
   waiter that has gone is not; the outcome is there for who looks at it.

   The mutants are what the protocol would be without one of its precautions: */
/* MUTANT HOLDS_LATE: the child takes its own reference after it has ended */
/* MUTANT LOOKS_ONCE: the child does not look again whether it has been shared meanwhile */
/* MUTANT NOTIFIES_FIRST: waiters are told before the end, so that one that comes in between is not */
/* MUTANT REMOVES_BLINDLY: a waiter that has been taken off the list already goes at once */
/* MUTANT PARENT_FREES: the parent gives the memory back whoever holds a handle */

/* task_state, and what is given to the parent */
bool done, exposed, awaited, grouped;
bool token, arrived;
/* The control block's count, and the list of waiters. */
byte references;
bool waiter_listed;

bool waiter_told, waiter_exists;
bool gone;

#define touch() assert(!gone)

inline free() {
  d_step { assert(!gone); gone = true }
}

inline release_reference() {
  atomic {
    touch();
    assert(references > 0);
    references--;
    if
    :: references == 0 -> gone = true
    :: else
    fi
  }
}

proctype holder() {
  bool listed;
  atomic { /* add_waiter(), under the mutex */
    touch();
    listed = !done;
    waiter_listed = listed;
    waiter_exists = listed
  };
  if
  :: listed ->
     if
     :: true -> waiter_told
     :: true ->
        atomic { /* the time is over: remove_waiter(), under the mutex */
          touch();
          listed = !waiter_listed;
          waiter_listed = false
        };
#ifdef REMOVES_BLINDLY
        listed = false;
#endif
        if
        :: listed -> waiter_told
        :: else
        fi
     fi;
     waiter_exists = false
  :: else
  fi;
  if
  :: done -> touch() /* outcome_of_shared() */
  :: else
  fi;
  release_reference()
}

inline notify_end() {
  atomic { touch(); told = waiter_listed; waiter_listed = false };
  if
  :: told -> atomic { assert(waiter_exists); waiter_told = true }
  :: else
  fi
}

active proctype child() {
  bool seen_exposed, held, told, tell_inbox, give_token;
  touch();
  seen_exposed = exposed;
#ifdef NOTIFIES_FIRST
  if
  :: seen_exposed -> notify_end()
  :: else
  fi;
#endif
  do
  :: seen_exposed && !held ->
#ifndef HOLDS_LATE
     atomic { touch(); assert(references > 0); references++ };
#endif
     held = true
  :: else ->
     atomic {
       touch();
       if
#ifndef LOOKS_ONCE
       :: exposed != seen_exposed -> seen_exposed = exposed
#endif
       :: else -> /* try_complete() */
          done = true; tell_inbox = grouped; give_token = awaited && !grouped; break
       fi
     }
  od;
#ifdef HOLDS_LATE
  if
  :: held -> atomic { touch(); references++ }
  :: else
  fi;
#endif
#ifndef NOTIFIES_FIRST
  if
  :: held -> notify_end()
  :: else
  fi;
#endif
  if
  :: tell_inbox -> touch(); arrived = true
  :: give_token -> token = true
  :: else
  fi;
  if
  :: held -> release_reference()
  :: else
  fi
}

inline consume() {
#ifndef PARENT_FREES
  if
  :: exposed -> release_reference() /* the runtime's own */
  :: else -> free()
  fi
#else
  free()
#endif
}

active proctype parent() {
  bool shared, late;
  do
  :: !shared -> /* share() */
     atomic { exposed = true; references = 1 }; /* expose() */
     atomic { references++; shared = true };
     run holder()
  :: atomic { late = done; awaited = true }; /* announce() */
     if
     :: late
     :: else -> token
     fi;
     consume();
     break
  :: true -> /* drop_child() */
     if
     :: done -> late = true
     :: else -> atomic { late = done; grouped = true }
     fi;
     if
     :: late
     :: else -> arrived
     fi;
     consume();
     break
  od
}

/* When nothing happens any more. */
active proctype end() {
  timeout;
  assert(gone)
}
