#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <compare>
#include <cstddef>

namespace sweet::command {

/// A place in a job file, from 1.
struct text_place {
  std::size_t line = 0;
  std::size_t column = 0;

  auto operator<=>(const text_place&) const = default;
};

/// A value of a job file, with the place where the file says it.
template <class T>
struct placed {
  T value{};
  text_place place;
};

} // namespace sweet::command
