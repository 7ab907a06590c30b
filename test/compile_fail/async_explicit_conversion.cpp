// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: takes what converts to T implicitly

#include <sweet/sweet.hpp>

#include <vector>

sweet::async<std::vector<int>> five() {
#ifdef SWEET_MUST_NOT_COMPILE
  co_return 5; // not a vector of 5
#else
  co_return std::vector<int>(5);
#endif
}
