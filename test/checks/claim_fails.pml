/* SPDX-FileCopyrightText: sweet contributors */
/* SPDX-License-Identifier: BSD-3-Clause */
/* It may flip for ever and never rise. */
bool flag, risen;

active proctype flips() {
  do
  :: flag = !flag
  :: risen = true; break
  od
}

ltl always_rises { <> risen }
