/* SPDX-FileCopyrightText: sweet contributors */
/* SPDX-License-Identifier: BSD-3-Clause */
/* A mutant that nothing in the model minds. */
/* MUTANT LATE: the flag is set after it is looked at */
bool flag;

active proctype sets() {
#ifndef LATE
  flag = true;
#endif
  assert(flag || !flag);
  flag = true
}
