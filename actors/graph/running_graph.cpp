// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/graph/running_graph.hpp>

#include <sweet/actors/runtime/cell/cancel.hpp>
#include <sweet/actors/runtime/cell/end_waiter.hpp>
#include <sweet/actors/runtime/cell/task_children.hpp>
#include <sweet/actors/runtime/cell/task_memory.hpp>
#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/actors/runtime/cell/task_settings.hpp>
#include <sweet/actors/runtime/cell/task_signals.hpp>
#include <sweet/actors/runtime/cell/task_start.hpp>
#include <sweet/actors/runtime/cell/unstarted_task.hpp>
#include <sweet/actors/runtime/runtime.hpp>
#include <sweet/actors/task/callable_body.hpp>
#include <sweet/actors/task/child_task.hpp>
#include <sweet/actors/task/spawn.hpp>
#include <sweet/messages/cancelled.hpp>
#include <sweet/messages/exception_text.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace sweet::inline v0_5::detail {

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

running_graph::running_graph(graph_plan plan, runtime& rt)
    : plan_(std::move(plan)), runtime_(rt),
      schedule_(plan_.needs, priorities_of(plan_), plan_.at_once, plan_.selected),
      records_(plan_.tasks.size()), parts_(plan_.groups.size() + 1) {
  for (std::size_t i = 0; i < records_.size(); ++i) {
    records_[i].graph = this;
    records_[i].ended = [](end_waiter& w) noexcept {
      auto& r = static_cast<record&>(w);
      r.graph->task_ended(static_cast<std::size_t>(&r - r.graph->records_.data()));
    };
    places_.emplace(plan_.tasks[i].name, i);
    if (plan_.selected[i])
      ++parts_[plan_.tasks[i].part].open;
  }
  hand_out();
}

// -- the tree -------------------------------------------------------------------------------------

std::vector<running_graph::part_ticket>
running_graph::tickets_for(const std::shared_ptr<running_graph>& self) {
  std::vector<part_ticket> result;
  for (std::size_t part = 0; part < self->parts_.size(); ++part)
    if (part == self->top() || self->parts_[part].open != 0)
      result.emplace_back(self, part);
  return result;
}

cell& running_graph::make_part(const std::string& name, std::shared_ptr<running_graph> graph,
                               std::vector<part_ticket> tickets) {
  unstarted_task part{make_body(&run_part, std::move(graph), std::move(tickets))};
  set_name(*part, name);
  set_collects(*part);
  return part.release();
}

spawning_task<graph_counts> running_graph::start(const std::shared_ptr<running_graph>& self) {
  spawn_target target{self->runtime_.home()};
  cell& task = make_part(self->plan_.name, self, tickets_for(self));
  start_top_level(task);
  return handle_access::make<spawning_task<graph_counts>>(task);
}

spawning_task<graph_counts> running_graph::start(const std::shared_ptr<running_graph>& self,
                                                 task_context ctx) {
  cell& task = make_part(self->plan_.name, self, tickets_for(self));
  start_child(context_access::get(ctx), task);
  return handle_access::make<child_task<graph_counts>>(task).share();
}

async<graph_counts> running_graph::run_part(task_context ctx, std::shared_ptr<running_graph> graph,
                                            std::vector<part_ticket> tickets) {
  const auto own = std::move(tickets.back());
  tickets.pop_back();
  for (auto& ticket : tickets) {
    const auto& name = graph->plan_.groups[ticket.part()];
    std::vector<part_ticket> its_own;
    its_own.push_back(std::move(ticket));
    cell& part = make_part(name, graph, std::move(its_own));
    start_child(context_access::get(ctx), part);
    drop_child(part);
  }
  for (;;) {
    async_event news;
    const auto task = graph->next_task(own.part(), news);
    if (!task)
      break;
    if (*task != dependency_plan::none) {
      graph->start_task(ctx, *task);
      continue;
    }
    struct at_end {
      running_graph& graph;
      std::size_t part;
      ~at_end() { graph.forget_news(part); }
    } forget{*graph, own.part()};
    co_await news;
  }
  if (own.part() != graph->top())
    co_return graph_counts{};
  co_return graph->result();
}

std::optional<std::size_t> running_graph::next_task(std::size_t part, async_event& news) {
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

void running_graph::forget_news(std::size_t part) {
  std::lock_guard lock{mutex_};
  parts_[part].news = nullptr;
}

void running_graph::start_task(task_context ctx, std::size_t task) {
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

void running_graph::task_ended(std::size_t task) {
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

void running_graph::part_ends(std::size_t part) noexcept {
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

task_result<graph_counts> running_graph::result() const {
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

running_graph::running_tasks running_graph::finish(std::size_t task, graph_task_state how,
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

void running_graph::drop(const std::vector<std::size_t>& tasks) {
  for (const auto t : tasks)
    settle(t, error_of_unstarted(t));
}

running_graph::running_tasks running_graph::raise(const std::vector<std::size_t>& tasks,
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

void running_graph::settle(std::size_t task, task_error error) {
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

void running_graph::hand_out() {
  for (const auto task : schedule_.start()) {
    auto& p = parts_[plan_.tasks[task].part];
    p.to_start.push_back(task);
    wake(p);
  }
}

void running_graph::wake(start_list& p) {
  if (p.news != nullptr)
    std::exchange(p.news, nullptr)->set();
}

void running_graph::tell(std::size_t task) noexcept {
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

graph_status running_graph::status_of(std::size_t task) const {
  const auto because = schedule_.because_of(task);
  return {plan_.tasks[task].name, schedule_.state_of(task),
          because == dependency_plan::none ? std::string{} : plan_.tasks[because].name};
}

task_error running_graph::error_of_unstarted(std::size_t task) const {
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

std::size_t running_graph::place_of(const std::string& task) const {
  const auto found = places_.find(task);
  if (found == places_.end())
    throw std::invalid_argument{"there is no task " + task + " in this graph"};
  return found->second;
}

graph_status running_graph::status(std::size_t task) const {
  std::lock_guard lock{mutex_};
  return status_of(task);
}

std::vector<graph_status> running_graph::statuses() const {
  std::lock_guard lock{mutex_};
  std::vector<graph_status> result;
  result.reserve(plan_.tasks.size());
  for (std::size_t i = 0; i < plan_.tasks.size(); ++i)
    result.push_back(status_of(i));
  return result;
}

std::size_t running_graph::count(graph_task_state state) const {
  std::lock_guard lock{mutex_};
  return schedule_.count(state);
}

void running_graph::cancel(const std::string& name, cancellation_level level,
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

std::size_t running_graph::close() {
  std::lock_guard lock{mutex_};
  closed_ = closed_ || !schedule_.done();
  const auto what = schedule_.cancel_all();
  drop(what.dropped);
  return what.running.size();
}

spawning_task<void> running_graph::settled(const std::shared_ptr<running_graph>& self,
                                           std::size_t task) {
  return spawn(self->runtime_, &wait_for, self, task);
}

async<void> running_graph::wait_for(std::shared_ptr<running_graph> graph, std::size_t task) {
  async_event news;
  if (graph->wait_or_settled(task, news))
    co_return;
  struct at_end {
    running_graph& graph;
    std::size_t task;
    async_event& news;
    ~at_end() { graph.forget_wait(task, news); }
  } forget{*graph, task, news};
  co_await news;
}

bool running_graph::wait_or_settled(std::size_t task, async_event& news) {
  std::lock_guard lock{mutex_};
  if (is_settled(schedule_.state_of(task)))
    return true;
  records_[task].waiting.push_back(&news);
  return false;
}

void running_graph::forget_wait(std::size_t task, async_event& news) {
  std::lock_guard lock{mutex_};
  std::erase(records_[task].waiting, &news);
}

std::optional<task_error> running_graph::outcome(std::size_t task) const {
  std::lock_guard lock{mutex_};
  const auto state = schedule_.state_of(task);
  if (state == graph_task_state::unselected)
    return error_in(plan_.tasks[task].name, error_code::invalid_state,
                    "it is not selected in this run");
  if (!is_settled(state))
    return std::nullopt;
  return records_[task].error;
}

std::any running_graph::handle(std::size_t task) const {
  std::lock_guard lock{mutex_};
  return records_[task].started.handle;
}

} // namespace sweet::inline v0_5::detail
