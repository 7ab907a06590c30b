// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/supervisor/supervisor_run.hpp>

#include <sweet/actors/runtime/cell/cancel.hpp>
#include <sweet/actors/runtime/cell/limit_timers.hpp>
#include <sweet/actors/runtime/cell/task_children.hpp>
#include <sweet/actors/runtime/cell/task_log.hpp>
#include <sweet/actors/runtime/cell/task_memory.hpp>
#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/cell/task_settings.hpp>
#include <sweet/actors/runtime/cell/task_start.hpp>
#include <sweet/actors/runtime/cell/time_limits.hpp>
#include <sweet/actors/runtime/cell/unstarted_task.hpp>
#include <sweet/actors/runtime/cell/workplace.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/runtime/memory/make_room.hpp>
#include <sweet/actors/supervisor/service_link.hpp>
#include <sweet/messages/cancelled.hpp>
#include <sweet/messages/duration_text.hpp>
#include <sweet/strategies/later.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <utility>

namespace sweet::inline v0_5::detail {

namespace {

/// How long a body at kill_hard that only has to be unwound may take before it counts as abandoned.
constexpr auto patience = std::chrono::seconds{1};

task_error not_started_again() noexcept {
  return error_or_spare(error_code::unreachable, [] {
    return task_error{error_code::unreachable, "the service has ended and is not started again"};
  });
}

} // namespace

supervisor_run::supervisor_run(cell& self, std::shared_ptr<supervisor_core> core)
    : self_(self), core_(std::move(core)), plan_(core_->rules()) {
  alarm_.news = &core_->news();
  alarm_.fire = [](timer_entry& e) noexcept { static_cast<alarm&>(e).news->set(); };
}

supervisor_run::~supervisor_run() {
  core_->home().timers().cancel(alarm_);
  // Tasks are left only if a child has been given up: it must not arrive at a set that takes over
  // the slot.
  for (const auto* tasks : {&running_, &doomed_, &left_behind_})
    for (const auto& [task, what] : *tasks)
      task->group = 0;
  for (const auto& [k, c] : children_)
    if (c.added)
      core_->forget(c.spec->rules.name, not_started_again());
}

bool supervisor_run::is_over() const noexcept {
  if (!plan_.is_over() && !(has_failed_ && running_.empty()))
    return false;
  // At kill_hard the supervisor has its outcome already, and no caller waits for its report.
  return doomed_.empty() || level_ == cancellation_level::kill_hard;
}

std::vector<std::string> supervisor_run::left_behind() const {
  std::vector<std::string> names;
  names.reserve(left_behind_.size());
  for (const auto& [task, what] : left_behind_)
    names.push_back(what.spec->rules.name);
  std::sort(names.begin(), names.end());
  return names;
}

clock::time_point supervisor_run::now() const noexcept {
  return core_->home().timers().now();
}

void supervisor_run::begin() noexcept {
  or_fail([this] {
    enter(self_);
    for (const auto& spec : core_->specs()) {
      auto reference = core_->reference(spec->rules.name);
      // The child may have been forgotten in an earlier life.
      children_[plan_.add(spec->rules)] = {spec, reference ? reference : core_->add(spec)};
    }
    carry_out(plan_.start(now()));
    report_start();
  });
  set_alarm();
}

void supervisor_run::step() noexcept {
  core_->news().reset();
  or_fail([this] {
    take_level();
    if (has_failed_)
      return;
    take_ready();
    take_ends();
    take_commands();
    take_time();
    report_start();
  });
  note_left_behind(now());
  set_alarm();
}

template <class F>
void supervisor_run::or_fail(F&& look) noexcept {
  try {
    look();
  } catch (...) {
    fail(error_of_exception());
  }
}

void supervisor_run::fail(const task_error& error) noexcept {
  has_failed_ = true;
  error_ = error;
  to_start_by_.clear();
  for (auto& [k, c] : children_) {
    c.stopping = true;
    if (c.task != nullptr)
      cancel_task(*c.task, std::max(cancellation_level::kill, level_));
  }
  const auto refuse = [&error](supervisor_command& command) {
    if (command.done.is_set())
      return;
    command.error = error;
    command.done.set();
  };
  for (const auto& command : to_obey_)
    refuse(*command);
  for (const auto& command : awaiting_start_)
    refuse(*command);
  for (const auto& [number, command] : commands_)
    refuse(*command);
}

// -- what has happened ----------------------------------------------------------------------------

void supervisor_run::take_level() {
  const auto level = self_.level();
  if (level <= level_)
    return;
  level_ = level;
  if (!has_failed_)
    carry_out(plan_.stop(now()));
  for (auto& [k, c] : children_)
    if (c.task != nullptr && c.stopping)
      cancel_task(*c.task, level_);
}

void supervisor_run::take_ready() {
  for (const auto who : core_->take_ready()) {
    const auto found = children_.find(who.child);
    if (found == children_.end() || found->second.incarnation != who.incarnation)
      continue;
    to_start_by_.erase(who.child);
    carry_out(plan_.started(who.child, now()));
  }
}

void supervisor_run::take_ends() {
  // Ends that are added meanwhile are left for the next look. The room stays.
  const auto n = static_cast<std::ptrdiff_t>(ended_.size());
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    auto end = std::move(ended_[static_cast<std::size_t>(i)]);
    if (end.how.how == child_exit::kind::failed && !end.was_stopped)
      try_log_as(self_, log_level::warning, [this, &end] {
        return "child \"" + children_.at(end.child).spec->rules.name +
               "\": " + to_string(end.how.error);
      });
    carry_out(plan_.exited(end.child, std::move(end.how), now()));
  }
  ended_.erase(ended_.begin(), ended_.begin() + n);
}

void supervisor_run::take_commands() {
  to_obey_ = core_->take_commands();
  for (const auto& command : to_obey_)
    obey(command);
  to_obey_.clear();
}

void supervisor_run::take_time() {
  const auto time = now();
  if (const auto due = plan_.next_tick(); due && *due <= time)
    carry_out(plan_.tick(time));
  for (auto i = to_start_by_.begin(); i != to_start_by_.end();) {
    if (i->second > time) {
      ++i;
      continue;
    }
    child& c = children_.at(i->first);
    i = to_start_by_.erase(i);
    if (c.task == nullptr)
      continue;
    c.late = true;
    cancel_task(*c.task, cancellation_level::kill, "it had not started in time");
  }
}

void supervisor_run::note_left_behind(clock::time_point time) noexcept {
  for (auto i = doomed_.begin(); i != doomed_.end();) {
    const auto outlived = i++;
    if (outlived->second.patience > time)
      continue;
    try_log_as(self_, log_level::error, [&spec = *outlived->second.spec] {
      return "child \"" + spec.rules.name + "\" was abandoned: its body goes on after kill_hard";
    });
    left_behind_.insert(doomed_.extract(outlived));
  }
}

void supervisor_run::report_start() {
  if (!plan_.has_started() && !plan_.is_over())
    return;
  const auto error = plan_.has_started() ? task_error{}
                     : error_            ? error_
                                         : task_error{error_code::cancelled, "stopped before"};
  for (const auto& command : std::exchange(awaiting_start_, {})) {
    command->error = error;
    command->done.set();
  }
  if (!plan_.has_started() || std::exchange(reported_, true))
    return;
  if (const auto link = find_service_link(self_))
    link->ready(actor_as<caf::actor>(self_));
}

void supervisor_run::arrived(cell& task) noexcept {
  if (doomed_.erase(&task) + left_behind_.erase(&task) == 0) {
    const auto found = running_.find(&task);
    note_end(task, found->second.child);
    running_.erase(found);
  }
  core_->news().set();
  consume(task);
}

void supervisor_run::resolved(cell& task) noexcept {
  auto outlived = running_.extract(&task);
  note_end(task, outlived.mapped().child);
  outlived.mapped().patience = later(now(), patience);
  doomed_.insert(std::move(outlived));
  core_->news().set();
}

void supervisor_run::note_end(cell& task, key k) noexcept {
  to_start_by_.erase(k);
  child& c = children_.at(k);
  c.task = nullptr;
  c.link->revoke();
  child_exit how;
  switch (status_of(task)) {
    case task_status::completed: break;
    case task_status::cancelled: how.how = child_exit::kind::shutdown; break;
    default: how.how = child_exit::kind::failed; break;
  }
  how.error = outcome_error(task);
  if (std::exchange(c.late, false))
    how = {child_exit::kind::failed, error_or_spare(error_code::timeout, [&c] {
             return task_error{error_code::timeout,
                               "not ready within " + to_text(*c.spec->start_timeout)};
           })};
  // The room was made when the child was started.
  ended_.push_back({k, std::move(how), std::exchange(c.stopping, false)});
}

// -- what is to be done ---------------------------------------------------------------------------

void supervisor_run::carry_out(supervision_plan::actions actions) {
  using kind = supervision_action::kind;
  for (auto& action : actions)
    switch (action.what) {
      case kind::start: start(action.child); break;
      case kind::stop: stop(action.child); break;
      case kind::forget: forget(action.child); break;
      case kind::answer: answer(action.command, action.error); break;
      case kind::finish: error_ = std::move(action.error); break;
    }
}

void supervisor_run::start(key k) {
  child& c = children_.at(k);
  make_room(ended_, running_.size() + 1); // to note the ends of this child and of those that run
  try {
    launch(k, c);
  } catch (const cancelled&) {
    ended_.push_back({k,
                      {child_exit::kind::shutdown,
                       task_error{error_code::cancelled, "the supervisor is being killed"}},
                      false});
  } catch (...) {
    ended_.push_back({k, {child_exit::kind::failed, error_of_exception()}, false});
  }
  if (c.task == nullptr) {
    to_start_by_.erase(k);
    core_->news().set();
  } else if (c.spec->kind == service_kind::task && !c.spec->says_ready) {
    c.link->ready(actor_as<caf::actor>(*c.task));
  }
}

void supervisor_run::launch(key k, child& c) {
  const auto& spec = *c.spec;
  c.incarnation = core_->next_incarnation();
  c.link = std::make_shared<service_link>(core_, k, c.incarnation, c.reference);
  if (spec.start_timeout)
    to_start_by_[k] = later(now(), *spec.start_timeout);
  unstarted_task made{spec.make()};
  set_name(*made, spec.rules.name);
  set_contained(*made);
  // Cancelling the supervisor means that it stops its children, one after the other.
  set_shield(*made, cancellation_level::kill);
  limits_of(*made).rise_after = spec.shutdown.times();
  set_service_link(*made, c.link);
  running_.emplace(&*made, child_task{k, c.spec});
  cell& task = made.release();
  try {
    start_grouped(self_, task, slot());
  } catch (...) {
    running_.erase(&task);
    throw;
  }
  c.task = &task;
}

void supervisor_run::stop(key k) {
  child& c = children_.at(k);
  // A child without a task has just ended, and the plan is about to hear of it.
  if (c.task == nullptr)
    return;
  c.stopping = true;
  c.link->revoke();
  cancel_task(*c.task, std::max(c.spec->shutdown.level(), level_), "stopped by its supervisor");
}

void supervisor_run::forget(key k) {
  const auto found = children_.find(k);
  core_->forget(found->second.spec->rules.name, not_started_again());
  children_.erase(found);
}

// -- commands -------------------------------------------------------------------------------------

void supervisor_run::answer(std::uint64_t number, const task_error& error) {
  const auto found = commands_.find(number);
  const auto command = found->second;
  commands_.erase(found);
  command->error = error;
  command->done.set();
}

void supervisor_run::obey(const command_ptr& command) {
  using kind = supervisor_command::kind;
  const auto number = next_command_++;
  if (command->what == kind::await_start) {
    awaiting_start_.push_back(command);
    return;
  }
  commands_.emplace(number, command);
  if (command->what == kind::list) {
    command->children = list();
    return answer(number, {});
  }
  if (command->how == child_command::start)
    return carry_out(obey_start(*command, number));
  const auto k = plan_.find(command->child);
  if (!k)
    return answer(number, task_error{error_code::invalid_data,
                                     "the supervisor has no child \"" + command->child + "\""});
  carry_out(plan_.command(number, command->how, *k, now()));
}

supervision_plan::actions supervisor_run::obey_start(const supervisor_command& command,
                                                     std::uint64_t number) {
  const auto& spec = command.spec;
  const auto& name = spec->rules.name;
  bool added = false; // and not noted yet
  try {
    auto reference = core_->add(spec);
    added = reference != nullptr;
    const auto k = plan_.add(spec->rules); // throws if there is a child of that name
    child& c = children_[k];
    c = {spec, std::move(reference), true};
    added = false;
    return plan_.command(number, child_command::start, k, now());
  } catch (const std::invalid_argument& e) {
    const task_error error{error_code::invalid_data, e.what()};
    if (added)
      core_->forget(name, error);
    answer(number, error);
    return {};
  } catch (...) {
    if (added)
      core_->forget(name, not_started_again());
    throw;
  }
}

std::vector<service_info> supervisor_run::list() const {
  std::vector<service_info> list;
  for (const auto& view : plan_.children()) {
    const child& c = children_.at(view.key);
    list.push_back({view.rules->name, c.spec->kind, view.rules->restart, view.state, view.restarts,
                    c.task != nullptr ? id_of(*c.task) : task_id{}});
  }
  return list;
}

// -- time -----------------------------------------------------------------------------------------

void supervisor_run::set_alarm() noexcept {
  auto next = clock::time_point::max();
  if (const auto tick = plan_.next_tick(); tick && !has_failed_)
    next = *tick;
  for (const auto& [k, time] : to_start_by_)
    next = std::min(next, time);
  for (const auto& [task, outlived] : doomed_)
    next = std::min(next, outlived.patience);
  if (next == std::exchange(alarm_time_, next))
    return;
  timer_service& timers = core_->home().timers();
  timers.cancel(alarm_);
  if (next != clock::time_point::max())
    timers.arm(alarm_, next, timer_shard());
}

} // namespace sweet::inline v0_5::detail
