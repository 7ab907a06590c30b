// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "remote_jobs.hpp"

#include <sweet/actors/process/captured_output.hpp>
#include <sweet/actors/task/async_event.hpp>
#include <sweet/actors/task/on_done.hpp>
#include <sweet/actors/task/scope.hpp>
#include <sweet/messages/cancelled.hpp>
#include <sweet/node/node.hpp>
#include <sweet/node/wire/codec.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "carried_file.hpp"
#include "duration_text.hpp"
#include "job_process.hpp"
#include "remote_command.hpp"
#include "visiting_node.hpp"

namespace sweet::command {

namespace {

constexpr std::string_view by_role = "role:";

/// One try to run a command on a node, for the job that waits for it.
struct attempt {
  std::mutex mutex;
  captured_output out;              ///< under the mutex
  std::optional<command_end> end{}; ///< of the process, under the mutex
  std::uint32_t number = 0;         ///< whose output it is, under the mutex
  task_result<void> outcome{};      ///< of the task; once it is over
  async_event over{};

  /// Takes a portion of what a command has to say.
  void take(std::uint32_t whose, std::string_view portion) {
    std::lock_guard guard{mutex};
    if (std::exchange(number, whose) != whose)
      out = {}; // the command had not begun where it was before, as far as is known
    const auto text = portion.substr(std::min<std::size_t>(portion.size(), 1));
    if (portion.starts_with(printed_tag)) {
      out.append(text);
    } else if (portion.starts_with(end_tag)) {
      command_end read;
      if (detail::wire::decode(std::as_bytes(std::span{text}), read))
        end = std::move(read);
    }
  }

  void is_over(const task_result<command_end>& how) {
    if (how.is_ok()) {
      std::lock_guard guard{mutex};
      end = how.value();
    } else {
      outcome = how.error();
    }
    over.set();
  }
};

/// The function that runs the command of a job, and where.
std::pair<std::string, placement> placement_of(const std::string& node) {
  if (node.starts_with(by_role)) {
    const auto role = node.substr(by_role.size());
    return {command_name(role), placement::least_loaded().role(role)};
  }
  return {command_name("any"), node == "any" ? placement::least_loaded() : placement::on(node)};
}

class cluster_job final : public remote_job {
public:
  cluster_job(const node& own, const job& what, std::size_t place, remote_command_line line)
      : own_(own), what_(what), place_(place), line_(std::move(line)),
        inputs_(read_carried(what.cwd, line_.inputs)) {}

  void start(task_context ctx) override {
    attempt_ = std::make_shared<attempt>();
    if (!inputs_)
      return attempt_->is_over(inputs_.error());
    const auto [function, where] = placement_of(what_.node);
    const auto body =
        [call = own_.body_of(command_function{function}, where,
                             [to = attempt_](std::uint32_t whose, std::string_view portion) {
                               to->take(whose, portion);
                             }),
         request = command_request{line_.argv, what_.env, what_.leaves_daemons, inputs_.value(),
                                   line_.outputs}](task_context task) {
          return call(task, request);
        };
    try {
      const auto child = line_.timeout ? ctx.with_timeout(time_left(), body)
                                       : ctx.scope(child_failure::collect, body);
      child.on_done([to = attempt_](const task_result<command_end>& how) { to->is_over(how); });
    } catch (const cancelled&) {
      // A killed task starts no child.
      attempt_->is_over(task_error{error_code::cancelled, {}});
    }
  }

  async_event& over() override { return attempt_->over; }

  bool is_to_be_repeated(cancellation_level level) override {
    return level == cancellation_level::none && attempt_->outcome.is_err() &&
           attempt_->outcome.error().root_cause().code() == error_code::unreachable &&
           repeated_++ < what_.node_retry;
  }

  job_ended end(cancellation_level level) override {
    job_ended to{place_, job_outcome::failed, {}, {}};
    const auto& outcome = attempt_->outcome;
    const bool is_stopped = level != cancellation_level::none;
    std::lock_guard guard{attempt_->mutex};
    const auto& end = attempt_->end;
    auto result = end ? as_result(*end) : process_result{};
    result.out = std::move(attempt_->out);
    if (!end)
      result.usage.wall = std::chrono::steady_clock::now() - begin_;
    if (is_stopped) {
      to.outcome = job_outcome::interrupted;
      to.reason = end ? to_string(result.status) : "stopped";
    } else if (outcome.is_ok()) {
      to.reason = failure_of(result);
      if (to.reason.empty())
        to.reason = fetch(*end);
      if (to.reason.empty())
        to.outcome = job_outcome::succeeded;
    } else if (outcome.error().code() == error_code::timeout && line_.timeout) {
      to.outcome = job_outcome::timed_out;
      to.reason = "timed out after " + duration_text(*line_.timeout);
    } else {
      to.reason = outcome.error().root_cause().message();
    }
    // A command that could not be started has no process.
    if (end || to.outcome != job_outcome::failed || result.out.size() != 0)
      to.process = std::move(result);
    return to;
  }

private:
  [[nodiscard]] std::chrono::nanoseconds time_left() const {
    return std::max<std::chrono::nanoseconds>(
        *line_.timeout - (std::chrono::steady_clock::now() - begin_), std::chrono::nanoseconds{1});
  }

  /// Writes what the command has made. @returns why it could not; empty: it could
  [[nodiscard]] std::string fetch(const command_end& end) const {
    if (!end.lacks.empty())
      return end.lacks;
    const auto written = write_carried(what_.cwd, end.outputs);
    return written ? std::string{} : written.error().message();
  }

  const node& own_;
  const job& what_;
  const std::size_t place_;
  const remote_command_line line_;
  const task_result<std::vector<carried_file>> inputs_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::shared_ptr<attempt> attempt_;
  std::uint32_t repeated_ = 0;
};

class cluster_jobs final : public remote_jobs {
public:
  explicit cluster_jobs(std::unique_ptr<visiting_node> own) : own_(std::move(own)) {}

  std::unique_ptr<remote_job> prepare(const job& what, std::size_t place,
                                      remote_command_line line) override {
    return std::make_unique<cluster_job>(**own_, what, place, std::move(line));
  }

  std::vector<std::string> pending() const override {
    auto all = (*own_)->pending();
    for (auto& text : all)
      if (const auto at = text.find(": "); at != std::string::npos)
        text.erase(0, at + 2);
    return all;
  }

private:
  std::unique_ptr<visiting_node> own_;
};

} // namespace

joined_cluster join_cluster(runtime& rt, interrupt_signals& signals, const visit_log& log,
                            const asking_options& options) {
  auto own = std::make_unique<visiting_node>(rt, signals, log);
  if (const auto code = own->join(options))
    return {nullptr, *code};
  return {std::make_unique<cluster_jobs>(std::move(own)), 0};
}

} // namespace sweet::command
