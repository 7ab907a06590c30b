// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/wire/decoder.hpp>

namespace sweet::inline v0_5::detail::wire {

bool decoder::end() {
  return !failed() &&
         (left() == 0 || track_.fail(std::to_string(left()) + " bytes are left over", at_));
}

bool decoder::get_raw(void* data, std::size_t size) {
  if (size > left())
    return track_.fail(std::to_string(size) + " bytes are to follow, and " +
                           std::to_string(left()) + " are left",
                       at_);
  if (size != 0)
    std::memcpy(data, in_.data() + at_, size);
  at_ += size;
  return true;
}

bool decoder::get_size(std::size_t& size, std::size_t bytes_each) {
  std::uint32_t count = 0;
  if (!get(count))
    return false;
  if (count > left() / bytes_each)
    return track_.fail(std::to_string(count) + " elements are to follow, and " +
                           std::to_string(left()) + " bytes are left",
                       at_);
  size = count;
  return true;
}

bool decoder::get_flag(bool& x) {
  std::uint8_t byte = 0;
  if (!get(byte))
    return false;
  if (byte > 1)
    return track_.fail("a bool is neither 0 nor 1", at_);
  x = byte == 1;
  return true;
}

bool decoder::get_bits(std::vector<bool>& x) {
  std::uint32_t count = 0;
  if (!get(count))
    return false;
  const std::size_t size = count;
  if ((size + 7) / 8 > left())
    return track_.fail(std::to_string(size) + " bits are to follow, and " + std::to_string(left()) +
                           " bytes are left",
                       at_);
  bytes packed((size + 7) / 8);
  if (!get_numbers(packed.data(), packed.size()))
    return false;
  if (size % 8 != 0 && (packed.back() >> (size % 8)) != std::byte{0})
    return track_.fail("bits beyond the last one are set", at_);
  x.resize(size);
  for (std::size_t i = 0; i < size; ++i)
    x[i] = ((packed[i / 8] >> (i % 8)) & std::byte{1}) != std::byte{0};
  return true;
}

} // namespace sweet::inline v0_5::detail::wire
