#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/caf/service_reference.hpp>
#include <sweet/actors/runtime/cell/cell.hpp>

#include <caf/actor.hpp>

#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

namespace sweet::inline v0_5::detail {

class supervisor_core;

/// Ties one incarnation of a child to its supervisor; lies in the child's context block. Thread
/// safe.
class service_link {
public:
  service_link(std::shared_ptr<supervisor_core> core, std::uint32_t child,
               std::uint64_t incarnation, caf::actor reference) noexcept
      : core_(std::move(core)), child_(child), incarnation_(incarnation),
        reference_(std::move(reference)) {}

  /// The child serves now, and `who` takes its messages. Repeating it changes nothing.
  void ready(const caf::actor& who);

  /// The child does not serve, or not any more: from now on ready() changes nothing, and messages
  /// wait.
  void revoke() noexcept;

  /// `who` takes no messages any more.
  void gone(const caf::abstract_actor* who) noexcept { reference().down(who); }

  /// The actor that clients know, which ends once the service is given up.
  const caf::actor& reference_actor() const noexcept { return reference_; }

private:
  service_reference& reference() const noexcept { return service_reference::of(reference_); }

  const std::shared_ptr<supervisor_core> core_;
  const std::uint32_t child_;
  const std::uint64_t incarnation_;
  const caf::actor reference_;
  std::mutex mutex_;
  bool settled_ = false; ///< under the mutex: the child has been ready, or must not be any more
};

/// Makes `c` a child of a supervisor, before it is started.
void set_service_link(cell& c, std::shared_ptr<service_link> link);

/// Returns the link of a task; null if it is no child of a supervisor. Any thread that may touch
/// the task.
std::shared_ptr<service_link> find_service_link(cell& c) noexcept;

} // namespace sweet::inline v0_5::detail
