# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Rounds of several programs in turns."""

from contextlib import ExitStack
from statistics import median

from driver.program import BenchError, Rounds


def spread(amounts):
    return {"min": min(amounts), "median": median(amounts), "max": max(amounts)}


def taking_part(case, programs):
    return [p for p in programs if case.name in p.cases or case.peer_case() in p.cases]


def measure(case, programs, threads, rounds):
    """The amounts of every program that has `case`, by name, all from alternating rounds.

    The first round of a process is a warm-up that is not counted: fresh memory costs several
    times what the work itself does, in every program. After some rounds new processes take over,
    because programs whose free lists scatter over the heap get slower from round to round: the
    minimum is then what a program does at its best. Each round starts with another program, so
    that none always runs after the same one.
    """
    programs = taking_part(case, programs)
    amounts = {program.name: [] for program in programs}
    for first_round in range(0, rounds, case.rounds_per_process):
        with ExitStack() as stack:
            running = [stack.enter_context(Rounds(program, case, threads)) for program in programs]
            if case.warm_up:
                for process in running:
                    process.run()
            for number in range(first_round, min(first_round + case.rounds_per_process, rounds)):
                first = number % len(running)
                for process in running[first:] + running[:first]:
                    amounts[process.program.name].append(process.run())
    return {name: spread(values) for name, values in amounts.items()}


def compare(case, programs, ours, threads, rounds):
    """The report's entry for one case."""
    amounts = measure(case, programs, threads, rounds)
    if ours not in amounts:
        raise BenchError(f"{ours} has no case {case.name}")
    own = amounts.pop(ours)
    ratio = {name: own["min"] / peer["min"] for name, peer in amounts.items()}
    return {"name": case.name, "unit": case.unit, "ours": own, "peers": amounts, "ratio": ratio}
