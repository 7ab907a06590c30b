#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Refuses compilers and options with which programs on sweet do not compile, or go wrong in
// silence: with one sentence, before any other header is read. docs/compilers.md says more. Each
// header that users include reads this one first, which the build checks.
//
// SWEET_ACCEPT_DOUBLE_DESTRUCTION, defined by the user, accepts g++ 12 and older at the user's own
// risk: for code that makes nothing that owns something, such as a lambda with a captured string,
// inside a co_await expression.

// clang-format off: a sentence is printed as it is laid out here.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13 && !defined(SWEET_ACCEPT_DOUBLE_DESTRUCTION)
#error "sweet: g++ 12 and older destroy the captures of lambdas, and aggregates, that are made inside a co_await expression twice, which corrupts memory; use clang++-19 (Debian 12: apt-get install clang-19) or g++ 14 (Debian 13)."
#define SWEET_REFUSED
#elif __cplusplus < 202002L
#error "sweet needs C++20: compile with -std=c++20 or later."
#define SWEET_REFUSED
#elif !defined(__cpp_exceptions)
#error "sweet needs exceptions, which unwind the bodies of tasks: compile without -fno-exceptions."
#define SWEET_REFUSED
#elif !defined(__cpp_rtti)
#error "sweet needs run-time type information, as CAF does: compile without -fno-rtti."
#define SWEET_REFUSED
#endif

#ifdef SWEET_REFUSED
// No such file: the compilation ends here. Otherwise hundreds of errors would follow that say nothing new.
#include <no further, see the error above>
#endif
// clang-format on
