/* SPDX-FileCopyrightText: sweet contributors */
/* SPDX-License-Identifier: BSD-3-Clause */

/* A wait for several things at once: selection.hpp, wait_line.cpp, select_core.cpp, wait_arm.cpp. A body waits, twice in a row, for an item
   from either of two things, as channels are; the second time it may be told to stop meanwhile. Two threads give an item to each
   thing. What is done under the mutex of a thing is one atomic step, and so is the compare-and-swap of the selection within it.

   Checked: no item is lost, and none is there twice; a wake-up reaches the wait that it is meant for; nobody touches an arm after
   the wait has ended; the body does not wait for what is there.

   The mutants are what the protocol would be without one of its precautions: */
/* MUTANT GIVES_BLINDLY: who finds an arm in a line hands over without a claim */
/* MUTANT TAKES_BLINDLY: an arm that enters takes what is there without a claim */
/* MUTANT FORGETS_WAKE_UP: an arm that enters and cannot claim ends the wait, though a wake-up is due */
/* MUTANT STOPS_ANYWAY: a stop ends the wait although an arm has won */
/* MUTANT STAYS_IN_LINE: the arms that have lost stay where they stand */

#define THINGS 2
#define OPEN 2
#define WITHDRAWN 3
#define GIFTS 2

/* The things. */
byte items[THINGS];
bool in_line[THINGS];
/* The wait. */
byte winner = OPEN;
bool token, waits, told_to_stop;
byte handed[THINGS];

/* What the checks look at. */
byte given, taken;
bool wait_exists;

proctype giver(byte t) {
  byte n;
  bool wakes;
  for (n : 1 .. GIFTS) {
    atomic {
      wakes = false;
      given++;
      if
      :: in_line[t] ->
         assert(wait_exists);
         in_line[t] = false;
         if
#ifdef GIVES_BLINDLY
         :: true ->
            winner = t;
#else
         :: winner == OPEN ->
            winner = t;
#endif
            handed[t]++;
            wakes = true
#ifndef GIVES_BLINDLY
         :: else -> items[t]++
#endif
         fi
      :: else -> items[t]++
      fi
    };
    if
    :: wakes ->
       atomic {
         assert(wait_exists && waits && !token);
         token = true
       }
    :: else
    fi
  }
}

inline leave(t) {
  atomic { in_line[t] = false }
}

inline leave_all() {
#ifndef STAYS_IN_LINE
  leave(0);
  leave(1)
#else
  skip
#endif
}

/* select_core::enter(): what becomes of the body then. */
mtype = { suspends, goes_on };
mtype how;

inline enter_arm(t) {
  atomic {
    if
    :: how == goes_on || due -> skip
    :: else ->
       if
       :: items[t] != 0 ->
          if
#ifdef TAKES_BLINDLY
          :: true ->
#else
          :: winner == OPEN ->
#endif
             winner = t;
             items[t]--;
             handed[t]++;
             how = goes_on
#ifndef TAKES_BLINDLY
          :: else ->
#ifdef FORGETS_WAKE_UP
             how = goes_on
#else
             due = true
#endif
#endif
          fi
       :: else -> in_line[t] = true
       fi
    fi
  }
}

proctype body() {
  byte round;
  bool due;
  for (round : 1 .. 2) {
    d_step {
      wait_exists = true;
      winner = OPEN;
      waits = true;
      due = false;
      how = suspends
    };
    enter_arm(0);
    enter_arm(1);
    if
    :: how == goes_on -> waits = false; leave_all()
    :: else ->
       do
       :: atomic { token -> token = false }; waits = false; leave_all(); break
       :: round == 2 && told_to_stop && !token ->
          /* select_core::leave() */
          atomic {
            if
#ifdef STOPS_ANYWAY
            :: true ->
               winner = WITHDRAWN
#else
            :: winner == OPEN ->
               winner = WITHDRAWN
#endif
            :: else
            fi
          };
          if
          :: winner == WITHDRAWN -> waits = false; leave_all(); break
          :: else -> atomic { token -> token = false }; waits = false; leave_all(); break
          fi
       od
    fi;
    /* take(): the item of the winner, and no other. */
    atomic {
      assert(!in_line[0] && !in_line[1]);
      if
      :: winner < THINGS ->
         assert(handed[winner] == 1);
         handed[winner] = 0;
         taken++
      :: else
      fi;
      assert(handed[0] == 0 && handed[1] == 0);
      wait_exists = false
    }
  }
}

proctype stopper() { told_to_stop = true }

init {
  atomic {
    run giver(0);
    run giver(1);
    run body();
    run stopper()
  };
  /* When all have ended. */
  _nr_pr == 1;
  assert(given == taken + items[0] + items[1])
}
