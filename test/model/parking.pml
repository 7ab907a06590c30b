/* SPDX-FileCopyrightText: sweet contributors */
/* SPDX-License-Identifier: BSD-3-Clause */

/* Parking: idle_set.{hpp,cpp}, and next(), search(), sleep() of processor.cpp, with scheduler::inject()
   and scheduler::stop(). Two threads from outside inject a job each. One of the jobs may push another
   one on the deque of the processor that runs it, as a spawned or as a woken one, and then holds that
   processor until all others have been run: so another processor has to come and get them, however
   deep it sleeps. What is woken may be left to a processor that watches: it sleeps for a limited time.

   Checked: no wake-up is lost, or a job would be held for ever, which is an invalid end state; in other
   words, there is no sleeper while work waits and nobody searches. A processor is in the set at most
   once. At the end stop() gets every processor out of its sleep.
   Deques and the injection queue count their jobs. While a thief holds a claim, others find nothing
   there, and the deque looks empty (see deque.pml). Who is woken of several sleepers is left open.
   Three processors, and one thread that injects both jobs, are 70 million states: set PROCESSORS and
   MAKERS so after a change to the protocol.

   The mutants are what the protocol would be without one of its precautions: */
/* MUTANT NO_LAST_LOOK: a processor sleeps without looking at the queues after it has said so */
/* MUTANT LOOKS_FIRST: it looks at the queues before it says that it sleeps */
/* MUTANT LEAVES_LATE: it counts as a searcher until it has looked */
/* MUTANT MAKER_LOOKS_FIRST: who makes work looks for sleepers before the work can be seen */
/* MUTANT NO_CHAIN: the last searcher that finds work wakes nobody */
/* MUTANT CHAINS_EARLY: it looks for more work before it says that it does not search any more */
/* MUTANT IGNORES_CLAIM: cancel_sleep() came too late, and the wake-up is left in the gate */
/* MUTANT WATCHES_TOO_LONG: a watcher that goes to sleep says that it watches no longer after its last look */
/* MUTANT STOPS_LATE: stop() wakes everybody before it says why */

#define PROCESSORS 2
#define MAKERS 2

/* The job that holds its processor, and the others. */
bool injected_holder, injected_other;
bool holder[PROCESSORS];
byte others[PROCESSORS];
bool claimed[PROCESSORS];
byte to_run = 2;

byte sleeping, searching;
bool watching;
bool in_set[PROCESSORS];
bool gate[PROCESSORS];
bool stopping;

inline wake_one() {
  if
  :: atomic { in_set[0] -> in_set[0] = false; sleeping--; woken = 0 }
  :: atomic { in_set[1] -> in_set[1] = false; sleeping--; woken = 1 }
#if PROCESSORS == 3
  :: atomic { in_set[2] -> in_set[2] = false; sleeping--; woken = 2 }
#endif
  :: atomic { sleeping == 0 -> woken = PROCESSORS }
  fi;
  if
  :: woken < PROCESSORS -> gate[woken] = true
  :: else
  fi
}

/* work_added(), after `make` has made it. */
inline work_added() {
#ifndef MAKER_LOOKS_FIRST
  wakes = sleeping != 0;
  if
  :: wakes -> wakes = searching == 0
  :: else
  fi;
#endif
  if
  :: wakes -> wake_one(); d_step { wakes = false; woken = 0 }
  :: else
  fi
}

/* What a processor does after it has woken a task. */
inline woken_added() {
  if
  :: watching
  :: !watching -> work_added()
  fi
}

#ifdef MAKER_LOOKS_FIRST
#define look_too_early() wakes = sleeping != 0 && searching == 0
#else
#define look_too_early() skip
#endif

active [MAKERS] proctype outside() {
  bool wakes;
  byte woken;
  if
  :: _pid == 0 -> look_too_early(); injected_holder = true; work_added()
  :: else
  fi;
  if
  :: _pid == MAKERS - 1 -> look_too_early(); injected_other = true; work_added()
  :: else
  fi
}

/* Moves jobs to the own deque; `any` says whether there were any. */
inline take_injected() {
  do
  :: atomic { injected_holder -> injected_holder = false };
     look_too_early();
     holder[self] = true;
     any = true;
     work_added()
  :: atomic { injected_other -> injected_other = false };
     look_too_early();
     others[self]++;
     any = true;
     work_added()
  :: !injected_holder && !injected_other -> break
  od
}

#define has_work(d) (holder[d] || others[d] > 0)
#define can_claim(d) (d != self && has_work(d) && !claimed[d])

/* Takes a job off a deque, if it can. */
inline take(d) {
  if
  :: atomic { holder[d] -> holder[d] = false; has_job = true; holds = true }
  :: atomic { others[d] > 0 -> others[d]--; has_job = true }
  :: claimed[d] || !has_work(d)
  fi
}

/* A steal may fail even if there is something: while another thief is at work, or because the job is
   left for a while to the processor that has woken it. */
inline steal_somewhere() {
  if
  :: atomic { can_claim(0) -> claimed[0] = true; i = 0 }
  :: atomic { can_claim(1) -> claimed[1] = true; i = 1 }
#if PROCESSORS == 3
  :: atomic { can_claim(2) -> claimed[2] = true; i = 2 }
#endif
  :: i = PROCESSORS
  fi;
  if
  :: i < PROCESSORS -> atomic { take(i); claimed[i] = false }
  :: else
  fi;
  i = 0
}


/* scheduler::any_work(): one queue after the other. */
inline last_look() {
  any = injected_holder || injected_other;
  i = 0;
  do
  :: !any && i < PROCESSORS -> any = has_work(i) && !claimed[i]; i++
  :: else -> break
  od;
  i = 0
}

inline enter_set() {
  atomic { assert(!in_set[self]); in_set[self] = true; sleeping++ }
}

inline sleep() {
#ifdef LOOKS_FIRST
  last_look();
#endif
#ifndef LEAVES_LATE
  searching--;
#endif
  enter_set();
#if !defined(LOOKS_FIRST) && !defined(NO_LAST_LOOK)
  last_look();
#endif
#ifdef LEAVES_LATE
  searching--;
#endif
#ifdef WATCHES_TOO_LONG
  if
  :: watches -> watching = false; watches = false
  :: else
  fi;
#endif
  cancelled = false;
  if
  :: stopping || any ->
     atomic { /* cancel_sleep() */
       if
       :: in_set[self] -> in_set[self] = false; sleeping--; cancelled = true
       :: else
       fi
     }
  :: else
  fi;
#ifdef IGNORES_CLAIM
  cancelled = cancelled || any;
#endif
  if
  :: cancelled
  :: else -> gate[self] -> gate[self] = false
  fi;
  any = false;
  cancelled = false
}

/* It has claimed `watching`. A last look for other work than what is woken spares it the wait only. */
inline watch() {
  searching--;
  enter_set();
  if
  :: gate[self] -> gate[self] = false
  :: true -> /* the time is over, or there is such work */
     atomic { /* cancel_sleep() */
       if
       :: in_set[self] -> in_set[self] = false; sleeping--; cancelled = true
       :: else
       fi
     };
     if
     :: cancelled -> cancelled = false
     :: else -> gate[self] -> gate[self] = false
     fi
  fi;
  searching++;
#ifdef WATCHES_TOO_LONG
  watches = true
#else
  watching = false
#endif
}

inline found_work() {
#ifdef CHAINS_EARLY
  last_look();
#endif
  atomic { searching--; wakes = searching == 0 };
#ifdef NO_CHAIN
  wakes = false;
#endif
  if
  :: wakes -> wakes = sleeping != 0
  :: else
  fi;
  if
  :: wakes ->
#ifndef CHAINS_EARLY
     last_look();
#endif
     wakes = any
  :: else
  fi;
  any = false;
  if
  :: wakes -> wake_one()
  :: else
  fi;
  d_step { wakes = false; woken = 0 }
}

active [PROCESSORS] proctype processor() {
  byte self = _pid - MAKERS;
  byte i, woken;
  bool wakes, any, cancelled, has_job, holds, stopped;
#ifdef WATCHES_TOO_LONG
  bool watches;
#endif
  do
  :: /* next() */
     take(self);
     do
     :: has_job || stopped -> break
     :: else ->
        take_injected();
        if
        :: any -> any = false; take(self)
        :: else
        fi;
        if
        :: has_job -> break
        :: else
        fi;
        searching++;
        do
        :: /* search(): at least one round */
           take_injected();
           any = false;
           take(self);
           if
           :: !has_job -> steal_somewhere()
           :: else
           fi;
           if
           :: has_job -> found_work(); break
           :: atomic { !has_job && !watching -> watching = true }; watch()
           :: !has_job -> sleep(); stopped = stopping; break
           fi
        od
     od;
     if
     :: stopped -> break
     :: else
     fi;
     /* run() */
     if
     :: holds ->
        if
        :: true ->
           to_run++;
           look_too_early();
           others[self]++;
           if
           :: work_added()
           :: woken_added()
           fi
        :: true
        fi;
        to_run == 1;
        to_run--
     :: has_job && !holds -> to_run--
     :: else
     fi;
     d_step { has_job = false; holds = false }
  od
}

active proctype stop() {
  byte woken;
  to_run == 0;
#ifndef STOPS_LATE
  stopping = true;
#endif
  do /* wake_all() */
  :: sleeping != 0 -> wake_one(); woken = 0
  :: sleeping == 0 -> break
  od;
#ifdef STOPS_LATE
  stopping = true
#endif
}
