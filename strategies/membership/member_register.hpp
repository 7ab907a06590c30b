#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <sweet/messages/incarnation.hpp>
#include <sweet/messages/member.hpp>
#include <sweet/messages/member_state.hpp>
#include <sweet/strategies/membership/member_entry.hpp>

namespace sweet::inline v0_5::detail {

/// The entries of a member_table, found by start, by when something is due, and by when they have
/// changed; it counts those that are alive.
class member_register {
public:
  using time_point = member_entry::time_point;
  using entries = std::map<incarnation, member_entry>;

  /// Returns the entry of a start; null if there is none.
  member_entry* find(const incarnation& start);
  const member_entry* find(const incarnation& start) const;
  const entries& all() const noexcept { return entries_; }
  entries& all() noexcept { return entries_; }

  member_entry& add(member facts);
  void erase(const incarnation& start);

  void set_state(member_entry& e, member_state state);
  void set_facts(member_entry& e, member facts);
  void set_due(member_entry& e, time_point due);

  /// Notes that lists have something new to tell of the entry.
  void note(member_entry& e);
  /// Notes that lists have something new to tell of the node itself.
  void note_itself(const incarnation& start);
  /// Returns the number of the last note.
  std::uint64_t noted() const noexcept { return noted_; }
  /// Returns who has changed after which note, in order: the last change of each.
  const std::map<std::uint64_t, incarnation>& notes() const noexcept { return notes_; }

  /// Returns the entry for which something is due first; null if there is none.
  member_entry* first_due();
  std::optional<time_point> next_due() const;

  std::size_t alive() const noexcept { return alive_; }
  std::size_t hubs() const noexcept { return hubs_; } ///< of those alive
  bool had_hubs() const noexcept { return had_hubs_; }

private:
  void count(const member_entry& e, bool in);

  entries entries_;
  std::map<std::uint64_t, incarnation> notes_;
  std::set<std::pair<time_point, incarnation>> due_;
  std::uint64_t noted_ = 0;
  std::uint64_t itself_noted_ = 0;
  std::size_t alive_ = 0;
  std::size_t hubs_ = 0;
  bool had_hubs_ = false;
};

} // namespace sweet::inline v0_5::detail
