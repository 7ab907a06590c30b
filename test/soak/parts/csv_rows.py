# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
"""A CSV file that is generated, without and with wrong rows: the sums of a stream of its rows, and those of sqlite3."""

import os
import tempfile

from .program import KEPT_ERRORS, STRATEGIES, SoakError, expect_equal, output_of

WRONG = 900
assert WRONG <= KEPT_ERRORS, "streams would not tell of all of them"

# Far more than what a stream holds, and far less than the file at full size.
MOST_KIB = 64 * 1024


def sums_of_sqlite(file, database):
    # Lengths in bytes, and text that is no number as 0: both as the handler has it.
    return sorted(output_of(["sqlite3", "-batch", "-bail", database], text=f"""
PRAGMA journal_mode = off;
PRAGMA synchronous = off;
.mode csv
.import "{file}" rows
.mode list
SELECT hex(key), count(*), sum(cast(amount AS INTEGER)), sum(length(cast(text AS BLOB))) FROM rows GROUP BY key;
""").splitlines()[1:])  # the first line is the journal mode


def check(run, strategy, expected, wrong):
    expect_equal(run.sums, expected, f"csv, {strategy}")
    rows = sum(int(line.split("|")[1]) for line in expected)
    facts = run.facts
    counts = (facts["emitted"], facts["processed"], facts["failed"], facts["errors"])
    if counts != (rows + len(wrong), rows, len(wrong), len(wrong)):
        raise SoakError(f"csv, {strategy}: emitted, processed, failed and errors are {counts} with {rows} rows"
                        f" and {len(wrong)} wrong ones")
    expect_equal(sorted(facts["lines"]), wrong, f"csv, {strategy}: lines of wrong rows")
    if run.peak_kib > MOST_KIB:
        raise SoakError(f"csv, {strategy}: takes {run.peak_kib} KiB")


def run(programs, args):
    with tempfile.TemporaryDirectory(prefix="sweet-soak-") as folder:
        good, bad, database = (os.path.join(folder, name) for name in ("good.csv", "bad.csv", "rows.db"))
        programs.run("generate_csv", good, args.csv_bytes)
        expected = sums_of_sqlite(good, database)
        os.remove(database)
        wrong = sorted(int(line) for line in programs.run("generate_csv", bad, args.csv_bytes, WRONG).split())
        if len(wrong) != WRONG:
            raise SoakError(f"the generator has written {len(wrong)} wrong rows instead of {WRONG}")
        megabytes = os.path.getsize(good) / 1e6
        print(f"csv: {megabytes:,.0f} MB, {len(expected)} keys; with {WRONG} wrong rows\n"
              f"{'':13}{'MB/s':>9}{'wrong':>9}{'peak MiB':>10}", flush=True)
        for strategy in STRATEGIES:
            clean = programs.aggregate("csv", good, strategy)
            check(clean, strategy, expected, [])
            sprinkled = programs.aggregate("csv", bad, strategy)
            check(sprinkled, strategy, expected, wrong)
            print(f"{strategy:13}{megabytes / clean.seconds:9.0f}{megabytes / sprinkled.seconds:9.0f}"
                  f"{max(clean.peak_kib, sprinkled.peak_kib) / 1024:10.2f}", flush=True)
