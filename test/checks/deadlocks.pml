/* SPDX-FileCopyrightText: sweet contributors */
/* SPDX-License-Identifier: BSD-3-Clause */
/* Each waits for the other. */
bool first_ready, second_ready;

active proctype first() {
  second_ready;
  first_ready = true
}

active proctype second() {
  first_ready;
  second_ready = true
}
