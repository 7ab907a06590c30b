// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "run_command.hpp"

#include <sweet/actors/graph/graph_run.hpp>
#include <sweet/actors/process/orphan_guard.hpp>
#include <sweet/actors/process/task_process.hpp>
#include <sweet/actors/runtime/home/log_to_stderr.hpp>
#include <sweet/actors/runtime/runtime.hpp>
#include <sweet/strategies/dependencies/dependency_plan.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <future>
#include <iostream>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "event_queue.hpp"
#include "interrupt_signals.hpp"
#include "job_runner.hpp"
#include "json_report.hpp"
#include "output_writer.hpp"
#include "progress_line.hpp"
#include "read_job_file.hpp"
#include "remote_jobs.hpp"
#include "run_report.hpp"
#include "text_report.hpp"

namespace sweet::command {

namespace {

/// How often it is looked whether jobs wait for a node.
constexpr int pending_step_ms = 500;

/// Bytes of the report that may wait for their reader before each-jobs wait, too.
constexpr std::uint64_t most_unread = std::uint64_t{4} << 20U;

bool is_set(const char* text) {
  return text && *text;
}

bool is_terminal() {
  const char* terminal = std::getenv("TERM");
  return ::isatty(STDOUT_FILENO) != 0 && is_set(terminal) && std::string_view{terminal} != "dumb";
}

bool wants_colour() {
  return is_terminal() && !is_set(std::getenv("NO_COLOR"));
}

std::size_t columns_of_terminal() {
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

// The order of the jobs, one after the other, as if each succeeded at once.
std::string planned_order(const job_file& file) {
  std::string result;
  dependency_lists needs_of_all;
  std::vector<task_priority> priorities;
  for (const auto& job : file.jobs) {
    needs_of_all.push_back(job.needs);
    priorities.push_back(job.priority);
  }
  dependency_plan plan{needs_of_all, priorities, 1};
  for (auto next = plan.start(); !next.empty(); next = plan.start()) {
    const auto& job = file.jobs[next.front()];
    std::vector<std::string_view> needs;
    needs.reserve(job.needs.size());
    for (auto need : job.needs)
      needs.push_back(file.jobs[need].name);
    result += job.name;
    if (job.service)
      result += "  (service)";
    if (job.each)
      result +=
          fmt::format("  (for each item of {} {})", name_of(job.each->origin), job.each->from);
    result += needs.empty() ? "\n" : fmt::format("  (after {})\n", fmt::join(needs, ", "));
    plan.finish(next.front(), graph_task_state::completed);
  }
  return result;
}

// Logs a record, unless it is about restarts, which the report tells.
void log_unless_reported(const job_file& file, const log_record& record) {
  const auto by_it = [&](const auto& supervisor) { return supervisor.name == record.name; };
  if (record.level >= log_level::error ||
      std::none_of(file.supervisors.begin(), file.supervisors.end(), by_it))
    log_to_stderr(record);
}

// The loop of the thread that reports, and hears the signals.
class run_loop {
public:
  run_loop(const job_file& file, const run_options& options, interrupt_signals& signals)
      : signals_(signals), jobs_(file.jobs.size()),
        report_(options.json ? make_json_report(file, {.verbose = options.verbose})
                             : make_text_report(
                                   file, {.verbose = options.verbose, .colour = wants_colour()})),
        shows_progress_(!options.json && std::any_of(file.jobs.begin(), file.jobs.end(),
                                                     [](const job& x) { return x.each; })),
        options_(options), runner_(file, options.jobs, events_, guard_),
        // The bodies are the command's own: nobody could do anything about a warning.
        runtime_({.name = "sweet",
                  .workers = options.workers,
                  .log =
                      [&file, this](const log_record& x) {
                        visit_log_.note(x);
                        log_unless_reported(file, x);
                      },
                  .watchdog = std::chrono::nanoseconds::zero()}) {}

  int run() {
    const auto all_own = task_process::adopt_orphans(runtime_);
    if (signals_.take())
      return say_that_nothing_was_started();
    if (options_.uses_nodes()) {
      auto joined = join_cluster(runtime_, signals_, visit_log_, options_.nodes);
      if (!joined.jobs) {
        std::cerr << "sweet: nothing was started\n";
        return joined.code;
      }
      nodes_ = std::move(joined.jobs);
      runner_.use(*nodes_);
    }
    // The waiter is made first: without it no job is started.
    std::jthread waiter;
    std::promise<void> started;
    waiter = make_waiter(started.get_future());
    runner_.start(runtime_, all_own);
    started.set_value();
    while (!over_ || out_.pending())
      turn();
    return exit_code(runner_.summary());
  }

private:
  /// A thread that waits until the jobs, once they have been started, are over.
  std::jthread make_waiter(std::future<void> started) {
    try {
      return std::jthread{[this, started = std::move(started)]() mutable {
        try {
          started.get();
        } catch (const std::future_error&) {
          return; // The jobs could not be started.
        }
        runner_.wait();
        events_.close();
      }};
    } catch (const std::system_error& e) {
      throw std::system_error{e.code(), "the thread that waits for the jobs cannot be started"};
    }
  }

  int say_that_nothing_was_started() {
    over_ = true;
    add(report_->words(run_interrupted{cancellation_level::none, 0}, events_.elapsed()));
    const run_summary summary{.interrupted = jobs_, .wall = events_.elapsed()};
    add_text(report_->words(summary));
    while (out_.pending())
      turn();
    return exit_code(summary);
  }

  [[nodiscard]] int exit_code(const run_summary& summary) const {
    if (out_.error() == 0)
      return summary.exit_code();
    std::cerr << fmt::format("sweet: cannot write the report: {}\n",
                             std::generic_category().message(out_.error()));
    return std::max(summary.exit_code(), exit_job_failed);
  }

  void turn() {
    std::array<pollfd, 3> fds{pollfd{signals_.fd(), POLLIN, 0},
                              pollfd{over_ ? -1 : events_.fd(), POLLIN, 0},
                              pollfd{out_.pending() ? STDOUT_FILENO : -1, POLLOUT, 0}};
    auto wait = shows_progress_ && !over_ ? progress_.timeout(events_.elapsed()) : -1;
    if (nodes_ && !over_)
      wait = wait < 0 ? pending_step_ms : std::min(wait, pending_step_ms);
    if (::poll(fds.data(), fds.size(), wait) < 0 && errno != EINTR)
      throw std::system_error{errno, std::generic_category(), "poll"};
    // One signal a turn: a sender that never pauses must not keep us from the events.
    if (fds[0].revents != 0 && signals_.take())
      interrupt();
    if (fds[1].revents != 0)
      take_events();
    if (shows_progress_ && !over_ && progress_.is_due(events_.elapsed()))
      show_progress();
    if (nodes_ && !over_)
      tell_pending();
    if (fds[2].revents != 0)
      out_.write_some();
    events_.hold(out_.waiting() > most_unread);
  }

  // Tells once why jobs wait for a node, if they still do after a moment.
  void tell_pending() {
    if (events_.elapsed() < next_look_)
      return;
    next_look_ = events_.elapsed() + std::chrono::milliseconds{pending_step_ms};
    auto now = nodes_->pending();
    for (const auto& why : now)
      if (std::ranges::find(pending_, why) != pending_.end() && told_.insert(why).second)
        add(report_->words(jobs_wait{why}, events_.elapsed()));
    pending_ = std::move(now);
  }

  void add(report_pieces pieces) {
    if (pieces.empty())
      return;
    add_text(progress_.take_away());
    out_.add(std::move(pieces));
  }

  void add_text(std::string text) {
    report_pieces pieces;
    pieces.emplace_back(std::move(text));
    out_.add(std::move(pieces));
  }

  void show_progress() {
    const auto now = events_.elapsed();
    auto text = progress_.show(report_->progress(now), columns_of_terminal(), now);
    // A reader that does not read wants no news either.
    if (out_.waiting() <= most_unread)
      add_text(std::move(text));
  }

  void interrupt() {
    if (over_) {
      // All that keeps us is a reader that does not read.
      out_.drop();
      return;
    }
    if (level_ == cancellation_level::kill_hard)
      return;
    level_ = static_cast<cancellation_level>(static_cast<int>(level_) + 1);
    const auto running = runner_.interrupt(level_);
    add(report_->words(run_interrupted{level_, running}, events_.elapsed()));
  }

  void take_events() {
    auto [events, last] = events_.take();
    for (auto& [event, at] : events)
      add(report_->words(std::move(event), at));
    if (!last)
      return;
    over_ = true;
    report_pieces summary;
    summary.emplace_back(report_->words(runner_.summary()));
    add(std::move(summary));
  }

  interrupt_signals& signals_;
  const std::size_t jobs_;
  // The guard is forked before there are threads.
  orphan_guard guard_;
  event_queue events_;
  std::unique_ptr<run_report> report_;
  output_writer out_{STDOUT_FILENO};
  progress_line progress_{is_terminal()};
  const bool shows_progress_;
  const run_options& options_;
  job_runner runner_;
  visit_log visit_log_;
  runtime runtime_;
  std::unique_ptr<remote_jobs> nodes_;
  std::vector<std::string> pending_; ///< why jobs waited when it was last looked
  std::set<std::string> told_;
  std::chrono::nanoseconds next_look_{0};
  cancellation_level level_ = cancellation_level::none;
  bool over_ = false;
};

} // namespace

int run_jobs(const run_options& options, const sigset_t& blocked) {
  interrupt_signals signals{blocked};
  const auto reading = read_job_file(options.file, signals.fd());
  if (reading.interrupted) {
    std::cerr << "sweet: interrupted; nothing was started\n";
    return exit_interrupted;
  }
  if (!reading.errors.empty()) {
    for (const auto& error : reading.errors)
      std::cerr << to_string(error) << '\n';
    std::cerr << "sweet: nothing was started\n";
    return exit_wrong_usage;
  }
  if (options.dry_run) {
    unblock_signals();
    std::cout << planned_order(reading.file);
    return printed(exit_done);
  }
  return run_loop{reading.file, options, signals}.run();
}

} // namespace sweet::command
