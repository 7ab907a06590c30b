// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/builders/graph_core.hpp>

#include <sweet/actors/runtime/last_resort.hpp>
#include <sweet/actors/runtime/runtime.hpp>
#include <sweet/actors/runtime/runtime_hold.hpp>
#include <sweet/actors/task/cancelled.hpp>
#include <sweet/builders/async_task.hpp>
#include <sweet/messages/exception_text.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace sweet::detail {

namespace {

task_error error_in(const std::string& task, error_code code, std::string message) {
  return task_error{code, std::move(message)}.with_task(task_id::none, task, 0);
}

std::vector<task_priority> priorities_of(const graph_plan& plan) {
  std::vector<task_priority> result;
  result.reserve(plan.tasks.size());
  for (const auto& t : plan.tasks)
    result.push_back(t.priority.value_or(task_priority::normal));
  return result;
}

void cancel_tasks(const std::vector<started_task>& tasks, cancellation_level level,
                  const std::string& reason = {}) {
  for (const auto& t : tasks)
    cancel_shared(*t.task, level, reason);
}

} // namespace

graph_core::graph_core(graph_plan plan, runtime& rt)
    : plan_(std::move(plan)), runtime_(rt),
      schedule_(plan_.needs, priorities_of(plan_), plan_.at_once, plan_.selected),
      records_(plan_.tasks.size()), parts_(plan_.groups.size() + 1) {
  for (std::size_t i = 0; i < records_.size(); ++i) {
    records_[i].core = this;
    records_[i].ended = [](end_waiter& w) noexcept {
      auto& r = static_cast<record&>(w);
      r.core->task_ended(static_cast<std::size_t>(&r - r.core->records_.data()));
    };
    places_.emplace(plan_.tasks[i].name, i);
    if (plan_.selected[i])
      ++parts_[plan_.tasks[i].part].open;
  }
  hand_out();
}

// -- the tree -------------------------------------------------------------------------------------

std::vector<graph_core::part_ticket>
graph_core::tickets_for(const std::shared_ptr<graph_core>& self) {
  std::vector<part_ticket> result;
  for (std::size_t part = 0; part < self->parts_.size(); ++part)
    if (part == self->top() || self->parts_[part].open != 0)
      result.emplace_back(self, part);
  return result;
}

spawning_task<graph_counts> graph_core::start(const std::shared_ptr<graph_core>& self) {
  return async_task::to<graph_counts>(self->runtime_)
      .name(self->plan_.name)
      .on_child_failure(child_failure::collect)
      .run(&run_part, self, tickets_for(self));
}

spawning_task<graph_counts> graph_core::start(const std::shared_ptr<graph_core>& self,
                                              task_context ctx) {
  return async_task::to<graph_counts>(ctx)
      .name(self->plan_.name)
      .on_child_failure(child_failure::collect)
      .run(&run_part, self, tickets_for(self))
      .share();
}

async<graph_counts> graph_core::run_part(task_context ctx, std::shared_ptr<graph_core> core,
                                         std::vector<part_ticket> tickets) {
  const auto own = std::move(tickets.back());
  tickets.pop_back();
  for (auto& ticket : tickets) {
    const auto& name = core->plan_.groups[ticket.part()];
    std::vector<part_ticket> its_own;
    its_own.push_back(std::move(ticket));
    static_cast<void>(async_task::to<graph_counts>(ctx)
                          .name(name)
                          .on_child_failure(child_failure::collect)
                          .run(&run_part, core, std::move(its_own)));
  }
  for (;;) {
    async_event news;
    const auto task = core->next_task(own.part(), news);
    if (!task)
      break;
    if (*task != dependency_plan::none) {
      core->start_task(ctx, *task);
      continue;
    }
    struct at_end {
      graph_core& core;
      std::size_t part;
      ~at_end() { core.forget_news(part); }
    } forget{*core, own.part()};
    co_await news;
  }
  if (own.part() != core->top())
    co_return graph_counts{};
  co_return core->result();
}

std::optional<std::size_t> graph_core::next_task(std::size_t part, async_event& news) {
  std::lock_guard lock{mutex_};
  auto& p = parts_[part];
  if (p.next < p.to_start.size())
    return p.to_start[p.next++];
  p.to_start.clear();
  p.next = 0;
  if (part == top() ? schedule_.done() : p.open == 0)
    return std::nullopt;
  p.news = &news;
  return dependency_plan::none;
}

void graph_core::forget_news(std::size_t part) {
  std::lock_guard lock{mutex_};
  parts_[part].news = nullptr;
}

void graph_core::start_task(task_context ctx, std::size_t task) {
  const auto& what = plan_.tasks[task];
  auto& r = records_[task];
  {
    std::lock_guard lock{mutex_};
    if (r.level != cancellation_level::none) {
      finish(task, graph_task_state::cancelled, error_of_unstarted(task));
      return;
    }
    tell(task);
  }
  started_task started;
  auto fail = [&](graph_task_state how, task_error error) {
    running_tasks others;
    {
      std::lock_guard lock{mutex_};
      others = finish(task, how, std::move(error));
    }
    cancel_tasks(others, cancellation_level::graceful);
  };
  try {
    started = (*what.start)(ctx, what.name, what.priority);
  } catch (const cancelled&) {
    fail(graph_task_state::cancelled, error_of_unstarted(task));
    throw;
  } catch (...) {
    return fail(graph_task_state::failed, error_in(what.name, error_code::failure,
                                                   "could not be started: " + exception_text()));
  }
  cell& c = *started.task;
  auto level = cancellation_level::none;
  {
    std::lock_guard lock{mutex_};
    r.started = std::move(started);
    level = r.level;
  }
  if (level != cancellation_level::none)
    cancel_task(c, level);
  if (!add_waiter(c, r))
    task_ended(task);
}

void graph_core::task_ended(std::size_t task) {
  cell& c = *records_[task].started.task;
  const auto status = detail::status_of(c);
  const auto how = status == task_status::completed ? graph_task_state::completed
                   : status == task_status::failed  ? graph_task_state::failed
                                                    : graph_task_state::cancelled;
  auto error = outcome_error(c);
  running_tasks others;
  {
    std::lock_guard lock{mutex_};
    others = finish(task, how, std::move(error));
  }
  cancel_tasks(others, cancellation_level::graceful);
}

void graph_core::part_ends(std::size_t part) noexcept {
  std::lock_guard lock{mutex_};
  auto& p = parts_[part];
  if (part == top())
    drop(schedule_.cancel_all().dropped);
  if (p.open == 0)
    return;
  for (std::size_t i = 0; i < records_.size(); ++i)
    if (plan_.tasks[i].part == part && !is_settled(schedule_.state_of(i)))
      drop(schedule_.cancel(i).dropped);
  for (; p.next < p.to_start.size(); ++p.next) {
    const auto task = p.to_start[p.next];
    finish(task, graph_task_state::cancelled, error_of_unstarted(task));
  }
}

task_result<graph_counts> graph_core::result() const {
  std::lock_guard lock{mutex_};
  if (closed_)
    throw cancelled{};
  using enum graph_task_state;
  const graph_counts counts{schedule_.count(completed), schedule_.count(failed),
                            schedule_.count(graph_task_state::cancelled), schedule_.count(skipped)};
  if (!first_failure_)
    return counts;
  auto text = std::to_string(counts.failed) + (counts.failed == 1 ? " task" : " tasks") + " failed";
  if (counts.skipped != 0)
    text += ", " + std::to_string(counts.skipped) + " skipped";
  return task_error{error_code::failure, std::move(text)}.with_cause(first_failure_);
}

// -- the schedule, with the lock ------------------------------------------------------------------

graph_core::running_tasks graph_core::finish(std::size_t task, graph_task_state how,
                                             task_error error) {
  const auto skipped = schedule_.finish(task, how);
  if (how == graph_task_state::failed && !first_failure_)
    first_failure_ = error;
  settle(task, std::move(error));
  for (const auto s : skipped)
    settle(s, error_of_unstarted(s));
  running_tasks others;
  if (how == graph_task_state::failed && plan_.on_failure == graph_failure::cancel_others) {
    const auto rest = schedule_.cancel_all();
    drop(rest.dropped);
    others = raise(rest.running, cancellation_level::graceful);
  }
  hand_out();
  return others;
}

void graph_core::drop(const std::vector<std::size_t>& tasks) {
  for (const auto t : tasks)
    settle(t, error_of_unstarted(t));
}

graph_core::running_tasks graph_core::raise(const std::vector<std::size_t>& tasks,
                                            cancellation_level level) {
  running_tasks result;
  for (const auto t : tasks) {
    auto& r = records_[t];
    if (r.started.task != nullptr)
      result.push_back(r.started);
    else
      r.level = std::max(r.level, level);
  }
  return result;
}

void graph_core::settle(std::size_t task, task_error error) {
  auto& r = records_[task];
  r.error = std::move(error);
  tell(task);
  for (auto* waiting : std::exchange(r.waiting, {}))
    waiting->set();
  auto& p = parts_[plan_.tasks[task].part];
  if (--p.open == 0)
    wake(p);
  if (schedule_.done())
    wake(parts_[top()]);
}

void graph_core::hand_out() {
  for (const auto task : schedule_.start()) {
    auto& p = parts_[plan_.tasks[task].part];
    p.to_start.push_back(task);
    wake(p);
  }
}

void graph_core::wake(start_list& p) {
  if (p.news != nullptr)
    std::exchange(p.news, nullptr)->set();
}

void graph_core::tell(std::size_t task) noexcept {
  if (!plan_.observe)
    return;
  try {
    plan_.observe(
        {task, schedule_.state_of(task), schedule_.because_of(task), records_[task].error});
  } catch (...) {
    runtime_.log({.level = log_level::error,
                  .text = "the observer of graph " + plan_.name + " threw " + exception_text()});
  }
}

graph_status graph_core::status_of(std::size_t task) const {
  const auto because = schedule_.because_of(task);
  return {plan_.tasks[task].name, schedule_.state_of(task),
          because == dependency_plan::none ? std::string{} : plan_.tasks[because].name};
}

task_error graph_core::error_of_unstarted(std::size_t task) const {
  const auto& name = plan_.tasks[task].name;
  const auto because = schedule_.because_of(task);
  if (because == dependency_plan::none || schedule_.state_of(task) == graph_task_state::running)
    return error_in(name, error_code::cancelled, "cancelled before it was started");
  const auto& need = plan_.tasks[because].name;
  if (schedule_.state_of(task) == graph_task_state::cancelled)
    return error_in(name, error_code::cancelled, "cancelled along with " + need);
  const auto& why = records_[because].error;
  return error_in(name, error_code::cancelled,
                  "skipped: it needs " + need + ", which did not complete")
      .with_cause(schedule_.state_of(because) == graph_task_state::skipped ? why.cause() : why);
}

// -- from outside ---------------------------------------------------------------------------------

std::size_t graph_core::place_of(const std::string& task) const {
  const auto found = places_.find(task);
  if (found == places_.end())
    throw std::invalid_argument{"there is no task " + task + " in this graph"};
  return found->second;
}

graph_status graph_core::status(std::size_t task) const {
  std::lock_guard lock{mutex_};
  return status_of(task);
}

std::vector<graph_status> graph_core::statuses() const {
  std::lock_guard lock{mutex_};
  std::vector<graph_status> result;
  result.reserve(plan_.tasks.size());
  for (std::size_t i = 0; i < plan_.tasks.size(); ++i)
    result.push_back(status_of(i));
  return result;
}

std::size_t graph_core::count(graph_task_state state) const {
  std::lock_guard lock{mutex_};
  return schedule_.count(state);
}

void graph_core::cancel(const std::string& name, cancellation_level level,
                        const std::string& reason) {
  std::vector<std::size_t> tasks;
  if (const auto group = std::find(plan_.groups.begin(), plan_.groups.end(), name);
      group == plan_.groups.end())
    tasks.push_back(place_of(name));
  else
    for (std::size_t i = 0; i < plan_.tasks.size(); ++i)
      if (plan_.tasks[i].part == static_cast<std::size_t>(group - plan_.groups.begin()))
        tasks.push_back(i);
  running_tasks running;
  {
    std::lock_guard lock{mutex_};
    for (const auto t : tasks) {
      const auto what = schedule_.cancel(t);
      drop(what.dropped);
      for (auto& r : raise(what.running, level))
        running.push_back(std::move(r));
    }
  }
  cancel_tasks(running, level, reason);
}

std::size_t graph_core::close() {
  std::lock_guard lock{mutex_};
  closed_ = closed_ || !schedule_.done();
  const auto what = schedule_.cancel_all();
  drop(what.dropped);
  return what.running.size();
}

spawning_task<void> graph_core::settled(const std::shared_ptr<graph_core>& self, std::size_t task) {
  return spawn(self->runtime_, &wait_for, self, task);
}

async<void> graph_core::wait_for(std::shared_ptr<graph_core> core, std::size_t task) {
  async_event news;
  if (core->wait_or_settled(task, news))
    co_return;
  struct at_end {
    graph_core& core;
    std::size_t task;
    async_event& news;
    ~at_end() { core.forget_wait(task, news); }
  } forget{*core, task, news};
  co_await news;
}

bool graph_core::wait_or_settled(std::size_t task, async_event& news) {
  std::lock_guard lock{mutex_};
  if (is_settled(schedule_.state_of(task)))
    return true;
  records_[task].waiting.push_back(&news);
  return false;
}

void graph_core::forget_wait(std::size_t task, async_event& news) {
  std::lock_guard lock{mutex_};
  std::erase(records_[task].waiting, &news);
}

std::optional<task_error> graph_core::outcome(std::size_t task) const {
  std::lock_guard lock{mutex_};
  const auto state = schedule_.state_of(task);
  if (state == graph_task_state::unselected)
    return error_in(plan_.tasks[task].name, error_code::invalid_state,
                    "nobody has asked for it in this run");
  if (!is_settled(state))
    return std::nullopt;
  return records_[task].error;
}

std::any graph_core::handle(std::size_t task) const {
  std::lock_guard lock{mutex_};
  return records_[task].started.handle;
}

} // namespace sweet::detail
