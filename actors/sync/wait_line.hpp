#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/selection.hpp>

#include <cstddef>
#include <cstdint>

namespace sweet::inline v0_5::detail {

struct cell;
class gate;
class wait_line;

/// The one who waits: a task, or a thread that runs none.
class sleeper {
public:
  sleeper() noexcept = default;
  explicit sleeper(cell& task) noexcept : task_(&task) {}
  explicit sleeper(gate& thread) noexcept : thread_(&thread) {}

  /// Ends the wait, which was announced and not taken back. Any thread; the last touch of the one
  /// who waits.
  void wake() const noexcept;

  /// The task; null for a thread.
  const cell* task() const noexcept { return task_; }

private:
  cell* task_ = nullptr;
  gate* thread_ = nullptr;
};

/// The place in a line of a body that waits. It lies in the wait of the body: standing in line
/// allocates nothing. All fields are under the mutex of the thing that has the line, but for `who`,
/// `among` and `arm_number`, which are set before the place enters a line.
struct place_in_line {
  place_in_line() noexcept = default;
  place_in_line(const place_in_line&) = delete;
  place_in_line& operator=(const place_in_line&) = delete;

  sleeper who;
  /// The wait of which this is one of several arms; null: the only one.
  selection* among = nullptr;
  unsigned arm_number = 0;
  /// Whether the wait is over: the body has got what it waited for.
  bool served = false;

  /// Ends the wait, unless another arm has. @returns whether the body is served by this
  bool claim() noexcept { return served = among == nullptr || among->claim(arm_number); }
  bool is_open() const noexcept { return among == nullptr || among->is_open(); }

  // See selection.
  bool hold() noexcept { return among == nullptr || among->hold(); }
  void let_go() noexcept {
    if (among != nullptr)
      among->let_go();
  }
  void claim_held() noexcept {
    served = true;
    if (among != nullptr)
      among->claim_held(arm_number);
  }

private:
  friend class wait_line;
  friend class wake_list;

  place_in_line* next_ = nullptr;
  place_in_line* prev_ = nullptr;
  wait_line* line_ = nullptr;
  std::uint64_t ticket_ = 0; ///< 0: has never stood in line
};

/// Those who wait for one thing, the longest-waiting first. Under the mutex of the thing.
class wait_line {
public:
  wait_line() noexcept = default;
  wait_line(const wait_line&) = delete;
  wait_line& operator=(const wait_line&) = delete;

  /// The first one, whose wait may be over by another arm when it is claimed; null: none.
  place_in_line* first() noexcept;
  /// Takes out the first one whose wait it can end, and has ended; null: none.
  place_in_line* serve_first() noexcept;
  /// Whether none stands in line, not even one whose wait is over.
  bool is_deserted() const noexcept { return first_ == nullptr; }
  /// The one behind `p`, whatever has become of its wait; null: none.
  static place_in_line* next(const place_in_line& p) noexcept { return p.next_; }
  /// How many places there are, whatever has become of their waits.
  std::size_t size() const noexcept { return size_; }

  /// Puts a place at the end; one that has left the line before goes back to where it stood.
  void enter(place_in_line& p) noexcept;
  /// @returns false if the place is not in this line
  bool leave(place_in_line& p) noexcept;

private:
  void unlink(place_in_line& p) noexcept;

  place_in_line* first_ = nullptr;
  place_in_line* last_ = nullptr;
  std::uint64_t tickets_ = 0;
  std::size_t size_ = 0;
};

/// Those who are to be woken once the mutex is free: they may run at once, and look at it.
class wake_list {
public:
  wake_list() noexcept = default;
  wake_list(const wake_list&) = delete;
  wake_list& operator=(const wake_list&) = delete;
  ~wake_list() {
    if (first_ != nullptr)
      wake_all();
  }

  /// @param p one that is served and in no line
  void add(place_in_line& p) noexcept;
  /// Wakes all, in the order in which they were added.
  void wake_all() noexcept;

private:
  place_in_line* first_ = nullptr;
  place_in_line* last_ = nullptr;
};

} // namespace sweet::inline v0_5::detail
