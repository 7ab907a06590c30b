// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "each_run.hpp"

#include <sweet/actors/task/on_done.hpp>
#include <sweet/actors/task/sleep.hpp>
#include <sweet/builders/async_task.hpp>
#include <sweet/messages/task_failure.hpp>
#include <sweet/strategies/processing/strategy.hpp>
#include <sweet/strategies/recovery/error_strategy.hpp>
#include <sweet/strategies/recovery/retry_policy.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "duration_text.hpp"
#include "item_source.hpp"
#include "job_process.hpp"
#include "printable_text.hpp"

namespace sweet::command {

namespace {

using namespace std::chrono_literals;

/// How many items wait for their turn: enough to keep all receivers busy, and little memory.
constexpr std::uint32_t most_waiting = 64;
/// How many failed items the reason of a job names, and how much of each name.
constexpr std::uint64_t named_failures = 3;
constexpr std::size_t longest_name = 100;

constexpr std::chrono::nanoseconds look_again = 10ms;
constexpr std::chrono::nanoseconds longest_backoff = 30s;

bool has_failed(job_outcome x) {
  return x == job_outcome::failed || x == job_outcome::timed_out;
}

std::string named(const item_ended& end) {
  std::string name{cut_text(end.item, longest_name)};
  if (name.size() < end.item.size())
    name += "...";
  return fmt::format("{} ({})", name, end.reason);
}

retry_policy policy_of(const each_settings& each) {
  const std::chrono::nanoseconds first = each.backoff;
  return retry_policy{each.retry,
                      first.count() == 0
                          ? backoff::immediate()
                          : backoff::exponential(first, 2, std::max(first, longest_backoff))};
}

} // namespace

each_run::each_run(const job& what, std::size_t place, std::size_t at_once, event_queue& events,
                   const item_places& places)
    : job_(what), place_(place), at_once_(at_once), events_(events), room_(places.room),
      nodes_(places.nodes), common_(process_of(what, places.guard)) {
  // A shell sets PWD. A command that is run without a shell gets it, too, so that it finds no
  // difference.
  std::error_code none;
  if (const auto here = std::filesystem::canonical(what.cwd, none); !none)
    common_.env.emplace("PWD", here.string());
}

// -- the stream -----------------------------------------------------------------------------------

void each_run::start(task_context ctx) {
  const auto in_order = [&](const auto& strategy) {
    return job_.each->ordered ? strategy.ordered() : strategy;
  };
  switch (job_.each->strategy) {
    case each_strategy::serial: return run(ctx, strategy::serial{});
    case each_strategy::adaptive: return run(ctx, in_order(strategy::adaptive{}));
    case each_strategy::parallel: break;
  }
  const auto workers = job_.each->workers.value_or(static_cast<std::uint32_t>(at_once_));
  run(ctx, in_order(strategy::parallel{workers}));
}

template <class Strategy>
void each_run::run(task_context ctx, const Strategy& strategy) {
  const auto self = shared_from_this();
  const auto at_end = [self](std::uint64_t total) {
    {
      const std::lock_guard lock{self->mutex_};
      self->counts_.total = total;
    }
    self->events_.push(items_counted{self->place_, total});
  };
  const auto handler = [self](task_context own, each_item item, event_info info,
                              collector<item_ended>& out) {
    const auto run = self->nodes_ ? run_there : run_here;
    return run(own, self, std::move(item), info.sequence, out);
  };
  const auto stream =
      async_task::emits<each_item>(ctx)
          .name("items")
          .on_error(job_.each->on_error == item_failure::stop ? error_strategy::stop_on_first()
                                                              : error_strategy::continue_on_error())
          .capacity(most_waiting)
          .sender(item_source{job_, common_, at_end})
          .receiver(strategy, handler)
          .sink([self](item_ended end) { self->events_.push(std::move(end)); })
          .run();
  {
    const std::lock_guard lock{mutex_};
    drain_ = [stream] { stream.drain(); };
  }
  stream.task().on_done([self](const task_result<void>& outcome) {
    if (outcome.is_err())
      self->error_ = outcome.error();
    // Destroyed after the lock is released: drain_ holds the stream, which holds us.
    std::function<void()> ended;
    {
      const std::lock_guard lock{self->mutex_};
      ended.swap(self->drain_);
    }
    self->over_.set();
  });
  if (is_stopping())
    stream.drain();
}

void each_run::stop(stop_reason why) {
  auto none = stop_reason::none;
  if (!why_.compare_exchange_strong(none, why))
    return;
  // The reader of the items may be waiting for the next one.
  const std::lock_guard lock{mutex_};
  if (drain_)
    drain_();
}

// -- an item --------------------------------------------------------------------------------------

async<void> each_run::run_here(task_context ctx, std::shared_ptr<each_run> self, each_item item,
                               std::uint64_t index, collector<item_ended>& out) {
  if (self->is_stopping())
    co_return;
  auto end = self->not_run_yet(item, index);
  while (item.problem.empty()) {
    auto started = self->start_process(ctx, item);
    while (!started && !self->is_stopping()) {
      // In small parts, because nothing else tells that the job is to stop.
      co_await ctx.sleep_for(look_again);
      if (auto again = self->start_process(ctx, item))
        started.emplace(*std::move(again));
    }
    if (!started && end.attempts == 0)
      co_return;
    if (!started)
      break;
    if (started->is_err()) {
      ++end.attempts;
      end.outcome = job_outcome::failed;
      end.reason = started->error().message();
      break;
    }
    const auto limit = self->limit();
    const auto attempt = process_attempt::watch(ctx, std::move(*started).value(), limit.time);
    for (auto level = cancellation_level::none; !attempt->is_over();)
      level = co_await attempt->wait(level);
    for (auto* process = attempt->unwatched(); process && !process->ended();)
      process->heed(co_await process->wait());
    ++end.attempts;
    judge(*attempt, ctx.level() >= cancellation_level::kill, limit, end);
    const auto wait = self->wait_before_next(end);
    if (!wait)
      break;
    // In small parts, because nothing else tells that the job is to stop.
    for (auto left = *wait; left.count() > 0 && !self->is_stopping(); left -= look_again)
      co_await ctx.sleep_for(std::min(left, look_again));
    if (self->is_stopping())
      break;
  }
  self->report(ctx, std::move(end), out);
}

async<void> each_run::run_there(task_context ctx, std::shared_ptr<each_run> self, each_item item,
                                std::uint64_t index, collector<item_ended>& out) {
  if (self->is_stopping())
    co_return;
  auto end = self->not_run_yet(item, index);
  while (item.problem.empty()) {
    const auto limit = self->limit();
    const auto run =
        self->nodes_->prepare(self->job_, self->place_, self->line_of(item, limit.time));
    auto level = ctx.level();
    do {
      run->start(ctx);
      while (!run->over().is_set())
        level = co_await detail::event_access::wait_shielded(run->over(), level);
    } while (run->is_to_be_repeated(level));
    ++end.attempts;
    judge(run->end(level), limit, end);
    const auto wait = self->wait_before_next(end);
    if (!wait)
      break;
    // In small parts, because nothing else tells that the job is to stop.
    for (auto left = *wait; left.count() > 0 && !self->is_stopping(); left -= look_again)
      co_await ctx.sleep_for(std::min(left, look_again));
    if (self->is_stopping())
      break;
  }
  self->report(ctx, std::move(end), out);
}

item_ended each_run::not_run_yet(each_item& item, std::uint64_t index) const {
  item_ended end{.job = place_, .index = index, .item = std::move(item.name)};
  if (!item.problem.empty()) {
    end.outcome = job_outcome::failed;
    end.reason = item.problem;
  }
  return end;
}

void each_run::report(task_context ctx, item_ended end, collector<item_ended>& out) {
  count(end);
  const auto failed = has_failed(end.outcome);
  auto message = failed ? named(end) : std::string{};
  if (failed && job_.each->on_error == item_failure::stop)
    stop(stop_reason::failed_item);
  // The results of a failed event are dropped, and a stream that is killed collects none. So a
  // failed item is reported directly; where items are reported in order, it is collected as if its
  // event had succeeded.
  const auto collects = !failed || job_.each->ordered;
  if (ctx.level() < cancellation_level::kill && collects)
    out.collect_item(std::move(end));
  else
    events_.push(std::move(end));
  if (failed && !collects)
    throw task_failure{task_error{error_code::failure, std::move(message)}};
}

each_run::time_limit each_run::limit() const {
  time_limit result{job_.each->timeout, false};
  if (!job_.timeout)
    return result;
  const auto left =
      std::max<std::chrono::nanoseconds>(started_ + *job_.timeout - clock::now(), 1ms);
  if (!result.time || left < *result.time)
    result = {left, true};
  return result;
}

std::optional<task_result<process_room::started_process>>
each_run::start_process(task_context ctx, const each_item& item) const {
  const auto& command = job_.each->run;
  auto spec = common_;
  auto shell = command.shell(item.values);
  spec.argv = command.words(item.values);
  if (spec.argv.empty())
    spec.argv = std::exchange(shell, {});
  auto started = room_.start(ctx, spec, process_room::purpose::job);
  if (!started || started->is_ok() || shell.empty())
    return started;
  spec.argv = std::move(shell);
  return room_.start(ctx, std::move(spec), process_room::purpose::job);
}

void each_run::judge(process_attempt& attempt, bool killed, const time_limit& limit,
                     item_ended& end) {
  end.process = attempt.take();
  if (attempt.stopped() != process_attempt::stop::none) {
    const auto by_itself = !killed && !limit.is_jobs;
    end.outcome = by_itself ? job_outcome::timed_out : job_outcome::interrupted;
    end.reason = by_itself ? "timed out after " + duration_text(*limit.time)
                           : to_string(end.process->status);
  } else {
    end.reason = failure_of(*end.process);
    end.outcome = end.reason.empty() ? job_outcome::succeeded : job_outcome::failed;
  }
}

void each_run::judge(job_ended there, const time_limit& limit, item_ended& end) {
  end.outcome = there.outcome;
  end.reason = std::move(there.reason);
  end.process = std::move(there.process);
  if (end.outcome == job_outcome::timed_out && limit.is_jobs) {
    end.outcome = job_outcome::interrupted;
    end.reason = end.process ? to_string(end.process->status) : "stopped";
  }
}

remote_command_line each_run::line_of(const each_item& item,
                                      std::optional<std::chrono::nanoseconds> timeout) const {
  const auto& command = job_.each->run;
  auto argv = command.shell(item.values);
  if (argv.empty())
    argv = command.words(item.values);
  const auto files = command.texts(item.values);
  const auto outputs = files.begin() + static_cast<std::ptrdiff_t>(job_.inputs.size());
  return {std::move(argv), {files.begin(), outputs}, {outputs, files.end()}, timeout};
}

std::optional<std::chrono::nanoseconds> each_run::wait_before_next(const item_ended& end) const {
  if (!has_failed(end.outcome) || is_stopping())
    return std::nullopt;
  // Items that failed together shall not come back together; by multiples of the golden ratio they
  // are spread as evenly as can be.
  constexpr double ratio = 0.6180339887498949;
  double whole = 0;
  const auto spread =
      std::modf(static_cast<double>(end.index % 1'000'000 + end.attempts) * ratio, &whole);
  return policy_of(*job_.each)
      .next(task_error{error_code::failure, end.reason}, end.attempts,
            std::chrono::nanoseconds::max(), spread);
}

// -- what has become of them ----------------------------------------------------------------------

void each_run::count(const item_ended& end) {
  const std::lock_guard lock{mutex_};
  if (end.outcome == job_outcome::succeeded) {
    ++counts_.succeeded;
  } else if (end.outcome == job_outcome::interrupted) {
    ++counts_.interrupted;
  } else if (++counts_.failed <= named_failures) {
    failures_ += (failures_.empty() ? "" : ", ") + named(end);
  }
}

job_ended each_run::end() const {
  const std::lock_guard lock{mutex_};
  job_ended result{.job = place_, .items = counts_};
  result.items->wall = clock::now() - started_;
  const auto why = why_.load();
  if (counts_.failed > 0)
    result.reason = failures_text();
  // failures_text() has the error of a failed item already.
  if (error_ && why != stop_reason::failed_item && !was_cancelled()) {
    const auto source = error_.root_cause().message();
    result.reason = result.reason.empty() ? source : fmt::format("{}; {}", source, result.reason);
  }
  if (why == stop_reason::interrupt) {
    result.outcome = job_outcome::interrupted;
  } else if (why == stop_reason::job_timeout) {
    result.outcome = job_outcome::timed_out;
    const auto over = "timed out after " + duration_text(*job_.timeout);
    result.reason = result.reason.empty() ? over : fmt::format("{}; {}", over, result.reason);
  } else if (!result.reason.empty()) {
    result.outcome = job_outcome::failed;
  }
  return result;
}

std::string each_run::failures_text() const {
  const auto ended = counts_.ended();
  const auto total = counts_.total.value_or(ended);
  auto result = fmt::format("{} of {} item{} failed: {}", counts_.failed, total,
                            total == 1 ? "" : "s", failures_);
  if (counts_.failed > named_failures)
    result += fmt::format(" and {} more", counts_.failed - named_failures);
  if (why_ == stop_reason::failed_item && counts_.total != ended)
    result += "; no further one was started";
  return result;
}

} // namespace sweet::command
