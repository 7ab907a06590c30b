#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>

namespace sweet::inline v0_5::detail {

/// Runs the turns of tasks itself, in a context of its own, such as that of an actor: the body of a
/// hosted task shares data with that context without locks.
class task_host {
public:
  /// Takes over a task whose turn it is, and calls run_turn() with it soon. The caller, a worker,
  /// does not touch the task any more.
  virtual void take_turn(cell& c) noexcept = 0;

  /// The operations of a hosted task whose body was destroyed early.
  const body_ops& without_body() const noexcept { return without_body_; }

protected:
  ~task_host() = default;

private:
  const body_ops without_body_{.host = this};
};

} // namespace sweet::inline v0_5::detail
