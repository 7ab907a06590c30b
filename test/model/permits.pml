/* SPDX-FileCopyrightText: sweet contributors */
/* SPDX-License-Identifier: BSD-3-Clause */

/* The permits of a semaphore or mutex: permit_state.hpp, permit_core.cpp. Three bodies ask for 1, 2 and 1 of two permits, each by a handle
   that it drops as soon as it has them, and give them back; each may be stopped while it waits. Meanwhile another handle may close the
   semaphore. Each change of the word is a step of its own, also those under the mutex. A place in line is the number of its body.

   Checked: never are more permits held than there are; nobody takes permits past the line; nobody waits for ever; a wake-up comes once,
   for a wait that goes on; nobody touches the core after its end, which comes with the last reference; all permits are back then.

   The mutants are what the protocol would be without one of its precautions: */
/* MUTANT LOOKS_FIRST: a body that enters marks the word only after it has looked for permits */
/* MUTANT GIVES_BLINDLY: permits are given back without a look at the mark */
/* MUTANT TAKES_BLINDLY: permits are taken without a look at the mark */
/* MUTANT UNMARKS_BLINDLY: the mark is cleared though somebody stands in line */
/* MUTANT LEAVES_SILENTLY: a body that leaves the line does not look whether there is enough for those behind it */
/* MUTANT DROPS_FIRST: who gives permits back by the mutex drops the reference before */
/* MUTANT WAKES_ITSELF: a body that is served while it enters is woken as well */

#define BODIES 3
#define TOTAL 2
#define NOBODY BODIES
#define wants(b) (b == 1 -> 2 : 1)

/* The word. */
byte permits = TOTAL;
bool queued, closed;
byte references = BODIES + 1;
/* Under the mutex. */
bool locked;
chan line = [BODIES] of { byte };
bool served[BODIES], granted[BODIES];
/* The wait of each body. */
bool token[BODIES], stops[BODIES];

/* What the checks look at. */
bool gone, last_has_ended;
byte out;

inline touch() { assert(!gone) }

inline lock() { atomic { !locked -> touch(); locked = true } }
inline unlock() { atomic { touch(); locked = false } }

inline taken(n) {
  permits = permits - n;
  references++;
  out = out + n;
  assert(out <= TOTAL)
}

inline drop_reference() {
  atomic {
    touch();
    references--;
    gone = references == 0
  }
}

/* permit_core::hand_out(): whom it serves is woken after the mutex is free. */
inline hand_out(entering) {
  do
  :: len(line) == 0 ->
     touch();
     queued = false;
     break
  :: len(line) != 0 ->
     line?<first>;
     if
     :: !closed && permits < wants(first) ->
#ifdef UNMARKS_BLINDLY
        queued = false;
#endif
        break
     :: else ->
        line?first;
        served[first] = true;
        if
        :: closed
        :: else ->
           atomic {
             touch();
             assert(permits >= wants(first));
             taken(wants(first));
             granted[first] = true
           }
        fi;
#ifdef WAKES_ITSELF
        woken[first] = true
#else
        woken[first] = first != entering
#endif
     fi
  od;
  first = 0
}

inline wake_all() {
  for (first : 0 .. BODIES - 1) {
    if
    :: woken[first] -> atomic { assert(!token[first]); token[first] = true; woken[first] = false }
    :: else
    fi
  }
  first = 0
}

inline give_back(n) {
  if
#ifdef GIVES_BLINDLY
  :: atomic { true ->
#else
  :: atomic { !queued ->
#endif
       touch();
       permits = permits + n;
       out = out - n;
       references--;
       gone = references == 0
     }
#ifndef GIVES_BLINDLY
  :: atomic { queued -> touch() };
#ifdef DROPS_FIRST
     drop_reference();
#endif
     lock();
     atomic {
       touch();
       permits = permits + n;
       out = out - n
     };
     hand_out(NOBODY);
     unlock();
     wake_all();
#ifndef DROPS_FIRST
     drop_reference()
#endif
#endif
  fi
}

proctype body(byte self) {
  byte first;
  bool woken[BODIES];
  bool got, left, at_once;
  if
#ifdef TAKES_BLINDLY
  :: atomic { !closed && permits >= wants(self) ->
#else
  :: atomic { !queued && !closed && permits >= wants(self) ->
#endif
       touch();
       assert(len(line) == 0);
       taken(wants(self));
       got = true
     }
  :: atomic { queued || closed || permits < wants(self) -> touch() };
     lock();
#ifdef LOOKS_FIRST
     line!self;
     hand_out(self);
     if
     :: !served[self] -> queued = true
     :: else
     fi;
#else
     queued = true;
     line!self;
     hand_out(self);
#endif
     at_once = served[self];
     unlock();
     wake_all();
     if
     :: at_once -> got = granted[self]
     :: else ->
        if
        :: atomic { token[self] -> token[self] = false }; got = granted[self]
        :: stops[self] ->
           lock();
           if
           :: line??[eval(self)] -> line??eval(self); left = true
           :: else
           fi;
#ifndef LEAVES_SILENTLY
           hand_out(NOBODY);
#endif
           unlock();
           wake_all();
           if
           :: left
           :: else -> atomic { token[self] -> token[self] = false }; got = granted[self]
           fi
        fi
     fi
  fi;
  drop_reference();
  if
  :: got ->
     /* If the large request is stopped, the last one needs no permits but those that are there. */
     if
     :: self != 0 || !stops[1] || last_has_ended
     fi;
     give_back(wants(self))
  :: else
  fi;
  last_has_ended = last_has_ended || self == 2
}

proctype closer() {
  byte first;
  bool woken[BODIES];
  if
  :: lock();
     closed = true;
     hand_out(NOBODY);
     unlock();
     wake_all()
  :: true
  fi;
  drop_reference()
}

init {
  byte first;
  atomic {
    select(first : 0 .. 7);
    stops[0] = first & 1;
    stops[1] = first & 2;
    stops[2] = first & 4;
    run body(0);
    run body(1);
    run body(2);
    run closer()
  };
  /* When all have ended. */
  _nr_pr == 1;
  assert(gone && out == 0 && permits == TOTAL);
  assert(!token[0] && !token[1] && !token[2])
}
