/* SPDX-FileCopyrightText: sweet contributors */
/* SPDX-License-Identifier: BSD-3-Clause */

/* The two ends of a channel's queue, with a mutex each: channel_core.hpp. A body sends three items, another one reserves room, and sends
   a fourth item into it or gives it back. Two bodies receive until the channel is closed and empty. It is closed when both senders have
   ended. Besides, one thing may happen: it is closed before, or the body that sends three, or one that receives, is stopped while it
   waits. What receivers do by the front's mutex alone, or read without a mutex, is done in steps; what others do is one step for as long
   as they get the mutexes. A place in line is the number of its body.

   Checked: nobody waits for ever; each item that was taken by the channel is received, once; those of one sender come in order; there
   are never more items and reservations than there is room for; no sender waits while there is room, nor a receiver while there is an
   item.

   The mutants are what the protocol would be without one of its precautions: */
/* MUTANT WAITS_BY_WHAT_IT_KNOWS: a receiver that knows of no item waits without a look at the back */
/* MUTANT TRUSTS_A_GLANCE: a receiver that has seen an item before it had the front's mutex takes one */
/* MUTANT TAKES_PAST_SENDERS: a receiver that knows of an item takes it though a sender waits for its room */
/* MUTANT WAITS_FOR_WHAT_IT_KNOWS: a sender that knows of no room waits without a look at the front */
/* MUTANT PERMIT_KEEPS_ROOM: an item that goes from a permit to a receiver that waits leaves its room to nobody */
/* MUTANT TRUSTS_THE_BACK: a receiver that has seen an item by the back's mutex takes one, though another may have by the front's */

#define MOST_ROOM 2
/* Bodies: */
#define SENDER 0
#define RESERVER 1
#define RECEIVER 2 /* may be stopped */
#define LAST 3     /* receives what is there */
#define NOTHING 7
#define ITEMS 4

/* Of the back. */
bool back, closed;
byte put, taken_seen, reserved;
chan receivers = [2] of { byte };
/* Of the front. */
bool front;
byte taken, put_seen;
chan senders = [2] of { byte };
/* Of both. */
byte room; /* 1 or MOST_ROOM */
byte slot[MOST_ROOM];
byte sending = 2; /* handles of senders */

/* The waits of the bodies, with what they send or get. */
byte item[4];
bool accepted[4], token[4];

/* What the checks look at. */
bool is_sent[ITEMS], is_received[ITEMS];

inline lock(m) { !m -> m = true }
inline unlock(m) { m = false }
/* Whoever has had both. */
inline unlock_both() {
  assert(len(senders) == 0 || put - taken + reserved == room);
  assert(len(receivers) == 0 || put == taken);
  unlock(front);
  unlock(back)
}

#define knows_of_room (put - taken_seen + reserved < room)

inline goes_to(b, what) {
  assert(!is_received[what]);
  assert(what == 0 || what == 3 || is_received[what - 1]);
  is_received[what] = true;
  item[b] = what
}

/* channel_core::put() */
inline hand_in(what) {
  if
  :: len(receivers) != 0 -> receivers?other; goes_to(other, what); token[other] = true
  :: len(receivers) == 0 ->
     assert(put - taken < room);
     slot[put % MOST_ROOM] = what;
     put++
  fi;
  other = 0
}

inline serve(b) {
  accepted[b] = !closed;
  if
  :: closed
  :: !closed && b == RESERVER -> reserved++; assert(put - taken + reserved <= room)
  :: !closed && b != RESERVER -> is_sent[item[b]] = true; hand_in(item[b])
  fi
}

inline give_room() {
  taken_seen = taken;
  do
  :: len(senders) != 0 && knows_of_room -> senders?served; serve(served); token[served] = true
  :: else -> break
  od;
  served = 0
}

inline tell_if_drained() {
  do
  :: closed && reserved == 0 && put == taken && len(receivers) != 0 -> receivers?other; token[other] = true
  :: else -> break
  od;
  other = 0
}

inline close() {
  closed = true;
  do
  :: len(senders) != 0 -> senders?served; serve(served); token[served] = true
  :: else -> break
  od;
  served = 0;
  tell_if_drained()
}

inline remove_sender() {
  atomic {
    lock(back);
    lock(front);
    sending--;
    if
    :: sending == 0 -> close()
    :: else
    fi;
    unlock_both()
  }
}

/* room_arm */
inline wait_for_room(self, may_stop) {
  atomic {
    waits = false;
    stopped = false;
    lock(back);
    if
    :: closed || knows_of_room -> serve(self)
    :: else ->
       lock(front);
#ifndef WAITS_FOR_WHAT_IT_KNOWS
       taken_seen = taken;
#endif
       if
       :: knows_of_room -> serve(self)
       :: else -> senders!self; waits = true
       fi;
       unlock(front)
    fi;
    unlock(back)
  };
  if
  :: waits ->
     if
     :: atomic { token[self] -> token[self] = false }
     :: atomic {
          may_stop ->
          lock(front);
          if
          :: senders??[eval(self)] -> senders??eval(self); stopped = true
          :: else
          fi;
          unlock(front);
          stopped || token[self];
          token[self] = false
        }
     fi
  :: else
  fi
}

proctype sender(bool may_stop) {
  byte n, other, served;
  bool waits, stopped;
  do
  :: n < 3 && !stopped -> item[SENDER] = n; wait_for_room(SENDER, may_stop); n++
  :: else -> break
  od;
  remove_sender()
}

proctype reserver() {
  byte other, served;
  bool waits, stopped;
  wait_for_room(RESERVER, false);
  if
  :: accepted[RESERVER] ->
     if
     :: atomic { /* channel_core::send_reserved() */
          lock(back);
          reserved--;
          is_sent[3] = true;
          if
          :: len(receivers) == 0 -> hand_in(3)
          :: else ->
             lock(front);
             hand_in(3);
#ifndef PERMIT_KEEPS_ROOM
             give_room();
#endif
             tell_if_drained();
             unlock(front)
          fi;
          unlock(back)
        }
     :: atomic { /* channel_core::cancel_reservation() */
          lock(back);
          lock(front);
          reserved--;
          give_room();
          tell_if_drained();
          unlock_both()
        }
     fi
  :: else
  fi;
  remove_sender()
}

inline take(self) {
  atomic { assert(taken < put); goes_to(self, slot[taken % MOST_ROOM]) };
  taken++
}

/* item_arm */
inline wait_for_item(self, may_stop) {
  atomic {
    waits = false;
    done = false;
    item[self] = NOTHING;
    glance = taken
  };
  if
  :: glance != put_seen ->
     atomic { lock(front); glance = 0 };
     if
#ifdef TRUSTS_A_GLANCE
     :: len(senders) == 0 -> take(self); done = true
#else
#ifdef TAKES_PAST_SENDERS
     :: taken != put_seen -> take(self); done = true
#else
     :: taken != put_seen && len(senders) == 0 -> take(self); done = true
#endif
#endif
     :: else
     fi;
     unlock(front)
  :: else -> glance = 0
  fi;
  if
  :: done
  :: else ->
     atomic {
       lock(back);
#ifdef WAITS_BY_WHAT_IT_KNOWS
       if
       :: put_seen == taken ->
#else
       if
       :: put == taken ->
#endif
          if
          :: closed && reserved == 0
          :: else -> receivers!self; waits = true
          fi
       :: else ->
          lock(front);
          put_seen = put;
          if
#ifdef TRUSTS_THE_BACK
          :: true ->
#else
          :: taken != put_seen ->
#endif
             take(self);
             give_room()
#ifndef TRUSTS_THE_BACK
          :: taken == put_seen && closed && reserved == 0
          :: taken == put_seen && !(closed && reserved == 0) -> receivers!self; waits = true
#endif
          fi;
          unlock(front)
       fi;
       unlock(back)
     }
  fi;
  if
  :: waits ->
     if
     :: atomic { token[self] -> token[self] = false }
     :: atomic {
          may_stop ->
          lock(back);
          if
          :: receivers??[eval(self)] -> receivers??eval(self); stopped = true
          :: else
          fi;
          unlock(back);
          stopped || token[self];
          token[self] = false
        }
     fi
  :: else
  fi
}

proctype receiver(byte self; bool may_stop) {
  byte other, served, glance;
  bool waits, stopped, done;
  do
  :: !stopped -> wait_for_item(self, may_stop);
     if
     :: item[self] == NOTHING -> break
     :: else
     fi
  :: else -> break
  od
}

proctype closer() {
  byte other, served;
  atomic {
    lock(back);
    lock(front);
    close();
    unlock_both()
  }
}

init {
  bool sender_stops, receiver_stops;
  atomic {
    select(room : 1 .. MOST_ROOM);
    if
    :: sender_stops = true
    :: receiver_stops = true
    :: run closer()
    :: skip
    fi;
    run sender(sender_stops);
    run reserver();
    run receiver(RECEIVER, receiver_stops);
    run receiver(LAST, false)
  };
  /* When all have ended. */
  _nr_pr == 1;
  assert(is_sent[0] == is_received[0] && is_sent[1] == is_received[1] && is_sent[2] == is_received[2] && is_sent[3] == is_received[3]);
  assert(put == taken && reserved == 0 && len(senders) == 0 && len(receivers) == 0)
}
