/* SPDX-FileCopyrightText: sweet contributors */
/* SPDX-License-Identifier: BSD-3-Clause */

/* Who drives which processor while bodies block their threads: thread_team.{hpp,cpp}, thread_state.hpp,
   blocking_join.cpp, resume_thread() of task_run.cpp and scheduler::drive(). Queues do not matter
   here: all jobs lie in one place, and any processor takes any of them. Two tasks have bodies that
   block until an event has been set, each by a job of its own; one of them may be woken for nothing. While a body waits it may help: it runs other jobs on its stack, also those that give its
   processor away. There are the two threads that start() makes and those that reserve() makes. Two
   threads may block, or only one.

   Checked: a processor is driven by one thread at a time, and none gets lost; a body goes on only with a
   processor; every body ends, also if as many block as may, when await() gives up; stop() finds all
   threads.

   The mutants are what the protocol would be without one of its precautions: */
/* MUTANT MARKS_LATE: block() says whose thread the body holds after others may schedule the task */
/* MUTANT GOES_ON_WITHOUT: a body that has helped its processor away goes on without another one */
/* MUTANT KEEPS_DRIVING: who gives a processor to a blocked thread goes on driving it */
/* MUTANT FORGETS_SPARE: a thread that was reserved for nothing is not given back */
/* MUTANT PARKS_LATE: stop() looks for spares before one has entered itself */

#define PROCESSORS 2
#define THREADS 5
#define NONE 9

#define BODIES 2

/* The jobs: the tasks that block, and those that set the events that these wait for. */
bool queued[BODIES] = true, setter_queued[BODIES] = true;
bool finished[BODIES], set_by[BODIES];
/* wait_kind::thread and result.pointer of the tasks that block, and bits of their inbox. */
bool on_thread[BODIES], blocked[BODIES], token[BODIES];
byte thread_of[BODIES];
/* The events: set, and whether the task is to get a token. */
bool is_set[BODIES], wants_token[BODIES];

#define any_queued (queued[0] || queued[1] || setter_queued[0] || setter_queued[1])

/* thread_state */
byte driven[THREADS] = NONE;
byte given[THREADS] = NONE;
bool gate[THREADS];
/* thread_team */
bool spare[THREADS];
byte threads_made, blocked_threads, max_blocked, threads_left;
bool team_stops, scheduler_stops;

#define driven_by_one(p) \
  ((driven[0] == p) + (driven[1] == p) + (driven[2] == p) + (driven[3] == p) + (driven[4] == p) + \
   (given[0] == p) + (given[1] == p) + (given[2] == p) + (given[3] == p) + (given[4] == p) == 1)
#define each_driven_by_one (driven_by_one(0) && driven_by_one(1))

inline wait_for_gate() {
  atomic { gate[self] -> gate[self] = false };
  atomic {
    assert(driven[self] == NONE);
    driven[self] = given[self];
    given[self] = NONE;
    assert(team_stops || each_driven_by_one)
  }
}

/* Gives away what `self` drives. */
inline give_to(thread) {
  atomic {
    assert(given[thread] == NONE);
    given[thread] = driven[self];
#ifndef KEEPS_DRIVING
    driven[self] = NONE
#endif
  };
  atomic { assert(!gate[thread]); gate[thread] = true }
}

/* Sets `other` to a thread to take over, or NONE. */
inline reserve() {
  atomic {
    if
    :: blocked_threads == max_blocked -> other = NONE
    :: else ->
       blocked_threads++;
       if
       :: spare[0] -> spare[0] = false; other = 0
       :: spare[1] -> spare[1] = false; other = 1
       :: spare[2] -> spare[2] = false; other = 2
       :: spare[3] -> spare[3] = false; other = 3
       :: spare[4] -> spare[4] = false; other = 4
       :: else -> other = threads_made; run thread(threads_made, NONE); threads_made++
       fi
    fi
  }
}

inline give_back() {
  atomic {
    blocked_threads--;
#ifndef FORGETS_SPARE
    spare[other] = true
#endif
  }
}

/* run_task() for a task that blocks, or whose body holds a thread already. */
inline run_blocking(j) {
  if
  :: on_thread[j] -> give_to(thread_of[j]) /* resume_thread() */
  :: else -> d_step { under = top; top = j }
  fi
}

/* The same for one that sets an event. */
inline run_setter(e) {
  atomic { is_set[e] = true; wakes = wants_token[e]; wants_token[e] = false };
  if
  :: wakes ->
     atomic { /* wake() */
       token[e] = true;
       if
       :: blocked[e] -> blocked[e] = false; queued[e] = true
       :: else
       fi
     }
  :: else
  fi;
  d_step { set_by[e] = true; wakes = false }
}

inline run_some_job() {
  if
  :: atomic { queued[0] -> queued[0] = false }; run_blocking(0)
  :: atomic { queued[1] -> queued[1] = false }; run_blocking(1)
  :: atomic { setter_queued[0] -> setter_queued[0] = false }; run_setter(0)
  :: atomic { setter_queued[1] -> setter_queued[1] = false }; run_setter(1)
  :: !any_queued
  fi
}

/* sleep() */
inline sleep() {
  wait_for_gate();
  assert(driven[self] != NONE)
}

inline block() {
  other = NONE;
  if
  :: driven[self] != NONE -> reserve(); slept = other != NONE
  :: else -> slept = true
  fi;
  if
  :: slept ->
#ifndef MARKS_LATE
     d_step { thread_of[top] = self; on_thread[top] = true };
#endif
     atomic { /* try_block() */
       if
       :: token[top] -> wakes = false
       :: else -> blocked[top] = true; wakes = true
       fi
     };
#ifdef MARKS_LATE
     d_step { thread_of[top] = self; on_thread[top] = true };
#endif
     if
     :: wakes ->
        if
        :: other != NONE -> give_to(other)
        :: else
        fi;
        sleep();
        if
        :: other != NONE -> blocked_threads--
        :: else
        fi
     :: !wakes && other != NONE -> give_back()
     :: else
     fi;
     on_thread[top] = false;
     wakes = false
  :: else
  fi;
  other = NONE
}

inline need_processor() {
  if
#ifndef GOES_ON_WITHOUT
  :: driven[self] == NONE ->
     d_step { thread_of[top] = self; on_thread[top] = true };
     queued[top] = true; /* inject() */
     sleep();
     on_thread[top] = false
#endif
  :: else
  fi
}

inline end_body() {
  assert(driven[self] != NONE && each_driven_by_one);
  d_step { finished[top] = true; top = under; under = NONE; slept = false }
}

/* One round of wait_blocking() for the body on top of the stack. */
inline wait_blocking() {
  if
  :: is_set[top] -> need_processor(); end_body()
  :: !is_set[top] && any_queued && driven[self] != NONE && under == NONE -> /* help() */
     run_some_job()
  :: atomic { !is_set[top] -> wants_token[top] = true }; /* announce */
     block();
     atomic { wakes = token[top]; token[top] = false };
     if
     :: !wakes -> atomic { wakes = wants_token[top]; wants_token[top] = false }; /* retract */
        do
        :: wakes -> break
        :: else -> block(); atomic { wakes = token[top]; token[top] = false }
        od
     :: else
     fi;
     wakes = false;
     if
     :: !slept -> end_body() /* too_many_blocked */
     :: else -> slept = false
     fi
  fi
}

proctype thread(byte self; byte first) {
  byte top = NONE, under = NONE, other = NONE;
  bool wakes, slept;
  driven[self] = first;
  if
  :: first == NONE -> wait_for_gate()
  :: else
  fi;
  do
  :: top != NONE -> wait_blocking()
  :: top == NONE && driven[self] != NONE -> /* drive() */
     if
     :: any_queued -> run_some_job()
     :: scheduler_stops -> break
     fi
  :: top == NONE && driven[self] == NONE -> /* run() parks */
     atomic {
       if
#ifndef PARKS_LATE
       :: team_stops -> break
#endif
       :: else -> spare[self] = true
       fi
     };
     wait_for_gate();
     if
     :: driven[self] == NONE -> break
     :: else
     fi
  od;
  threads_left++
}

/* A child of the first body ends that it does not wait for: push_arrival(). */
proctype arrival() {
  atomic {
    if
    :: blocked[0] -> blocked[0] = false; queued[0] = true
    :: else
    fi
  }
}

init {
  byte i;
  atomic {
    if
    :: max_blocked = 1; run arrival()
    :: max_blocked = 2
    fi;
    threads_made = PROCESSORS;
    driven[0] = 0;
    driven[1] = 1;
    run thread(0, 0);
    run thread(1, 1)
  };
  finished[0] && finished[1] && set_by[0] && set_by[1];
  atomic { assert(each_driven_by_one); scheduler_stops = true };
  atomic { /* thread_team::stop() */
    team_stops = true;
    do
    :: i < THREADS ->
       if
       :: spare[i] -> spare[i] = false; gate[i] = true
       :: else
       fi;
       i++
    :: else -> break
    od
  };
  threads_left == threads_made
}
