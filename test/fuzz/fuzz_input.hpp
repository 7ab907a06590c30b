#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include <sweet/node/wire/bytes.hpp>
#include <sweet/node/wire/frame_type.hpp>

namespace fuzz {

/// What libFuzzer has made up, read as a script: what a harness does next, and with which bytes.
class fuzz_input {
public:
  fuzz_input(const std::uint8_t* data, std::size_t size)
      : left_(std::as_bytes(std::span{data, size})) {}

  bool empty() const { return left_.empty(); }

  /// A number below `limit`; 0 at the end.
  std::size_t below(std::size_t limit) {
    std::size_t number = 0;
    for (std::size_t reach = 1; reach < limit && !left_.empty(); reach *= 256) {
      number = number * 256 + std::to_integer<std::size_t>(left_.front());
      left_ = left_.subspan(1);
    }
    return number % limit;
  }

  /// As many bytes as asked for, or as are left.
  sweet::detail::wire::byte_view take(std::size_t size) {
    const auto taken = left_.first(std::min(size, left_.size()));
    left_ = left_.subspan(taken.size());
    return taken;
  }

  sweet::detail::wire::byte_view rest() { return take(left_.size()); }

private:
  sweet::detail::wire::byte_view left_;
};

/// Any type of frame that there is.
inline sweet::detail::wire::frame_type any_type(fuzz_input& from) {
  using sweet::detail::wire::frame_type;
  constexpr std::size_t types = sweet::detail::enum_names<frame_type>::values.size();
  return static_cast<frame_type>(from.below(types));
}

/// Ends the program, which libFuzzer reports with the script, unless `holds`.
inline void require(bool holds, const char* what) {
  if (!holds) {
    std::fprintf(stderr, "this does not hold: %s\n", what);
    std::abort();
  }
}

} // namespace fuzz
