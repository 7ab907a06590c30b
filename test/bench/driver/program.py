# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
"""A benchmark program: see protocol.hpp for what it speaks."""

import json
import os
import select
import subprocess
import time

ROUND_LIMIT_S = 120
REST_LIMIT_S = 10
REST_WINDOW_S = 0.01
# A process at rest uses less than this in a window: 0.5 %.
REST_CPU_NS = 50_000
REST_WINDOWS = 2


class BenchError(Exception):
    """A program that failed, answered nonsense, computed a wrong result or did not come to rest."""


class Program:
    """An executable and the cases that it has."""

    def __init__(self, name, path):
        self.name = name
        self.path = path
        try:
            listing = subprocess.run([path, "--cases"], capture_output=True, text=True, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise BenchError(f"{name}: cannot run {path} ({error})") from error
        self.cases = listing.stdout.split()

    def __str__(self):
        return self.name


class Rounds:
    """A process of a program that has one case ready; `run` measures one round of it."""

    def __init__(self, program, case, threads):
        self.program = program
        self.case = case
        self.size = case.size_for(program.name)
        name = case.name if case.name in program.cases else case.peer_case()
        self.process = subprocess.Popen([program.path, name, str(threads), str(self.size)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL if case.reports else None)
        self.pending = b""

    def __enter__(self):
        return self

    def __exit__(self, error, *_):
        if error:
            self.process.kill()
        self.process.stdin.close()
        self.process.stdout.close()
        try:
            status = self.process.wait(ROUND_LIMIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = self.process.wait()
        if status != 0 and not error:
            self.fail(f"ended with status {status}")

    def fail(self, why):
        raise BenchError(f"{self.program} {self.case.name}: {why}")

    def run(self):
        """One round, from a process at rest to a process at rest; returns the amount per task."""
        self.wait_for_rest()
        answer = self.ask()
        if answer.get("ready"):
            self.wait_for_rest()
            answer = self.ask()
        self.wait_for_rest()
        tasks = self.case.tasks(self.size)
        expected = self.case.result(self.size)
        if answer.get("result") != expected:
            self.fail(f"the result is {answer.get('result')}, not {expected}")
        if self.case.quantity not in answer:
            self.fail(f"no {self.case.quantity} in {answer}")
        return answer[self.case.quantity] / tasks

    def ask(self):
        try:
            self.process.stdin.write(b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            self.fail(f"ended with status {self.process.wait()}")
        line = self.read_line()
        try:
            return json.loads(line)
        except ValueError:
            self.fail(f"answered {line!r}")

    def read_line(self):
        deadline = time.monotonic() + ROUND_LIMIT_S
        while b"\n" not in self.pending:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
                self.fail(f"no answer within {ROUND_LIMIT_S} s")
            read = os.read(self.process.stdout.fileno(), 65536)
            if not read:
                self.fail(f"ended with status {self.process.wait()}")
            self.pending += read
        line, _, self.pending = self.pending.partition(b"\n")
        return line

    def cpu_ns(self):
        # The CPU clock of another process, as clock_getcpuclockid(3) makes its id.
        try:
            return time.clock_gettime_ns((~self.process.pid << 3) | 2)
        except OSError:
            self.fail(f"ended with status {self.process.wait()}")

    def wait_for_rest(self):
        """Programs between their rounds must not disturb the one that is measured."""
        deadline = time.monotonic() + REST_LIMIT_S
        quiet = 0
        used = self.cpu_ns()
        while quiet < REST_WINDOWS:
            time.sleep(REST_WINDOW_S)
            used, before = self.cpu_ns(), used
            quiet = quiet + 1 if used - before < REST_CPU_NS else 0
            if time.monotonic() > deadline:
                self.fail(f"still uses CPU {REST_LIMIT_S} s after its round")
