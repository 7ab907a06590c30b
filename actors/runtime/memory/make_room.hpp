#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <algorithm>
#include <cstddef>
#include <vector>

namespace sweet::inline v0_5::detail {

/// Makes room for `more` elements, so that adding them throws nothing. Several calls in a row cost
/// no more than adding the elements would. @throws std::bad_alloc
template <class T>
void make_room(std::vector<T>& x, std::size_t more = 1) {
  if (x.capacity() - x.size() < more)
    x.reserve(std::max({std::size_t{16}, 2 * x.capacity(), x.size() + more}));
}

} // namespace sweet::inline v0_5::detail
