# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
"""The programs that the streams run in, and the tools that their results are compared with."""

import json
import os
import subprocess

STRATEGIES = ["serial", "parallel", "ordered", "partitioned", "batched", "adaptive"]
KEPT_ERRORS = 1_000  # of single events, by a stream
LIMIT_S = 600


class SoakError(Exception):
    """A program that failed, or a result that is wrong."""


def output_of(command, text=None):
    """What a command prints; an error if it fails, or says anything on standard error."""
    # Bytes are sorted and compared here, so nothing is to look at them as characters.
    environment = dict(os.environ, LC_ALL="C")
    try:
        done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=LIMIT_S, env=environment)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SoakError(str(error)) from error
    if done.returncode != 0 or done.stderr:
        raise SoakError(f"{os.path.basename(command[0])} ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


class Run:
    """A stream that has come to its end: how it was, and what it has summed up."""

    def __init__(self, output):
        first, *self.sums = output.splitlines()
        self.sums.sort()
        self.facts = json.loads(first)

    @property
    def seconds(self):
        return self.facts["ns"] / 1e9

    @property
    def peak_kib(self):
        return self.facts["peak_kib"]


class Programs:
    def __init__(self, folder):
        self.folder = folder

    def run(self, name, *arguments):
        return output_of([os.path.join(self.folder, name), *map(str, arguments)])

    def aggregate(self, kind, file, strategy):
        return Run(self.run("aggregate", kind, file, strategy))


def expect_equal(actual, expected, what):
    """Both are lists; says where they begin to differ."""
    if actual == expected:
        return
    for i in range(max(len(actual), len(expected))):
        ours, theirs = (list_[i] if i < len(list_) else "nothing" for list_ in (actual, expected))
        if ours != theirs:
            raise SoakError(f"{what}: {len(actual)} instead of {len(expected)}; number {i + 1} is {ours}, not {theirs}")
