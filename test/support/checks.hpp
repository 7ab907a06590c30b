#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// How the checks of Boost.Test note where they are. Its log belongs to the main thread, so a check
// inside a body that runs on a worker is a race; and the texts that Boost makes for each test case
// are a third of what a test compiles to.

#include <boost/test/unit_test.hpp>

#include <cstddef>

namespace sweet::inline v0_5::testing {

/// Notes that the check at `line` of `file` is reached. Aborts, with that place, on any thread but
/// the main one.
void note_check(const char* file, std::size_t line);

} // namespace sweet::inline v0_5::testing

#undef BOOST_TEST_PASSPOINT
#define BOOST_TEST_PASSPOINT() ::sweet::testing::note_check(__FILE__, __LINE__)
#undef BOOST_TEST_CHECKPOINT
#define BOOST_TEST_CHECKPOINT(text) BOOST_TEST_PASSPOINT()
