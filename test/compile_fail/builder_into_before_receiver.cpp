// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: come after the last receiver

#include <sweet/sweet.hpp>

#include <ranges>
#include <vector>

void use(sweet::runtime& rt) {
  const auto one = [](int x) { return x; };
  const auto described = sweet::async_task::emits<int>(rt)
                             .sender(std::views::iota(0, 9))
                             .receiver(sweet::strategy::serial{}, one);
#ifdef SWEET_MUST_NOT_COMPILE
  static_cast<void>(
      described.into<std::vector<int>>().receiver(sweet::strategy::serial{}, one).run());
#else
  static_cast<void>(
      described.receiver(sweet::strategy::serial{}, one).into<std::vector<int>>().run());
#endif
}
