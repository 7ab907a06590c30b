# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
"""The driver measures what a program says, and lets nothing wrong pass."""

import json
import os
import sys
import tempfile
import unittest
from unittest import mock

from driver import contest, instructions, program, report
from driver.cases import CASES, Case, sum_below, ten_ary_nodes

# Speaks the protocol of protocol.hpp; ROUND is what it does for each line.
FAKE = """#!{python}
import sys, time
if sys.argv[1:] == ["--cases"]:
    print({cases!r})
    sys.exit(0)
number = 0
for line in sys.stdin:
    number += 1
    {round}
"""
ANSWER = """print('{"ns":%d,"result":45}' % (1000 * number), flush=True)"""


class DriverTest(unittest.TestCase):

    case = Case("sum", "", 10, lambda size: size, sum_below)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def fake(self, name="fake", cases="sum", do=ANSWER):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(FAKE.format(python=sys.executable, cases=cases, round=do))
        os.chmod(path, 0o755)
        return program.Program(name, path)

    def measure(self, *programs, rounds=3, case=None):
        return contest.measure(case or self.case, list(programs), 1, rounds)

    def refused(self, why, **fake):
        with self.assertRaisesRegex(program.BenchError, why):
            self.measure(self.fake(**fake))

    def test_amounts_are_per_task_and_the_warm_up_does_not_count(self):
        self.assertEqual(self.measure(self.fake()),
                         {"fake": {"min": 200, "median": 300, "max": 400}})

    def test_a_cold_case_takes_a_new_process_for_each_round(self):
        cold = Case("sum", "", 10, lambda size: size, sum_below,
                    rounds_per_process=1, warm_up=False)
        self.assertEqual(self.measure(self.fake(), case=cold),
                         {"fake": {"min": 100, "median": 100, "max": 100}})

    def test_new_processes_take_over(self):
        self.assertEqual(self.measure(self.fake(), rounds=4)["fake"],
                         {"min": 200, "median": 250, "max": 400})

    def test_programs_take_turns_and_each_starts_a_round(self):
        log = os.path.join(self.folder, "log")
        note = f"open({log!r}, 'a').write(%r); {ANSWER}"
        self.measure(self.fake("one", do=note.replace("%r", "'1'")),
                     self.fake("two", do=note.replace("%r", "'2'")))
        with open(log, encoding="utf-8") as file:
            self.assertEqual(file.read(), "12" + "12" + "21" + "12")

    def test_a_round_may_ask_for_rest_before_it_measures(self):
        ready = """print('{"ready":true}', flush=True); sys.stdin.readline(); """
        self.assertEqual(self.measure(self.fake(do=ready + ANSWER))["fake"]["min"], 200)

    def test_what_a_case_reports_is_not_shown(self):
        talks = Case("sum", "", 10, lambda size: size, sum_below, reports=True)
        shown = os.path.join(self.folder, "shown")
        for case in (talks, self.case):
            with open(shown, "w+", encoding="utf-8") as file:
                terminal = os.dup(2)
                os.dup2(file.fileno(), 2)
                try:
                    self.measure(self.fake(do=f"sys.stderr.write('told'); {ANSWER}"), case=case)
                finally:
                    os.dup2(terminal, 2)
                    os.close(terminal)
                file.seek(0)
                self.assertEqual("told" in file.read(), not case.reports)

    def test_a_wrong_result_is_an_error(self):
        self.refused("the result is 44, not 45",
                     do="""print('{"ns":1,"result":44}', flush=True)""")

    def test_a_missing_amount_is_an_error(self):
        self.refused("no ns in", do="""print('{"bytes":1,"result":45}', flush=True)""")

    def test_nonsense_is_an_error(self):
        self.refused("answered b'what'", do="print('what', flush=True)")

    def test_a_program_that_ends_is_an_error(self):
        self.refused("ended with status 3", do="sys.exit(3)")

    def test_a_bad_status_after_the_last_round_is_an_error(self):
        self.refused("ended with status 3", do=ANSWER + "\nsys.exit(3)")

    def test_silence_is_an_error(self):
        with mock.patch.object(program, "ROUND_LIMIT_S", 0.2):
            self.refused("no answer within", do="pass")

    def test_a_program_that_works_between_its_rounds_is_an_error(self):
        busy = ANSWER + "\n    while number: pass"
        with mock.patch.object(program, "REST_LIMIT_S", 0.2):
            self.refused("still uses CPU", do=busy)

    def test_a_program_that_cannot_run_is_an_error(self):
        with self.assertRaisesRegex(program.BenchError, "cannot run"):
            program.Program("none", os.path.join(self.folder, "none"))

    def test_a_ratio_is_our_minimum_over_the_peers(self):
        slow = ANSWER.replace("1000", "4000")
        programs = [self.fake("ours"), self.fake("peer", do=slow)]
        entry = contest.compare(self.case, programs, "ours", 1, 3)
        self.assertEqual(entry["ratio"], {"peer": 0.25})
        self.assertEqual(json.loads(json.dumps(entry)), entry)
        self.assertIn("sum, ns/task", report.row(entry, ["peer"]))
        self.assertIn("0.250", report.row(entry, ["peer"]))

    def test_a_peer_without_the_case_is_left_out(self):
        entry = contest.compare(self.case, [self.fake("ours"), self.fake("peer", cases="other")],
                                "ours", 1, 1)
        self.assertEqual(entry["peers"], {})
        self.assertIn("-", report.row(entry, ["peer"]))

    def test_our_own_program_must_have_every_case(self):
        with self.assertRaisesRegex(program.BenchError, "ours has no case sum"):
            contest.compare(self.case, [self.fake("ours", cases="other"), self.fake("peer")],
                            "ours", 1, 1)


class RecordTest(unittest.TestCase):

    def test_counts_may_deviate_by_two_percent_either_way(self):
        recorded = {"tree": 100.0}
        for value in (98.1, 100.0, 101.9):
            self.assertEqual(instructions.deviations({"tree": value}, recorded), [])
        for value in (97.9, 102.1):
            self.assertEqual(len(instructions.deviations({"tree": value}, recorded)), 1)

    def test_a_count_that_is_not_recorded_deviates(self):
        self.assertEqual(len(instructions.deviations({"tree": 100.0}, {"bintree": 100.0})), 1)

    def test_a_record_keeps_the_other_compilers(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "instructions.json")
            instructions.record(path, "g++-12", {"tree": 1.0})
            instructions.record(path, "g++-14", {"tree": 2.0})
            instructions.record(path, "g++-12", {"tree": 3.0})
            self.assertEqual(instructions.load(path),
                             {"g++-12": {"tree": 3.0}, "g++-14": {"tree": 2.0}})


class CasesTest(unittest.TestCase):

    def test_the_sizes_are_those_of_the_contract(self):
        by_name = {case.name: case for case in CASES}
        tree = by_name["tree"]
        self.assertEqual((tree.tasks(tree.size), tree.result(tree.size)), (1_111_111, 499999500000))
        bintree = by_name["bintree"]
        self.assertEqual(bintree.tasks(bintree.size), 2**20 - 1)
        self.assertEqual(ten_ary_nodes(1000), 1111)
        for name, result in (("events_chunks", 49999995000000), ("events_fan", 50000005000000)):
            events = by_name[name]
            self.assertEqual((events.tasks(events.size), events.result(events.size), events.unit),
                             (10_000_000, result, "ns/event"))


if __name__ == "__main__":
    unittest.main()
