#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// SWEET_ADDRESS_SANITIZER and SWEET_THREAD_SANITIZER are 1 if this file is compiled with that
// sanitizer, else 0. g++ says so with a macro, clang with __has_feature.

#if defined(__has_feature)
#define SWEET_HAS_FEATURE(name) __has_feature(name)
#else
#define SWEET_HAS_FEATURE(name) 0
#endif

#if defined(__SANITIZE_ADDRESS__) || SWEET_HAS_FEATURE(address_sanitizer)
#define SWEET_ADDRESS_SANITIZER 1
#else
#define SWEET_ADDRESS_SANITIZER 0
#endif

#if defined(__SANITIZE_THREAD__) || SWEET_HAS_FEATURE(thread_sanitizer)
#define SWEET_THREAD_SANITIZER 1
#else
#define SWEET_THREAD_SANITIZER 0
#endif

#undef SWEET_HAS_FEATURE
