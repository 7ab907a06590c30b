#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>
#include <string>
#include <utility>

namespace sweet::inline v0_5 {

/// Says on which node a task is to run. A value.
///
///     placement::least_loaded().role("gpu").slots(4) // of the nodes with that role, and with at
///                                                    // least four slots, the one with most free
///
/// | made by | the node |
/// |---|---|
/// | `local()` | this node; it waits for no slot |
/// | `round_robin()` | one after the other, by name |
/// | `least_loaded()` | the one with the most free slots |
/// | `two_choices()` | of two that are drawn, the one with more free slots |
/// | `consistent_hash(key)` | the same for all tasks of a key, also if it is full |
/// | `on(name)` | that node |
class placement {
public:
  /// The ways to choose.
  enum class kind : std::uint8_t {
    local,           ///< the node that places the task
    round_robin,     ///< each in its turn
    least_loaded,    ///< the one with the most free slots
    two_choices,     ///< the better of two
    consistent_hash, ///< by key
    on,              ///< by name
  };

  /// Makes the placement on the node itself.
  placement() = default;

  /// On the node itself: the default.
  static placement local() { return {}; }
  /// On all nodes in turn.
  static placement round_robin() { return placement{kind::round_robin}; }
  /// On the node with the most free slots.
  static placement least_loaded() { return placement{kind::least_loaded}; }
  /// On the one of two nodes, drawn at random, that has more free slots. Many nodes that place at
  /// the same time do not all choose the same (Mitzenmacher: "The power of two choices in
  /// randomized load balancing", 2001).
  static placement two_choices() { return placement{kind::two_choices}; }
  /// On a node that the key decides. When a node comes or goes, only the keys move that it gets or
  /// has had.
  static placement consistent_hash(std::string key) {
    return placement{kind::consistent_hash, std::move(key)};
  }
  /// On the node of this name.
  static placement on(std::string name) { return placement{kind::on, std::move(name)}; }

  /// Returns this placement, on nodes with a role only.
  [[nodiscard]] placement role(std::string name) const {
    auto copy = *this;
    copy.role_ = std::move(name);
    return copy;
  }
  /// Returns this placement, on nodes only that run at least so many tasks at a time.
  [[nodiscard]] placement slots(std::uint32_t least) const {
    auto copy = *this;
    copy.slots_ = least;
    return copy;
  }

  /// Returns the way to choose.
  kind how() const noexcept { return kind_; }
  /// Returns the key of consistent_hash(), or the name of on(); else empty.
  const std::string& key() const noexcept { return key_; }
  /// Returns the role that the node has to have; empty: any.
  const std::string& role() const noexcept { return role_; }
  /// Returns how many slots the node has to have.
  std::uint32_t slots() const noexcept { return slots_; }

  friend bool operator==(const placement&, const placement&) = default;

private:
  explicit placement(kind k, std::string key = {}) : kind_(k), key_(std::move(key)) {}

  kind kind_ = kind::local;
  std::string key_;
  std::string role_;
  std::uint32_t slots_ = 0;
};

} // namespace sweet::inline v0_5
