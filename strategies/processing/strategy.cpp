// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/processing/strategy.hpp>

#include <sweet/strategies/flow/token_bucket.hpp>
#include <sweet/strategies/processing/adaptive_controller.hpp>

#include <stdexcept>
#include <string>

namespace sweet::inline v0_5::strategy {

std::chrono::nanoseconds checked(const char* what, std::chrono::nanoseconds d) {
  if (d.count() <= 0)
    throw std::invalid_argument{std::string{what} + ": the duration is not positive"};
  return d;
}

std::uint32_t checked(const char* what, std::uint32_t n) {
  if (n == 0)
    throw std::invalid_argument{std::string{what} + ": the number is not positive"};
  return n;
}

rate_limit_options checked(rate_limit_options limit) {
  static_cast<void>(token_bucket{limit});
  return limit;
}

std::uint32_t checked_receivers(const char* what, std::uint32_t n) {
  if (checked(what, n) > max_receivers)
    throw std::invalid_argument{std::string{what} + ": " + std::to_string(n) +
                                " receivers, a stage has at most " + std::to_string(max_receivers)};
  return n;
}

adaptive::adaptive(const adaptive_options& described) {
  if (described.max)
    checked_receivers("adaptive", *described.max);
  static_cast<void>(adaptive_controller{described, {}});
  rules_.receivers = 0;
  rules_.adaptive = described;
}

batched::batched(std::uint32_t size, std::chrono::nanoseconds max_delay) {
  if (checked("batched", size) > 65'536)
    throw std::invalid_argument{"batched: the size is " + std::to_string(size) +
                                ", at most 65,536 are possible"};
  rules_.batch_size = size;
  rules_.batch_delay = checked("batched", max_delay);
}

} // namespace sweet::inline v0_5::strategy
