# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Instructions per task, event or round trip, which noise does not touch, held to what was recorded for a compiler."""

import json
import re
import subprocess

from driver.program import BenchError

# Small enough for a simulator. One worker: which task is stolen is up to chance.
SIZES = {"tree": 10_000, "bintree": 2**13, "events_chunks": 1_000_000, "ping_pong": 5_000}
THREADS = 1
TOLERANCE = 0.02
# How full its chunks are when they are handed over depends on which thread looks when, so on the load of the machine.
TOLERANCES = {"events_chunks": 0.05}
# The difference between two runs is what the rounds between them cost, without the start and the
# first use of memory.
FEW_ROUNDS = 2
MANY_ROUNDS = 6


def collected(program, case, rounds):
    """Instructions of a whole process that runs `rounds` rounds, each checked."""
    size = SIZES[case.name]
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
               program.path, case.name, str(THREADS), str(size)]
    try:
        run = subprocess.run(command, input="\n" * rounds, capture_output=True, text=True,
                             check=True, timeout=600)
    except FileNotFoundError as error:
        raise BenchError("valgrind is not installed") from error
    except subprocess.CalledProcessError as error:
        raise BenchError(f"{case.name} under callgrind: {error.stderr}") from error
    results = [json.loads(line)["result"] for line in run.stdout.splitlines()]
    if results != [case.result(size)] * rounds:
        raise BenchError(f"{case.name} under callgrind: results {results}")
    count = re.search(r"Collected : (\d+)", run.stderr)
    if not count:
        raise BenchError(f"{case.name} under callgrind: no count in {run.stderr}")
    return int(count[1])


def count(program, cases):
    """Instructions per task, or what else a case is made of, of each case in SIZES."""
    counts = {}
    for case in cases:
        if case.name in SIZES:
            few = collected(program, case, FEW_ROUNDS)
            many = collected(program, case, MANY_ROUNDS)
            tasks = (MANY_ROUNDS - FEW_ROUNDS) * case.tasks(SIZES[case.name])
            counts[case.name] = round((many - few) / tasks, 1)
    return counts


def compiler(program):
    """What built `program`, such as g++-12: each compiler makes other instructions."""
    return subprocess.run([program.path, "--compiler"], capture_output=True, text=True,
                          check=True).stdout.strip()


def deviations(counts, recorded):
    """A line for each count that is not within the tolerance of the record, down as well as up:
    a gain that is not recorded could be lost again unseen."""
    lines = []
    for name, value in counts.items():
        if name not in recorded:
            lines.append(f"{name}: {value} instructions each, and none are recorded")
            continue
        change = value / recorded[name] - 1
        allowed = TOLERANCES.get(name, TOLERANCE)
        if abs(change) > allowed:
            lines.append(f"{name}: {value} instructions each, recorded are {recorded[name]} "
                         f"({change:+.1%}, allowed are {allowed:.0%})")
    return lines


def load(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return {}


def record(path, name, counts):
    recorded = load(path) | {name: counts}
    with open(path, "w", encoding="utf-8") as file:
        json.dump(recorded, file, indent=2, sort_keys=True)
        file.write("\n")
