# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Unicode's character database: the sums of a stream of its lines, and those that awk comes to."""

import os

from .program import STRATEGIES, SoakError, expect_equal, output_of

FILE = "/usr/share/unicode/UnicodeData.txt"  # of Debian's package unicode-data
AWK = r"""
function number(hex,    i, n) {
  n = 0
  for (i = 1; i <= length(hex); i++)
    n = n * 16 + index("0123456789ABCDEF", substr(hex, i, 1)) - 1
  return n
}
{ count[$3]++; sum[$3] += number($1); bytes[$3] += length($2) }
END { for (key in count) printf "%s|%d|%.0f|%d\n", key, count[key], sum[key], bytes[key] }
"""


def total(sums, column):
    return sum(int(line.split("|")[column]) for line in sums)


def run(programs, _args):
    if not os.path.exists(FILE):
        raise SoakError(f"{FILE} is missing: install the package unicode-data")
    expected = sorted(output_of(["awk", "-F;", AWK, FILE]).splitlines())
    lines, points = total(expected, 1), total(expected, 2)
    print(f"unicode: {lines:,} lines of {len(expected)} categories, sum of the code points {points:,}", flush=True)
    for strategy in STRATEGIES:
        ours = programs.aggregate("unicode", FILE, strategy)
        expect_equal(ours.sums, expected, f"unicode, {strategy}")
        facts = (ours.facts["emitted"], ours.facts["processed"], ours.facts["failed"])
        if facts != (lines, lines, 0):
            raise SoakError(f"unicode, {strategy}: emitted, processed and failed are {facts}")
        print(f"{strategy:13}{ours.seconds * 1e9 / lines:9.1f} ns/line", flush=True)
