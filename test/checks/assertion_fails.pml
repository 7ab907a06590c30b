/* SPDX-FileCopyrightText: sweet contributors */
/* SPDX-License-Identifier: BSD-3-Clause */
/* Two increments that are not atomic: one can be lost. */
byte count;
byte done;

active [2] proctype increment() {
  byte seen = count;
  count = seen + 1;
  done++;
  if
  :: done == 2 -> assert(count == 2)
  :: else
  fi
}
