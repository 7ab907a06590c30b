// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/membership/member_entry.hpp>

#include <sweet/messages/node_heartbeat.hpp>

#include <algorithm>

namespace sweet::inline v0_5::detail {

bool member_entry::superseded() const noexcept {
  return held_life == listed_member::all_lives;
}

member_state member_entry::judged(time_point now) const noexcept {
  if (facts.left)
    return member_state::left;
  if (superseded())
    return member_state::down;
  if (session)
    return session->link && now < session->detector.suspect_at() ? member_state::up
                                                                 : member_state::suspect;
  if (held_life >= life())
    return member_state::down;
  if (!vouchers.empty())
    return member_state::up;
  return state == member_state::joining ? member_state::joining : member_state::suspect;
}

void member_entry::vouch(const incarnation& by, bool linked) {
  const auto found = std::ranges::find(vouchers, by);
  if (linked && found == vouchers.end())
    vouchers.push_back(by);
  else if (!linked && found != vouchers.end())
    vouchers.erase(found);
}

} // namespace sweet::inline v0_5::detail
