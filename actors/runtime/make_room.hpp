#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <algorithm>
#include <cstddef>
#include <vector>

namespace sweet::detail {

/// Makes room for one more element, so that adding it throws nothing. Several in a row cost no more
/// than adding them would. @throws std::bad_alloc
template <class T>
void make_room(std::vector<T>& x) {
  if (x.size() == x.capacity())
    x.reserve(std::max<std::size_t>(16, 2 * x.size()));
}

} // namespace sweet::detail
