# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
"""Lets the programs of test/bench run in turns and compares them."""
