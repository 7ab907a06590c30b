# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
"""What the adaptive strategy makes of handlers that compute, wait, and do both, beside the best fixed number of receivers."""

from .program import SoakError

FIXED = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32]
SHARE = 0.9
TRIES = 2  # a machine that does something else for a moment is no fault of the strategy


def run(programs, args):
    if args.small:
        return  # it takes minutes, and an idle machine
    print(f"adaptive: events/s\n{'':8}{'best fixed':>18}{'adaptive':>10}{'share':>7}", flush=True)
    for work in ("cpu", "io", "mixed"):
        for left in reversed(range(TRIES)):
            if shares_enough(programs, work):
                break
            if left == 0:
                raise SoakError(f"adaptive, {work}: less than {SHARE} of the best fixed number of receivers")


def shares_enough(programs, work):
    fixed = {n: float(programs.run("adaptive_handlers", work, n)) for n in FIXED}
    best = max(fixed, key=fixed.get)
    adaptive = float(programs.run("adaptive_handlers", work))
    share = adaptive / fixed[best]
    print(f"{work:8}{fixed[best]:11.0f} with {best:<2}{adaptive:9.0f}{share:7.2f}", flush=True)
    return share >= SHARE
