/* SPDX-FileCopyrightText: sweet contributors */
/* SPDX-License-Identifier: BSD-3-Clause */

/* The work-stealing deque, actors/runtime/queues/work_deque.{hpp,cpp}: an owner that pushes, pops and, for
   fairness, takes the oldest job, against two thieves that take batches. Each piece mirrors the
   member function it is named after; each step has one access to memory that the other side writes.

   Checked: a job is taken exactly once, by whoever, and never lost; no slot is written again while a
   thief may still read it. The deque does not look at jobs, so it is enough to mark any one of all
   that are ever pushed and to follow that. Pushes and pops go on for ever, up to the index END.
   Not in the model: the growing of the ring (it happens under the lock that thieves hold, and leaves
   the indices alone; here the owner does not push when there is no room), steal()'s first look (a
   short cut), and memory orders (all these accesses are sequentially consistent, or under the lock).

   The mutants are what the protocol would be without one of its precautions: */
/* MUTANT OWNER_LOOKS_FIRST: pop() looks at top before it announces its own claim */
/* MUTANT THIEF_LOOKS_FIRST: steal() does not look at bottom again after it has announced its claim */
/* MUTANT THIEF_INSISTS: steal() does not take back a claim that the owner has popped into */
/* MUTANT NO_LOCK: resolve_conflict() trusts a claim that may be taken back */
/* MUTANT NO_SLACK: push() uses slots that a thief still reads */

#define END 12
#define CAPACITY 10
#define MAX_BATCH 3
#ifdef NO_SLACK
#define SLACK 0
#else
#define SLACK (2 * MAX_BATCH)
#endif

short bottom, top;
bool locked;
mtype = { plain, marked };
mtype ring[CAPACITY] = plain;
bool is_marked, is_taken;

bool stop;
byte thieves = 2;

inline take(job) {
  if
  :: job == marked -> assert(!is_taken); is_taken = true
  :: else
  fi
}

#define half_of(jobs, most) ((jobs + 1) / 2 > most -> most : (jobs + 1) / 2)

/* What follows lock() in steal(). Only the holder of the lock writes top, so reading it is no step
   of its own. */
inline claim_and_read(most) {
  d_step { t = top; b = bottom; n = half_of((b - t), (most)) };
  do
  :: n <= 0 -> break
  :: else ->
     top = t + n;
#ifndef THIEF_LOOKS_FIRST
     b = bottom;
#endif
     if
     :: t + n <= b -> break
     :: else ->
#ifdef THIEF_INSISTS
        break
#else
        d_step { top = t; n = half_of((b - t), (n - 1)) }
#endif
     fi
  od;
  i = 0;
  do
  :: i < n -> d_step { take(ring[(t + i) % CAPACITY]); i++ }
  :: else -> break
  od;
  atomic { locked = false; i = 0; n = 0; t = 0; b = 0 }
}

active [2] proctype steal() {
  short b, t, n, i;
  do
  :: atomic { !stop && !locked -> locked = true };
     claim_and_read(MAX_BATCH)
  :: stop -> break
  od;
  thieves--
}

/* Only the owner writes bottom: its reading of it is no step of its own. */
active proctype owner() {
  short b, t, n, i, known_top;
  bool conflict;
  do
  :: d_step { bottom < END -> b = bottom }; /* push() */
     if
     :: b - known_top > CAPACITY - SLACK -> known_top = top /* make_room() */
     :: else
     fi;
     if
     :: b - known_top > CAPACITY - SLACK
     :: else ->
        if
        :: ring[b % CAPACITY] = plain
        :: atomic { !is_marked -> is_marked = true; ring[b % CAPACITY] = marked }
        fi;
        bottom = b + 1
     fi;
     b = 0
  :: atomic { bottom > top -> b = bottom - 1 }; /* pop() */
#ifdef OWNER_LOOKS_FIRST
     conflict = top > b;
     bottom = b;
#else
     bottom = b;
     conflict = top > b;
#endif
     if
     :: conflict -> /* resolve_conflict() */
#ifndef NO_LOCK
        atomic { !locked -> locked = true };
#endif
        t = top;
        if
        :: t > b -> bottom = t
        :: else -> conflict = false
        fi;
#ifndef NO_LOCK
        locked = false
#endif
     :: else
     fi;
     if
     :: !conflict -> d_step { take(ring[b % CAPACITY]) }
     :: else
     fi;
     d_step { b = 0; t = 0; conflict = false }
  :: atomic { !locked -> locked = true }; /* pop_oldest() */
     claim_and_read(1)
  :: is_marked -> break
  od;
  /* What a claim that is taken back has hidden is still there. */
  stop = true;
  thieves == 0;
  do
  :: atomic { bottom > top -> bottom--; take(ring[bottom % CAPACITY]) }
  :: bottom <= top -> break
  od;
  assert(is_taken)
}
