// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: sweet: g\+\+ 12 and older destroy .* twice, which corrupts memory; use clang\+\+-19
// ERRORS: 2

#ifdef SWEET_MUST_NOT_COMPILE
#include <sweet/sweet.hpp>
#else
#define SWEET_ACCEPT_DOUBLE_DESTRUCTION
#include <sweet/messages/version.hpp>
#endif
