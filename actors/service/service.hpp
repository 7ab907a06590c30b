#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>
#include <sweet/messages/task_error.hpp>

#include <utility>

namespace sweet::inline v0_5 {

namespace detail {

struct service_access;

} // namespace detail

/// The base of services that are classes: an object whose public member functions are called one at
/// a time, in the order of the calls, by whoever has a service_ref.
///
///     struct counter : sweet::service {
///       sweet::async<int> add(int n) { co_return sum += n; }
///       int sum = 0;
///     };
///     sweet::service_of<counter> counters;
///     auto tree = sweet::supervisor::one_for_one(rt).service("counter", counters).start();
///     sweet::service_ref<counter> c = counters.ref();
///     int sum = co_await c.call(ctx, &counter::add, 5);
///
/// A function that fails fails its call only, and the service goes on, unless it says fail().
class service {
protected:
  /// Makes a service that has not failed.
  service() = default;
  /// Copies the state of a service, for derived classes that are copied.
  service(const service&) = default;
  /// Copies the state of a service, for derived classes that are copied.
  service& operator=(const service&) = default;
  ~service() = default;

  /// Makes the service fail with `why` once the present call has been answered: its supervisor
  /// makes a new object, which takes the calls that wait. The first error counts.
  /// @pre `why` is not empty
  void fail(task_error why) noexcept {
    if (!failure_)
      failure_ = std::move(why);
  }

private:
  friend detail::service_access;

  task_error failure_;
};

namespace detail {

struct service_access {
  static const task_error& failure_of(const service& object) noexcept { return object.failure_; }
};

} // namespace detail

} // namespace sweet::inline v0_5
