// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "json_report.hpp"

#include <utility>

#include <nlohmann/json.hpp>

namespace sweet::command {

namespace {

using json = nlohmann::ordered_json;

double seconds(std::chrono::nanoseconds x) {
  return std::chrono::duration<double>(x).count();
}

std::string_view outcome_name(job_outcome x) {
  switch (x) {
    case job_outcome::succeeded: return "succeeded";
    case job_outcome::failed: return "failed";
    case job_outcome::timed_out: return "timed_out";
    case job_outcome::interrupted: return "interrupted";
  }
  return "unknown";
}

std::string_view end_name(service_end x) {
  switch (x) {
    case service_end::stopped: return "stopped";
    case service_end::ended: return "ended";
    case service_end::failed: return "failed";
  }
  return "unknown";
}

// The output of a job need not be UTF-8; JSON must.
std::string to_line(const json& x) {
  return x.dump(-1, ' ', false, json::error_handler_t::replace) + '\n';
}

class json_report final : public run_report {
public:
  json_report(const job_file& file, report_options options) : file_(file), options_(options) {}

  report_pieces words(run_event event, std::chrono::nanoseconds at) override {
    auto object = std::visit([this](const auto& x) { return this->object_of(x); }, event);
    object["at"] = seconds(at);
    auto line = to_line(object);
    report_pieces result;
    auto* output = options_.verbose ? output_of(event) : nullptr;
    if (!output) {
      result.emplace_back(std::move(line));
      return result;
    }
    // The output may be larger than memory, so it is written in pieces, as the last member.
    line.resize(line.size() - std::string_view{"}\n"}.size());
    result.emplace_back(line + R"(,"output":")");
    result.emplace_back(json_output{std::move(*output)});
    result.emplace_back("\"}\n");
    return result;
  }

  std::string words(const run_summary& x) override {
    return to_line({{"event", "run_ended"},
                    {"succeeded", x.succeeded},
                    {"failed", x.failed},
                    {"skipped", x.skipped},
                    {"interrupted", x.interrupted},
                    {"exit_code", x.exit_code()},
                    {"at", seconds(x.wall)}});
  }

private:
  // The output of a job or an item that has ended; null for other events.
  static captured_output* output_of(run_event& event) {
    if (auto* end = std::get_if<job_ended>(&event); end && end->process)
      return &end->process->out;
    if (auto* end = std::get_if<item_ended>(&event); end && end->process)
      return &end->process->out;
    return nullptr;
  }

  [[nodiscard]] json object_of(const job_started& x) const {
    const auto& job = file_.jobs[x.job];
    json result{{"event", "job_started"}, {"job", job.name}};
    if (!job.group.empty())
      result["group"] = job.group;
    if (job.service)
      result["kind"] = "service";
    return result;
  }

  [[nodiscard]] json object_of(const job_ended& x) const {
    json result{{"event", "job_ended"},
                {"job", file_.jobs[x.job].name},
                {"outcome", outcome_name(x.outcome)}};
    if (!x.reason.empty())
      result["reason"] = x.reason;
    if (x.items)
      describe(*x.items, result);
    if (x.process)
      describe(*x.process, x.outcome, result);
    return result;
  }

  [[nodiscard]] json object_of(const item_ended& x) const {
    json result{
        {"event", "item_ended"}, {"job", file_.jobs[x.job].name},      {"index", x.index},
        {"item", x.item},        {"outcome", outcome_name(x.outcome)}, {"attempts", x.attempts}};
    if (!x.reason.empty())
      result["reason"] = x.reason;
    if (x.process)
      describe(*x.process, x.outcome, result);
    return result;
  }

  [[nodiscard]] json object_of(const items_counted& x) const {
    return {{"event", "items_counted"}, {"job", file_.jobs[x.job].name}, {"total", x.total}};
  }

  void describe(const process_result& process, job_outcome outcome, json& result) const {
    describe(process, result);
    result["output_bytes"] = process.out.size();
    if (process.out.lost() > 0)
      result["output_lost"] = process.out.lost();
    if (!options_.verbose && outcome != job_outcome::succeeded)
      result["output_tail"] = process.out.tail(tail_lines);
  }

  static void describe(const items_summary& x, json& result) {
    result["items"] = {
        {"succeeded", x.succeeded}, {"failed", x.failed}, {"interrupted", x.interrupted}};
    if (x.total)
      result["items"]["total"] = *x.total;
    result["wall"] = seconds(x.wall);
    result["rate"] = x.rate();
  }

  static void describe(const process_result& process, json& result) {
    if (process.status.known && process.status.signal == 0)
      result["exit_code"] = process.status.code;
    else if (process.status.known)
      result["signal"] = process.status.signal;
    result["wall"] = seconds(process.usage.wall);
    result["cpu_user"] = seconds(process.usage.user);
    result["cpu_system"] = seconds(process.usage.system);
    if (process.usage.max_rss > 0)
      result["max_rss"] = process.usage.max_rss;
    if (process.left_processes)
      result["left_processes"] = true;
    if (!process.still_running.empty())
      result["still_running"] = process.still_running;
    if (process.output_cut_off)
      result["output_cut_off"] = true;
  }

  [[nodiscard]] json object_of(const service_ready& x) const {
    return {
        {"event", "service_ready"}, {"job", file_.jobs[x.job].name}, {"after", seconds(x.after)}};
  }

  [[nodiscard]] json object_of(const service_ended& x) const {
    json result{{"event", "service_ended"},
                {"job", file_.jobs[x.job].name},
                {"how", end_name(x.how)},
                {"reason", x.reason},
                {"restarts", x.restarts}};
    if (!x.last_check.empty())
      result["last_check"] = x.last_check;
    if (!x.process)
      return result;
    describe(*x.process, result);
    result["output_tail"] = x.process->out.tail(tail_lines);
    return result;
  }

  [[nodiscard]] json object_of(const supervisor_failed& x) const {
    return {{"event", "supervisor_failed"},
            {"supervisor", file_.supervisors[x.supervisor].name},
            {"reason", x.reason}};
  }

  [[nodiscard]] json object_of(const job_skipped& x) const {
    return {{"event", "job_skipped"},
            {"job", file_.jobs[x.job].name},
            {"because", file_.jobs[x.because].name}};
  }

  [[nodiscard]] static json object_of(const strays_ended& x) {
    json result{{"event", "strays_ended"}, {"stopped", x.stopped}};
    if (!x.still_running.empty())
      result["still_running"] = x.still_running;
    return result;
  }

  [[nodiscard]] static json object_of(const jobs_wait& x) {
    return {{"event", "jobs_wait"}, {"why", x.why}};
  }

  [[nodiscard]] static json object_of(const run_interrupted& x) {
    return {{"event", "interrupted"}, {"level", to_string(x.level)}, {"running", x.running}};
  }

  const job_file& file_;
  const report_options options_;
};

} // namespace

std::unique_ptr<run_report> make_json_report(const job_file& file, report_options options) {
  return std::make_unique<json_report>(file, options);
}

} // namespace sweet::command
