// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: does not convert to the value's type implicitly

#include <sweet/sweet.hpp>

#include <vector>

std::vector<int> use(const sweet::task_result<std::vector<int>>& result) {
#ifdef SWEET_MUST_NOT_COMPILE
  return result.unwrap_or(5); // not a vector of 5
#else
  return result.unwrap_or(std::vector<int>(5));
#endif
}
