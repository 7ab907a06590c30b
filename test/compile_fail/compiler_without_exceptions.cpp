// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: sweet needs exceptions
// ERRORS: 2
// OPTIONS: -fno-exceptions

#ifdef SWEET_MUST_NOT_COMPILE
#include <sweet/sweet.hpp>
#else
#include <sweet/messages/version.hpp>
#endif
