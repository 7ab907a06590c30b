#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Everything a user of the library writes programs with.
#include <sweet/messages/version.hpp>
