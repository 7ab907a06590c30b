#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/child_set.hpp>
#include <sweet/actors/runtime/threads/blocking_join.hpp>
#include <sweet/actors/task/combined_member.hpp>
#include <sweet/actors/task/take_outcome.hpp>
#include <sweet/messages/task_result.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace sweet::inline v0_5::detail {

/// What ends the wait for several tasks before all of them have ended.
enum class decision : std::uint8_t { none, first_failure, first_success, first_end };

/// Several children that one task awaits together: the part of the combinators that does not depend
/// on the types of the values. The awaiting task's context only.
class combination final : public child_set {
public:
  /// @param members children of the awaiting task, and tasks that become its children when the wait
  /// starts; they outlive this
  combination(decision rule, std::span<combined_member> members) noexcept
      : rule_(rule), members_(members) {}
  ~combination() { finish(); }

  /// Starts the wait of a coroutine. @returns false if it is over already
  /// @throws std::invalid_argument if a member is the child of another task; std::logic_error if
  /// this has been awaited before
  bool start_waiting(cell& self);
  /// Waits in a callable.
  /// @throws cancelled if the wait was interrupted; std::invalid_argument if a member is the child
  /// of another task; std::logic_error if this has been awaited before, or outside of tasks
  join_outcome join();

  void arrived(cell& child) noexcept override;
  void resolved(cell& child) noexcept override;
  bool is_ready() const noexcept override { return deciding_ != nullptr || left_ == 0; }
  bool stops() noexcept override;
  bool give_up() noexcept override { return false; } // a body that is over awaits nothing

  std::size_t size() const noexcept { return members_.size(); }
  /// The member that has ended the wait early; null if it took all of them.
  cell* deciding() const noexcept { return deciding_; }
  std::size_t index_of(const cell& member) const noexcept;
  /// Returns, after a wait for a winner, the error of the deciding member, or all failures in one;
  /// empty if the deciding member has completed.
  task_error why_nobody_won() const;

  /// Moves the outcome of a member out. @pre the member has its outcome
  template <class T>
  task_result<T> take(std::size_t index) {
    cell& c = members_[index].release();
    struct let_go_at_end {
      combination& all;
      cell& c;
      ~let_go_at_end() { all.let_go(c); }
    } at_end{*this, c};
    return outcome_of_child<T>(c);
  }

  /// Lets go of the members that are left: those that have been awaited and still run are
  /// cancelled.
  void finish() noexcept;

private:
  void begin(cell& self);
  /// Checks the wait of a callable after it. @throws cancelled if it was interrupted
  void check_not_interrupted();
  void adopt(cell& child) noexcept;
  void note_outcome(cell& child) noexcept;
  void let_go(cell& child) noexcept;
  bool was_cancelled() const noexcept;

  decision rule_;
  bool saw_cancelled_ = false;
  std::span<combined_member> members_;
  std::size_t left_ = 0; ///< members that have no outcome yet
  cell* deciding_ = nullptr;
};

} // namespace sweet::inline v0_5::detail
