// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/work/executor.hpp>

#include <algorithm>
#include <exception>

#include <sweet/messages/exception_text.hpp>

namespace sweet::inline v0_5::detail {

namespace {

constexpr std::size_t most_early = 1024;
// So many that take no slot may be about to start.
constexpr std::size_t most_aside = 256;

wire::finished_task cancelled_task(const std::string& reason) {
  return wire::with_error(task_error{error_code::cancelled, reason});
}

} // namespace

executor::executor(incarnation itself, std::uint32_t slots,
                   std::vector<std::shared_ptr<const provided_task>> provided)
    : itself_(itself), slots_(slots), starts_(slots + most_aside) {
  for (auto& x : provided)
    provided_.emplace(x->type().name, std::move(x));
}

std::uint32_t executor::window() const {
  std::lock_guard guard{mutex_};
  return drains_ ? 0 : 2 * slots_;
}

std::size_t executor::size() const {
  std::lock_guard guard{mutex_};
  return tasks_.size() + told_now_.load(std::memory_order_acquire);
}

std::uint32_t executor::busy_slots() const {
  std::lock_guard guard{mutex_};
  return busy_;
}

std::vector<task_type> executor::types() const {
  std::vector<task_type> all;
  for (const auto& [name, x] : provided_)
    all.push_back(x->type());
  return all;
}

std::shared_ptr<const provided_task> executor::find(std::string_view name) const {
  const auto found = provided_.find(name);
  return found == provided_.end() ? nullptr : found->second;
}

// ---- what the submitters say
// ---------------------------------------------------------------------

void executor::take(std::shared_ptr<result_sink> from, const incarnation& submitter,
                    std::string node, wire::submitted_task task) {
  after then;
  {
    std::lock_guard guard{mutex_};
    const auto found = provided_.find(task.name);
    const bool is_known = found != provided_.end();
    const turn x{{submitter.start(), task.id}, ++numbers_, is_known && found->second->is_aside()};
    const auto urgency = static_cast<std::size_t>(task.priority);
    auto name = task.name;
    // A former attempt of the same id, whose submitter has given this node up meanwhile, goes on
    // without a record: nobody waits for it.
    if (!tasks_.contains(x.who))
      ++held_[x.who.first];
    tasks_.insert_or_assign(x.who, entry{.from = std::move(from),
                                         .task = std::move(task),
                                         .node = std::move(node),
                                         .number = x.number});
    const auto early = std::ranges::find(early_, x.who, &std::pair<key, wire::cancel>::first);
    if (early != early_.end()) {
      const auto reason = early->second.reason;
      early_.erase(early);
      finish(x, cancelled_task(reason), then);
    } else if (!is_known) {
      finish(x,
             wire::with_error(
                 task_error{error_code::invalid_data, "this node has no function " + name}),
             then);
    } else if (held_for(submitter) > most_held()) {
      finish(x,
             wire::with_error(task_error{error_code::resource_limit,
                                         "the submitter has more tasks here than it may"}),
             then);
    } else if (x.is_aside) {
      start_aside(x, then);
    } else if (drains_) {
      wire::finished_task back;
      back.end = wire::task_end::handed_back;
      finish(x, std::move(back), then);
    } else {
      queues_[urgency].push_back(x);
      start_queued();
      if (auto* e = find(x); e->at == stage::queued)
        e->has_waited = true;
    }
  }
  for (const auto& f : then)
    f();
}

void executor::cancel(const incarnation& submitter, wire::cancel x) {
  after then;
  {
    std::lock_guard guard{mutex_};
    const key who{submitter.start(), x.id};
    const auto found = tasks_.find(who);
    if (found == tasks_.end()) {
      early_.emplace_back(who, std::move(x));
      if (early_.size() > most_early)
        early_.pop_front();
      return;
    }
    found->second.level = std::max(found->second.level, x.level);
    found->second.reason = std::move(x.reason);
    stop({who, found->second.number}, then);
  }
  for (const auto& f : then)
    f();
}

void executor::orphan(const incarnation& submitter, const std::string& why) {
  after then;
  {
    std::lock_guard guard{mutex_};
    std::erase_if(early_, [&](const auto& x) { return same_start(x.first.first, submitter); });
    std::vector<turn> all;
    for (auto& [who, e] : tasks_)
      if (same_start(who.first, submitter)) {
        e.level = std::max(e.level, cancellation_level::graceful);
        e.reason = why;
        all.push_back({who, e.number});
      }
    for (const turn& x : all)
      stop(x, then);
  }
  for (const auto& f : then)
    f();
}

void executor::drain() {
  after then;
  {
    std::lock_guard guard{mutex_};
    drains_ = true;
    for (auto& queue : queues_)
      for (const turn& x : std::exchange(queue, {})) {
        wire::finished_task back;
        back.end = wire::task_end::handed_back;
        finish(x, std::move(back), then);
      }
  }
  for (const auto& f : then)
    f();
}

void executor::report() {
  after then;
  {
    std::lock_guard guard{mutex_};
    for (auto& [who, e] : tasks_) {
      if (e.at != stage::running)
        continue;
      auto reached = e.runs->progress();
      if (reached == e.told)
        continue;
      e.told = reached;
      then.push_back([to = e.from, x = wire::progress{who.second, e.task.attempt,
                                                      std::move(reached)}] { to->report(x); });
    }
  }
  for (const auto& f : then)
    f();
}

// ---- with the mutex
// ------------------------------------------------------------------------------

std::size_t executor::most_held() const noexcept {
  // What it may have, once more: frames may have been under way when the window was told.
  return 4U * slots_ + 2U * most_aside;
}

std::size_t executor::held_for(const incarnation& submitter) const {
  const auto found = held_.find(submitter.start());
  return found == held_.end() ? 0 : found->second;
}

executor::entry* executor::find(const turn& x) {
  const auto found = tasks_.find(x.who);
  return found != tasks_.end() && found->second.number == x.number ? &found->second : nullptr;
}

void executor::finish(const turn& x, wire::finished_task task, after& then) {
  auto* e = find(x);
  if (e == nullptr)
    return;
  task.id = x.who.second;
  task.attempt = e->task.attempt;
  task.executor = itself_;
  auto to = std::move(e->from);
  tasks_.erase(x.who);
  if (const auto held = held_.find(x.who.first); --held->second == 0)
    held_.erase(held);
  // With nothing else under way there is nothing to wait for.
  const auto how = tasks_.empty() ? urgency::alone : urgency::gathers;
  told_now_.fetch_add(1, std::memory_order_relaxed);
  then.push_back([this, to = std::move(to), task = std::move(task), how]() mutable {
    to->finish(std::move(task), how);
    told_now_.fetch_sub(1, std::memory_order_release);
  });
}

void executor::stop(const turn& x, after& then) {
  auto& e = *find(x);
  switch (e.at) {
    case stage::queued:
      std::erase_if(queues_[static_cast<std::size_t>(e.task.priority)],
                    [&](const turn& y) { return y.number == x.number; });
      return finish(x, cancelled_task(e.reason), then);
    case stage::starting: return; // begin() looks
    case stage::running:
      then.push_back(
          [task = e.runs, level = e.level, reason = e.reason] { task->cancel(level, reason); });
  }
}

void executor::start_queued() {
  for (auto& queue : queues_)
    while (!queue.empty() && busy_ < slots_) {
      const turn x = queue.front();
      queue.pop_front();
      find(x)->at = stage::starting;
      ++busy_;
      static_cast<void>(starts_.sender.try_send(x)); // it has room for all slots
    }
}

void executor::start_aside(const turn& x, after& then) {
  // What takes slots has to have room.
  if (asides_ == most_aside)
    return finish(x, wire::with_error(task_error{error_code::resource_limit, "too many at a time"}),
                  then);
  ++asides_;
  find(x)->at = stage::starting;
  static_cast<void>(starts_.sender.try_send(x));
}

// ---- tasks
// ---------------------------------------------------------------------------------------

async<void> executor::serve(task_context ctx) {
  co_await ctx.scope(child_failure::collect, [this](task_context tasks) -> async<void> {
    std::vector<turn> turns;
    while (co_await starts_.receiver.receive_many(turns, 64) != 0) {
      for (const turn& x : turns)
        begin(tasks, x);
      turns.clear();
    }
  });
}

void executor::begin(const task_context& ctx, const turn& x) {
  std::shared_ptr<const provided_task> what;
  wire::submitted_task task;
  remote_origin origin;
  std::shared_ptr<result_sink> announce;
  {
    std::lock_guard guard{mutex_};
    auto& e = *find(x); // only ended() forgets a task that is starting
    task = std::move(e.task);
    e.task.attempt = task.attempt;
    origin = {task.key, task.attempt, e.node, {e.from, task.id, task.attempt}};
    if (e.level == cancellation_level::none)
      what = provided_.find(task.name)->second;
    if (e.has_waited)
      announce = e.from;
  }
  if (what == nullptr)
    return ended(x, cancelled_task({}));
  if (announce != nullptr)
    announce->started(task.id, task.attempt);
  std::shared_ptr<running_task> runs;
  try {
    runs = what->start(ctx, std::move(task), std::move(origin),
                       [self = shared_from_this(), x](wire::finished_task how) {
                         self->ended(x, std::move(how));
                       });
  } catch (...) {
    return ended(x, wire::with_error(task_error{error_code::failure, exception_text()}));
  }
  cancellation_level level{};
  std::string reason;
  {
    std::lock_guard guard{mutex_};
    auto* e = find(x);
    if (e == nullptr)
      return; // it has ended already
    e->runs = runs;
    e->at = stage::running;
    level = e->level;
    reason = e->reason;
  }
  if (level != cancellation_level::none)
    runs->cancel(level, reason);
}

void executor::ended(const turn& x, wire::finished_task task) {
  after then;
  {
    std::lock_guard guard{mutex_};
    --(x.is_aside ? asides_ : busy_);
    finish(x, std::move(task), then);
    start_queued();
  }
  for (const auto& f : then)
    f();
}

} // namespace sweet::inline v0_5::detail
