// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/supervisor/supervisor_core.hpp>

#include <sweet/actors/runtime/cell/failed_task.hpp>
#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/home/log_sink.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/messages/caf_error.hpp>

#include <new>
#include <stdexcept>
#include <utility>

namespace sweet::inline v0_5::detail {

supervisor_core::supervisor_core(task_home& home, const supervision_rules& rules,
                                 std::vector<spec_ptr> specs)
    : home_(home), rules_(rules), specs_(std::move(specs)) {
  try {
    for (const auto& spec : specs_)
      if (add(spec) == nullptr)
        throw std::invalid_argument{"supervisor: there are two children named \"" +
                                    spec->rules.name + "\""};
  } catch (...) {
    close(error_of_exception());
    throw;
  }
}

supervisor_core::~supervisor_core() {
  close(error_or_spare(error_code::unreachable, [] {
    return task_error{error_code::unreachable, "the supervisor is gone"};
  }));
}

const supervisor_core::entry* supervisor_core::find(std::string_view name) const {
  const auto found = entries_.find(name);
  return found != entries_.end() ? &found->second : nullptr;
}

supervisor_core::spec_ptr supervisor_core::spec(std::string_view path) const {
  const auto slash = path.find('/');
  spec_ptr spec;
  {
    std::lock_guard guard{mutex_};
    if (const auto* child = find(path.substr(0, slash)))
      spec = child->spec;
  }
  if (slash == std::string_view::npos || spec == nullptr)
    return spec;
  return spec->nested != nullptr ? spec->nested->spec(path.substr(slash + 1)) : nullptr;
}

caf::actor supervisor_core::reference(std::string_view path) const {
  if (const auto slash = path.rfind('/'); slash != std::string_view::npos) {
    const auto above = spec(path.substr(0, slash));
    return above != nullptr && above->nested != nullptr
               ? above->nested->reference(path.substr(slash + 1))
               : nullptr;
  }
  std::lock_guard guard{mutex_};
  const auto* child = find(path);
  return child != nullptr ? child->reference : nullptr;
}

void supervisor_core::give(command_ptr command) {
  {
    std::lock_guard guard{mutex_};
    if (!closed_) {
      commands_.push_back(std::move(command));
      // Under the mutex, so that no news comes after close(), which ends the supervisor's interest.
      news_.set();
      return;
    }
    command->error = closed_;
  }
  command->done.set();
}

std::unique_lock<std::mutex> supervisor_core::keep_open() const {
  std::unique_lock lock{mutex_};
  if (closed_)
    lock.unlock();
  return lock;
}

cell& supervisor_core::refusal() const {
  std::lock_guard guard{mutex_};
  cell* task = handle_access::find(refusal_);
  if (task == nullptr)
    throw std::bad_alloc{};
  add_reference(*task);
  return *task;
}

void supervisor_core::tell_ready(readiness who) {
  std::lock_guard guard{mutex_};
  ready_.push_back(who);
  news_.set();
}

std::vector<supervisor_core::command_ptr> supervisor_core::take_commands() {
  std::lock_guard guard{mutex_};
  return std::exchange(commands_, {});
}

std::vector<supervisor_core::readiness> supervisor_core::take_ready() {
  std::lock_guard guard{mutex_};
  return std::exchange(ready_, {});
}

caf::actor supervisor_core::add(const spec_ptr& spec) {
  const auto& name = spec->rules.name;
  {
    std::lock_guard guard{mutex_};
    if (find(name) != nullptr)
      return nullptr;
  }
  auto reference = service_reference::make(home_, spec->queue, spec->registered, spec->interface);
  std::unique_lock lock{mutex_};
  try {
    if (closed_) // meanwhile, by a supervisor above that waits for it no longer
      throw std::invalid_argument{"the supervisor has ended"};
    entries_.emplace(name, entry{spec, reference});
  } catch (...) {
    lock.unlock();
    service_reference::of(reference).close({});
    throw;
  }
  return reference;
}

void supervisor_core::forget(const std::string& child, const task_error& reason) noexcept {
  entry forgotten;
  {
    std::lock_guard guard{mutex_};
    const auto found = entries_.find(child);
    if (closed_ || found == entries_.end())
      return;
    forgotten = std::move(found->second);
    entries_.erase(found);
  }
  close(forgotten, reason);
}

void supervisor_core::close(const entry& child, const task_error& reason) noexcept {
  caf::error why; // empty if there is no memory for it
  try {
    why = to_caf_error(reason);
  } catch (const std::bad_alloc&) {
    log_sink::tell_no_memory();
  }
  service_reference::of(child.reference).close(std::move(why));
  if (child.spec->nested != nullptr)
    child.spec->nested->close(reason);
}

void supervisor_core::close(const task_error& reason) noexcept {
  std::vector<command_ptr> refused;
  {
    std::lock_guard guard{mutex_};
    if (closed_)
      return;
    closed_ = reason;
    try {
      refusal_ = handle_access::make<spawning_task<void>>(make_failed_task(home_, reason));
    } catch (const std::bad_alloc&) {
      refusal_ = {}; // then refusal() throws
    }
    refused.swap(commands_);
  }
  for (const auto& command : refused) {
    command->error = reason;
    command->done.set();
  }
  for (const auto& [name, child] : entries_)
    close(child, reason);
}

} // namespace sweet::inline v0_5::detail
