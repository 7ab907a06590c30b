/* SPDX-FileCopyrightText: sweet contributors */
/* SPDX-License-Identifier: BSD-3-Clause */

/* Waits that end together or not at all: selection::hold(), barrier_core.cpp. Two bodies wait in a select() for either of two barriers of two
   participants, one of them in the other order, and each may be called away by a timer. One that waits alone is stopped then.

   Checked: a round of a barrier has ended the waits of both bodies, or of none; nobody waits for ever although the other one does; a
   wake-up comes once, for a wait that goes on; a timer that has fired has ended the wait unless a barrier has.

   The mutants are what the protocol would be without one of its precautions: */
/* MUTANT CLAIMS_ONE_BY_ONE: a barrier ends the waits of those in line that it can, one after the other */
/* MUTANT HOLDS_TOGETHER: two barriers hold waits at the same time */
/* MUTANT WAITS_FOR_NOBODY: a claim of a wait that is held fails */
/* MUTANT FORGETS_TO_LET_GO: a barrier that cannot hold all keeps those that it holds */

#define OPEN 2
#define HELD 3
#define TIMER 4
#define STOPPED 5

byte winner[2] = OPEN;
bool token[2], waits[2], ended[2];
bool locked[2], holder;

/* Who stands in which line, 2 * barrier + body. */
bool in_line[4];
#define at(b, body) in_line[2 * (b) + body]

inline hold(b, body) {
  if
  :: at(b, body) ->
     atomic {
#ifdef CLAIMS_ONE_BY_ONE
       if
       :: winner[body] == OPEN -> winner[body] = b; held[body] = true
#else
       if
       :: winner[body] == OPEN -> winner[body] = HELD; held[body] = true
#endif
       :: else -> at(b, body) = false
       fi
     }
  :: else
  fi
}

inline end_wait(b, body) {
  if
  :: held[body] && opens -> at(b, body) = false; winner[body] = b
#ifndef FORGETS_TO_LET_GO
#ifdef CLAIMS_ONE_BY_ONE
  :: held[body] && !opens -> at(b, body) = false; opens = true
#else
  :: held[body] && !opens -> winner[body] = OPEN
#endif
#endif
  :: else
  fi
}

/* barrier_arm::enter() of `self` */
inline enter(b) {
  atomic { !locked[b] -> locked[b] = true };
  at(b, self) = true;
  if
  :: at(b, 0) && at(b, 1) ->
#ifndef HOLDS_TOGETHER
     atomic { !holder -> holder = true };
#endif
     hold(b, 0);
     hold(b, 1);
     opens = held[0] && held[1];
     end_wait(b, 0);
     end_wait(b, 1);
     own = opens && held[self];
     wakes = opens && held[1 - self];
     d_step { held[0] = false; held[1] = false; opens = false };
     holder = false
  :: else
  fi;
  locked[b] = false;
  if
  :: wakes -> atomic { assert(waits[1 - self] && !token[1 - self]); token[1 - self] = true; wakes = false }
  :: else
  fi
}

inline leave(b) {
  atomic { !locked[b] -> at(b, self) = false }
}

inline claim(body, who) {
#ifdef WAITS_FOR_NOBODY
  atomic {
#else
  atomic { winner[body] != HELD ->
#endif
    claimed = winner[body] == OPEN;
    if
    :: claimed -> winner[body] = who
    :: else
    fi
  }
}

proctype body(byte self) {
  bool held[2];
  bool opens, wakes, claimed, own;
  waits[self] = true;
  /* Who is served by the arm that it enters goes on without a wake-up. */
  enter(self);
  if
  :: own
  :: else -> enter(1 - self)
  fi;
  if
  :: own
  :: else ->
     do
     :: atomic { token[self] -> token[self] = false }; break
     :: ended[1 - self] ->
        claim(self, STOPPED);
        if
        :: claimed
        :: else -> atomic { token[self] -> token[self] = false }
        fi;
        break
     od
  fi;
  leave(0);
  leave(1);
  waits[self] = false;
  assert(winner[self] != OPEN && winner[self] != HELD);
  ended[self] = true
}

proctype timer(byte target) {
  bool claimed;
  if
  :: claim(target, TIMER);
     if
     :: claimed -> atomic { assert(!token[target]); token[target] = true }
     :: else -> assert(winner[target] != OPEN)
     fi
  :: true
  fi
}

init {
  atomic {
    run body(0);
    run body(1);
    run timer(0);
    run timer(1)
  };
  /* When all have ended. */
  _nr_pr == 1;
  assert((winner[0] == 0) == (winner[1] == 0));
  assert((winner[0] == 1) == (winner[1] == 1));
}
