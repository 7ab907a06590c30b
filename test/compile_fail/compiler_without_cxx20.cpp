// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: sweet needs C..20
// ERRORS: 2
// OPTIONS: -std=c++17

#ifdef SWEET_MUST_NOT_COMPILE
#include <sweet/sweet.hpp>
#else
#include <sweet/messages/version.hpp>
#endif
