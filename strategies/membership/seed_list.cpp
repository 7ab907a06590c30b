// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/membership/seed_list.hpp>

#include <sweet/strategies/later.hpp>
#include <sweet/strategies/recovery/place_in_jitter.hpp>

#include <algorithm>

namespace sweet::inline v0_5::detail {

seed_list::seed_list(const std::vector<std::string>& addresses, backoff pace, std::uint64_t jitter,
                     time_point now)
    : pace_(pace), jitter_(jitter) {
  for (const auto& address : addresses)
    seeds_.push_back({.address = address, .next = now});
}

void seed_list::met(std::string_view address, const incarnation& who) {
  for (auto& s : seeds_)
    if (s.address == address) {
      s.who = who.start();
      s.tries = 0;
    }
}

bool seed_list::met_itself(std::string_view address) {
  for (auto& s : seeds_)
    s.itself = s.itself || s.address == address;
  return !seeds_.empty() && std::ranges::all_of(seeds_, &seed::itself);
}

std::vector<std::string> seed_list::due(time_point now, const known& is_known) {
  std::vector<std::string> found;
  for (std::uint64_t i = 0; i < seeds_.size(); ++i) {
    auto& s = seeds_[i];
    if (s.itself || s.next > now)
      continue;
    if (is_known(s.who, s.address)) {
      s.tries = 0;
    } else {
      ++s.tries;
      found.push_back(s.address);
    }
    // A seed that is known is looked at as rarely as one that never answers.
    const auto place = place_in_jitter(jitter_, i, s.tries);
    const auto delay = pace_.delay(s.tries == 0 ? 100 : s.tries, place);
    s.next = later(now, std::max(delay, backoff::duration{std::chrono::milliseconds{1}}));
  }
  return found;
}

std::optional<seed_list::time_point> seed_list::next() const {
  std::optional<time_point> first;
  for (const auto& s : seeds_)
    if (!s.itself && (!first || s.next < *first))
      first = s.next;
  return first;
}

std::string seed_list::text() const {
  std::string text;
  for (const auto& s : seeds_)
    text += (text.empty() ? "" : ", ") + s.address;
  return text;
}

} // namespace sweet::inline v0_5::detail
