# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
"""As many events as one likes, in as much memory as few of them."""

from .program import STRATEGIES, Run, SoakError

NOISE_KIB = 1024  # stacks and allocator arenas of threads that were not needed in the shorter run


def run(programs, args):
    print(f"flood: {args.events:,} events\n{'':13}{'ns/event':>9}{'peak MiB':>10}{'with 1/100':>12}", flush=True)
    for strategy in STRATEGIES:
        few = Run(programs.run("event_flood", strategy, args.events // 100))
        all_ = Run(programs.run("event_flood", strategy, args.events))
        print(f"{strategy:13}{all_.seconds * 1e9 / args.events:9.1f}{all_.peak_kib / 1024:10.2f}"
              f"{few.peak_kib / 1024:12.2f}", flush=True)
        if all_.peak_kib > 1.1 * few.peak_kib + NOISE_KIB:
            raise SoakError(f"{strategy}: {args.events} events take {all_.peak_kib} KiB, a hundredth {few.peak_kib}")
