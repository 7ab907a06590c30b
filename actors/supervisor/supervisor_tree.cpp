// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/supervisor/supervisor_tree.hpp>

#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/supervisor/service_lookup.hpp>
#include <sweet/actors/supervisor/supervisor_command.hpp>
#include <sweet/actors/supervisor/supervisor_core.hpp>
#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/child_task.hpp>
#include <sweet/actors/task/spawn.hpp>
#include <sweet/messages/fails_with.hpp>

#include <caf/actor.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace sweet::inline v0_5 {

namespace {

using core_ptr = std::shared_ptr<detail::supervisor_core>;
using command_ptr = std::shared_ptr<detail::supervisor_command>;
using kind = detail::supervisor_command::kind;

void check(const detail::supervisor_command& answered) {
  if (answered.error)
    throw detail::fails_with{answered.error};
}

async<void> carry_out(core_ptr core, command_ptr command) {
  core->give(command);
  co_await command->done;
  check(*command);
}

async<std::vector<service_info>> list(core_ptr core) {
  auto command = std::make_shared<detail::supervisor_command>();
  command->what = kind::list;
  core->give(command);
  co_await command->done;
  check(*command);
  co_return std::move(command->children);
}

async<service_counts> count(core_ptr core) {
  const auto children = co_await list(core);
  service_counts counts;
  counts.specified = children.size();
  for (const auto& child : children) {
    counts.active += child.state != child_state::stopped ? 1 : 0;
    ++(child.kind == service_kind::supervisor ? counts.supervisors : counts.workers);
  }
  co_return counts;
}

/// Starts a task in the supervisor's runtime. If the supervisor has ended, returns a task that has
/// failed.
template <class T, class... Args>
spawning_task<T> start(const core_ptr& core, async<T> (*body)(core_ptr, Args...), Args... args) {
  if (const auto open = core->keep_open())
    return detail::spawn_top_level(core->home(), body, core, std::move(args)...);
  return detail::handle_access::make<spawning_task<T>>(core->refusal());
}

spawning_task<void> ask(const core_ptr& core, command_ptr command) {
  return start(core, carry_out, std::move(command));
}

spawning_task<void> ask(const core_ptr& core, child_command how, std::string child) {
  auto command = std::make_shared<detail::supervisor_command>();
  command->what = kind::change;
  command->how = how;
  command->child = std::move(child);
  return ask(core, std::move(command));
}

std::string no_child(std::string_view path) {
  return "the supervisor has no child \"" + std::string{path} + "\"";
}

} // namespace

caf::actor detail::find_reference(const supervisor_core& core, std::string_view path,
                                  std::type_index interface) {
  const auto spec = core.spec(path);
  auto reference = core.reference(path);
  if (spec == nullptr || reference == nullptr)
    throw std::invalid_argument{"ref(): " + no_child(path)};
  check_interface(spec->interface, interface, "ref(): the service \"" + std::string{path} + "\"");
  return reference;
}

spawning_task<std::vector<service_info>> supervisor_tree::which_children() const {
  return start(core_, list);
}

spawning_task<service_counts> supervisor_tree::count_children() const {
  return start(core_, count);
}

spawning_task<void> supervisor_tree::started() const {
  return ask(core_, std::make_shared<detail::supervisor_command>());
}

spawning_task<void> supervisor_tree::restart_child(std::string name) const {
  return ask(core_, child_command::restart, std::move(name));
}

spawning_task<void> supervisor_tree::stop_child(std::string name) const {
  return ask(core_, child_command::stop, std::move(name));
}

spawning_task<void> supervisor_tree::delete_child(std::string name) const {
  return ask(core_, child_command::remove, std::move(name));
}

spawning_task<void> supervisor_tree::start_spec(detail::service_spec spec) const {
  auto command = std::make_shared<detail::supervisor_command>();
  command->what = kind::change;
  command->spec = std::make_shared<const detail::service_spec>(std::move(spec));
  return ask(core_, std::move(command));
}

supervisor_tree supervisor_tree::nested(std::string_view path) const {
  const auto spec = core_->spec(path);
  if (spec == nullptr || spec->nested == nullptr)
    throw std::invalid_argument{"nested(): " + no_child(path) + " that is a supervisor"};
  return {spec->nested, task_};
}

} // namespace sweet::inline v0_5
