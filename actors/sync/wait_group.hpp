#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/operation.hpp>
#include <sweet/actors/sync/wait_group_core.hpp>

#include <cstddef>
#include <memory>

namespace sweet::inline v0_5 {

/// Lets bodies wait until a number of things are done that are no children of theirs: jobs in a
/// queue, callbacks, tasks of others. For children, see task_group.
///
///     sweet::wait_group jobs{urls.size()};
///     for (const auto& url : urls)
///       download(url, [jobs] { jobs.done(); });
///     co_await jobs.wait();
///
/// A group is a handle: copies share the same count, and tasks take copies of it. It needs no
/// runtime, works between tasks of several ones, and goes on after they have ended. Counting and
/// waiting allocate nothing. Any thread, and each copy by any number at once.
class wait_group {
public:
  /// Makes a group that waits for `count` things.
  explicit wait_group(std::size_t count = 0)
      : core_(std::make_shared<detail::wait_group_core>(count)) {}

  /// Announces `n` further things. Should happen before they can be done, and before wait(): those
  /// who wait go on when the count reaches 0, whatever is added afterwards.
  /// @throws std::overflow_error if the count were above what a std::size_t holds
  void add(std::size_t n = 1) const { core_->add(n); }
  /// Says that one of the things is done; with the last one, those who wait go on. What happened
  /// before is visible to them.
  /// @throws std::logic_error if nothing is left to be done
  void done() const { core_->done(); }
  /// Returns how many things are left to be done at the moment.
  std::size_t count() const noexcept { return core_->count(); }

  /// Waits until nothing is left to be done: `co_await g.wait()`, in a callable
  /// `g.wait().await()`. Any number of bodies wait at once. A wait that is stopped, or that loses
  /// in a select(), changes nothing. In a destructor of a body that stops, await() does not wait.
  auto wait() const noexcept { return operation<detail::wait_group_arm>{std::in_place, *core_}; }

private:
  std::shared_ptr<detail::wait_group_core> core_;
};

} // namespace sweet::inline v0_5
