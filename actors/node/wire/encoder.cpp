// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/wire/encoder.hpp>

namespace sweet::inline v0_5::detail::wire {

bool encoder::put_raw(const void* data, std::size_t size) {
  if (size > track_.limits().max_bytes - at())
    return track_.fail(
        "the value has more than " + std::to_string(track_.limits().max_bytes) + " bytes", at());
  const auto* first = static_cast<const std::byte*>(data);
  out_.insert(out_.end(), first, first + size);
  return true;
}

bool encoder::put_size(std::size_t size) {
  if (size > std::numeric_limits<std::uint32_t>::max())
    return track_.fail("a sequence has too many elements", at());
  return put(static_cast<std::uint32_t>(size));
}

bool encoder::put_bits(const std::vector<bool>& x) {
  bytes packed((x.size() + 7) / 8);
  for (std::size_t i = 0; i < x.size(); ++i)
    if (x[i])
      packed[i / 8] |= std::byte{1} << (i % 8);
  return put_size(x.size()) && put_numbers(packed.data(), packed.size());
}

} // namespace sweet::inline v0_5::detail::wire
