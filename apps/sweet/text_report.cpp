// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "text_report.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "duration_text.hpp"
#include "items_progress.hpp"
#include "printable_text.hpp"

namespace sweet::command {

namespace {

constexpr std::size_t widest_name = 30;
constexpr std::size_t longest_line = 400;

constexpr std::string_view red = "31";
constexpr std::string_view green = "32";
constexpr std::string_view yellow = "33";
constexpr std::string_view dim = "2";

std::string size_text(std::uint64_t bytes) {
  if (bytes < 1'000)
    return fmt::format("{} B", bytes);
  if (bytes < 1'000'000)
    return fmt::format("{:.1f} kB", static_cast<double>(bytes) / 1e3);
  if (bytes < 1'000'000'000)
    return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
  return fmt::format("{:.1f} GB", static_cast<double>(bytes) / 1e9);
}

std::string usage_text(const process_usage& usage) {
  auto text = "cpu " + duration_text(usage.user + usage.system);
  return usage.max_rss == 0 ? text : fmt::format("{}, {}", text, size_text(usage.max_rss));
}

// The part of a line that is shown.
std::string shown(std::string_view line) {
  const auto begin = cut_text(line, longest_line);
  return printable(begin) + (begin.size() < line.size() ? " ..." : "");
}

// A line as a terminal would show it in the end.
std::string harmless(std::string_view line) {
  if (!line.empty() && line.back() == '\r')
    line.remove_suffix(1);
  // A progress bar overwrites itself: its last state counts.
  if (auto at = line.rfind('\r'); at != std::string_view::npos)
    line.remove_prefix(at + 1);
  return shown(line);
}

// "2000 items in 3.21 s, 623/s", or "3 of 2000 items failed: ...; 1997 items done in 3.21 s,
// 623/s".
std::string items_text(const items_summary& x, const std::string& reason) {
  const auto wall = duration_text(x.wall);
  const auto rate = x.ended() == 0 ? std::string{} : ", " + rate_text(x.rate());
  if (reason.empty() && x.interrupted == 0 && x.succeeded == x.total)
    return fmt::format("{} item{} in {}{}", x.succeeded, x.succeeded == 1 ? "" : "s", wall, rate);
  auto text = fmt::format("{}{}{} item{} done", shown(reason), reason.empty() ? "" : "; ",
                          x.succeeded, x.succeeded == 1 ? "" : "s");
  if (x.interrupted > 0)
    text += fmt::format(", {} interrupted", x.interrupted);
  return fmt::format("{} in {}{}", text, wall, rate);
}

std::string lines_text(std::string_view rest) {
  std::string result;
  while (!rest.empty()) {
    auto end = std::min(rest.find('\n'), rest.size());
    result += fmt::format("       | {}\n", harmless(rest.substr(0, end)));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return result;
}

std::string lost_text(const captured_output& output) {
  return fmt::format("{} after this were lost: {}", size_text(output.lost()),
                     std::generic_category().message(output.error()));
}

std::string tail_text(const captured_output& output) {
  auto tail = output.tail(tail_lines);
  std::string result;
  if (tail.size() < output.size())
    result = fmt::format("       | ... {} before this; --verbose prints all\n",
                         size_text(output.size() - tail.size()));
  result += lines_text(tail);
  if (output.lost() > 0)
    result += "       | ... " + lost_text(output) + '\n';
  return result;
}

// "       not ready: the command said exit 1", and its output.
std::string check_text(std::string_view last_check) {
  const auto end = std::min(last_check.find('\n'), last_check.size());
  auto result = fmt::format("       not ready: {}\n", shown(last_check.substr(0, end)));
  last_check.remove_prefix(std::min(end + 1, last_check.size()));
  return result + lines_text(last_check);
}

class text_report final : public run_report {
public:
  text_report(const job_file& file, report_options options)
      : file_(file), options_(options), progress_(file), ended_(file.jobs.size()) {
    for (const auto& job : file.jobs)
      width_ = std::max(width_, std::min(job.name.size(), widest_name));
    for (const auto& supervisor : file.supervisors)
      width_ = std::max(width_, std::min(supervisor.name.size(), widest_name));
  }

  report_pieces words(run_event event, std::chrono::nanoseconds at) override {
    if (const auto* started = std::get_if<job_started>(&event))
      progress_.begin(started->job, at);
    return std::visit([this](auto& x) { return words_of(x); }, event);
  }

  std::string progress(std::chrono::nanoseconds at) const override { return progress_.text(at); }

  std::string words(const run_summary& x) override {
    auto total = x.succeeded + x.failed + x.skipped + x.interrupted;
    auto text = fmt::format("{} job{} in {}: {} done", total, total == 1 ? "" : "s",
                            duration_text(x.wall), x.succeeded);
    if (x.failed > 0)
      text += fmt::format(", {} failed", x.failed);
    if (x.skipped > 0)
      text += fmt::format(", {} skipped", x.skipped);
    if (x.interrupted > 0)
      text += fmt::format(", {} interrupted", x.interrupted);
    return painted(x.exit_code() == 0 ? green : red, text) + '\n';
  }

private:
  [[nodiscard]] std::string painted(std::string_view colour, std::string_view text) const {
    return options_.colour ? fmt::format("\033[{}m{}\033[0m", colour, text) : std::string{text};
  }

  [[nodiscard]] std::string line(std::string_view colour, std::string_view word, std::size_t job,
                                 std::string_view rest) const {
    const auto& name = file_.jobs[job].name;
    return rest.empty() ? fmt::format("{}  {}\n", painted(colour, word), name)
                        : fmt::format("{}  {:{}}  {}\n", painted(colour, word), name, width_, rest);
  }

  static report_pieces alone(std::string text) {
    report_pieces result;
    result.emplace_back(std::move(text));
    return result;
  }

  [[nodiscard]] report_pieces words_of(const job_started& x) const {
    return alone(line(dim, "start", x.job, {}));
  }

  [[nodiscard]] std::string line_of(job_outcome outcome, std::size_t job,
                                    const std::string& rest) const {
    const auto succeeded = outcome == job_outcome::succeeded;
    const auto interrupted = outcome == job_outcome::interrupted;
    return line(succeeded     ? green
                : interrupted ? yellow
                              : red,
                succeeded     ? "done "
                : interrupted ? "stop "
                              : "FAIL ",
                job, rest);
  }

  report_pieces words_of(job_ended& x) {
    ended_[x.job] = true;
    progress_.end(x.job);
    if (x.items)
      return alone(line_of(x.outcome, x.job, items_text(*x.items, x.reason)));
    auto rest = printable(x.reason);
    if (x.process) {
      auto wall = duration_text(x.process->usage.wall);
      // The reason of a timeout names the time itself.
      if (rest.empty())
        rest = wall;
      else if (x.outcome != job_outcome::timed_out)
        rest += " after " + wall;
      rest += used_text(*x.process);
    }
    return with_output(line_of(x.outcome, x.job, rest), x.outcome, x.process);
  }

  report_pieces words_of(item_ended& x) {
    const auto failed = progress_.add(x);
    if (x.outcome == job_outcome::succeeded) {
      if (!options_.verbose)
        return {};
    } else if (x.outcome != job_outcome::interrupted && failed > most_failed_items) {
      if (failed > most_failed_items + 1)
        return {};
      return alone(line(red, "FAIL ", x.job, "further failed items are only counted"));
    }
    auto rest = shown(x.item);
    if (!x.reason.empty())
      rest += "  " + shown(x.reason);
    if (x.process && x.outcome != job_outcome::timed_out)
      rest += fmt::format(" {} {}", x.reason.empty() ? "" : "after",
                          duration_text(x.process->usage.wall));
    if (x.attempts > 1)
      rest += fmt::format(", attempt {}", x.attempts);
    return with_output(line_of(x.outcome, x.job, rest), x.outcome, x.process);
  }

  report_pieces words_of(const items_counted& x) {
    progress_.set_total(x);
    return {};
  }

  // A line, and the output: all of it, its end if the job failed, or none.
  [[nodiscard]] report_pieces with_output(std::string text, job_outcome outcome,
                                          std::optional<process_result>& process) const {
    const auto succeeded = outcome == job_outcome::succeeded;
    report_pieces result;
    if (!process || (succeeded && !options_.verbose) ||
        (process->out.size() == 0 && process->out.lost() == 0)) {
      result.emplace_back(std::move(text));
    } else if (!options_.verbose) {
      result.emplace_back(text + tail_text(process->out));
    } else {
      const auto size = process->out.size();
      auto whole_lines = size == 0 || process->out.read(size - 1, 1) == "\n";
      auto lost = process->out.lost() > 0 ? "... " + lost_text(process->out) + '\n' : std::string{};
      result.emplace_back(std::move(text));
      result.emplace_back(std::move(process->out));
      if (!whole_lines)
        result.emplace_back("\n");
      if (!lost.empty())
        result.emplace_back(std::move(lost));
    }
    return result;
  }

  static std::string used_text(const process_result& x) {
    auto result = ", " + usage_text(x.usage);
    if (x.left_processes)
      result += ", left processes behind, which were stopped";
    if (!x.still_running.empty())
      result += fmt::format(", could not be stopped and may still run: {}",
                            fmt::join(x.still_running, ", "));
    if (x.output_cut_off)
      result += ", its output was cut off, because a process that is no part of it holds it open";
    return result;
  }

  [[nodiscard]] report_pieces words_of(const service_ready& x) const {
    return alone(line(green, "ready", x.job, duration_text(x.after)));
  }

  [[nodiscard]] report_pieces words_of(const service_ended& x) const {
    auto stopped = x.how == service_end::stopped;
    auto rest = printable(x.reason);
    if (x.process)
      rest += " after " + duration_text(x.process->usage.wall) + used_text(*x.process);
    if (x.how == service_end::failed && !x.restarts)
      rest += "; it is not restarted";
    auto text = line(stopped      ? dim
                     : x.restarts ? yellow
                                  : red,
                     stopped ? "stop " : "down ", x.job, rest);
    if (x.process && (x.how == service_end::failed || !x.last_check.empty()))
      text += tail_text(x.process->out);
    if (!x.last_check.empty())
      text += check_text(x.last_check);
    return alone(std::move(text));
  }

  [[nodiscard]] report_pieces words_of(const supervisor_failed& x) const {
    return alone(fmt::format("{}  {:{}}  {}\n", painted(red, "FAIL "),
                             file_.supervisors[x.supervisor].name, width_, printable(x.reason)));
  }

  [[nodiscard]] report_pieces words_of(const job_skipped& x) const {
    return alone(line(yellow, "skip ", x.job,
                      fmt::format("needs {}, which {}", file_.jobs[x.because].name,
                                  ended_[x.because] ? "failed" : "was skipped")));
  }

  [[nodiscard]] report_pieces words_of(const strays_ended& x) const {
    std::string text;
    if (x.stopped > 0)
      text = fmt::format("stopped {} process{} that had hidden from the jobs", x.stopped,
                         x.stopped == 1 ? "" : "es");
    if (!x.still_running.empty())
      text += fmt::format("{}could not stop, and may still run: {}", text.empty() ? "" : "; ",
                          fmt::join(x.still_running, ", "));
    return alone(painted(yellow, text) + '\n');
  }

  [[nodiscard]] report_pieces words_of(const jobs_wait& x) const {
    return alone(painted(yellow, "pending: " + printable(x.why)) + '\n');
  }

  [[nodiscard]] report_pieces words_of(const run_interrupted& x) const {
    if (x.level == cancellation_level::none)
      return alone(painted(yellow, "interrupted before anything was started") + '\n');
    auto jobs = fmt::format("{} job{}", x.running, x.running == 1 ? "" : "s");
    std::string text;
    switch (x.level) {
      case cancellation_level::kill:
        text = fmt::format("interrupted again: killing {}", jobs);
        break;
      case cancellation_level::kill_hard:
        text = fmt::format("interrupted again: waiting no longer for {}", jobs);
        break;
      default: text = fmt::format("interrupted: asking {} to stop; Ctrl-C again to kill", jobs);
    }
    return alone(painted(yellow, text) + '\n');
  }

  const job_file& file_;
  const report_options options_;
  std::size_t width_ = 0;
  items_progress progress_;
  // Jobs that ran. A needed job that did not was skipped.
  std::vector<bool> ended_;
};

} // namespace

std::unique_ptr<run_report> make_text_report(const job_file& file, report_options options) {
  return std::make_unique<text_report>(file, options);
}

} // namespace sweet::command
