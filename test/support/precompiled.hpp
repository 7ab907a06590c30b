#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// What costs seconds in every test, compiled once. Tests still include what they use.
#include <sweet/sweet.hpp>
#include <sweet/testing/checks.hpp>
#include <sweet/testing/runtime_fixture.hpp>
