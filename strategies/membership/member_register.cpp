// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/membership/member_register.hpp>

namespace sweet::inline v0_5::detail {

member_entry* member_register::find(const incarnation& start) {
  const auto found = entries_.find(start);
  return found == entries_.end() ? nullptr : &found->second;
}

const member_entry* member_register::find(const incarnation& start) const {
  const auto found = entries_.find(start);
  return found == entries_.end() ? nullptr : &found->second;
}

member_entry& member_register::add(member facts) {
  const auto start = facts.incarnation.start();
  auto& e = entries_[start];
  e.facts = std::move(facts);
  count(e, true);
  note(e);
  return e;
}

void member_register::erase(const incarnation& start) {
  const auto found = entries_.find(start);
  auto& e = found->second;
  set_due(e, time_point::max());
  notes_.erase(e.noted);
  count(e, false);
  entries_.erase(found);
}

void member_register::set_state(member_entry& e, member_state state) {
  count(e, false);
  e.state = state;
  count(e, true);
}

void member_register::set_facts(member_entry& e, member facts) {
  count(e, false);
  e.facts = std::move(facts);
  count(e, true);
  note(e);
}

void member_register::set_due(member_entry& e, time_point due) {
  if (e.due == due)
    return;
  if (e.due != time_point::max())
    due_.erase({e.due, e.start()});
  e.due = due;
  if (due != time_point::max())
    due_.emplace(due, e.start());
}

void member_register::note(member_entry& e) {
  notes_.erase(e.noted);
  e.noted = ++noted_;
  notes_.emplace_hint(notes_.end(), noted_, e.start());
}

void member_register::note_itself(const incarnation& start) {
  notes_.erase(itself_noted_);
  itself_noted_ = ++noted_;
  notes_.emplace_hint(notes_.end(), noted_, start);
}

member_entry* member_register::first_due() {
  return due_.empty() ? nullptr : find(due_.begin()->second);
}

std::optional<member_register::time_point> member_register::next_due() const {
  if (due_.empty())
    return std::nullopt;
  return due_.begin()->first;
}

void member_register::count(const member_entry& e, bool in) {
  if (!is_alive(e.state))
    return;
  const bool hub = has_role(e.facts, "hub");
  alive_ = in ? alive_ + 1 : alive_ - 1;
  if (hub)
    hubs_ = in ? hubs_ + 1 : hubs_ - 1;
  had_hubs_ = had_hubs_ || hub;
}

} // namespace sweet::inline v0_5::detail
