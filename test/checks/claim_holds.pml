/* SPDX-FileCopyrightText: sweet contributors */
/* SPDX-License-Identifier: BSD-3-Clause */
/* The checks must also let pass what is right. */
bool risen;

active proctype rises() {
  risen = true
}

ltl always_rises { <> risen }
ltl stays { [] (risen -> [] risen) }
