# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
"""The table on the terminal, and report.json."""

import json
import os
import platform
import subprocess
import time


def machine():
    model = platform.machine()
    with open("/proc/cpuinfo", encoding="utf-8") as cpuinfo:
        for line in cpuinfo:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    return f"{len(os.sched_getaffinity(0))} x {model}, {system}"


def busy_cores(seconds=0.5):
    """How many cores others keep busy while nothing of ours runs."""
    def busy_ticks():
        with open("/proc/stat", encoding="utf-8") as stat:
            user, nice, system, _idle, _iowait, *rest = map(int, stat.readline().split()[1:])
        return user + nice + system + sum(rest[:3])

    before = busy_ticks()
    time.sleep(seconds)
    return (busy_ticks() - before) / os.sysconf("SC_CLK_TCK") / seconds


def commit(root):
    def git(*args):
        return subprocess.run(["git", "-C", root, *args], capture_output=True, text=True,
                              check=True).stdout.strip()

    try:
        return git("rev-parse", "HEAD") + ("+" if git("status", "--porcelain") else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"  # an unpacked archive has no history


def head(peers):
    columns = "".join(f"{name:>28}{'ratio':>8}" for name in peers)
    return f"{'min / median / max':<27}{'ours':>28}{columns}"


def cells(amounts):
    return " / ".join(f"{amounts[key]:.{1 if amounts[key] < 1000 else 0}f}"
                      for key in ("min", "median", "max"))


def row(entry, peers):
    line = f"{entry['name'] + ', ' + entry['unit']:<27}{cells(entry['ours']):>28}"
    for name in peers:
        if name in entry["peers"]:
            line += f"{cells(entry['peers'][name]):>28}{entry['ratio'][name]:>8.3f}"
        else:
            line += f"{'-':>28}{'-':>8}"
    return line


def write(path, report):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(report, file, indent=2)
        file.write("\n")
