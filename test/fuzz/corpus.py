# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
"""The inputs that are kept for each fuzz program: corpus/NAME.txt, one input a line, in hexadecimal digits."""

import os

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus")
LONGEST = 2048


def unpack(name, folder):
    os.mkdir(folder)
    with open(os.path.join(FOLDER, f"{name}.txt"), encoding="ascii") as file:
        for number, line in enumerate(file):
            with open(os.path.join(folder, f"{number:05}"), "wb") as one:
                one.write(bytes.fromhex(line))


def pack(name, folder):
    inputs = set()
    for entry in os.listdir(folder):
        with open(os.path.join(folder, entry), "rb") as one:
            inputs.add(one.read().hex())
    with open(os.path.join(FOLDER, f"{name}.txt"), "w", encoding="ascii") as file:
        file.writelines(f"{line}\n" for line in sorted(inputs, key=lambda x: (len(x), x)))
