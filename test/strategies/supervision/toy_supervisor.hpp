#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/supervision/supervision_plan.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace toy {

/// A world without tasks that does what a supervision_plan decides: children start and stop at
/// once, unless they are told to take their time, and everything is recorded.
class supervisor {
public:
  using plan_type = sweet::supervision_plan;
  using kind = sweet::supervision_action::kind;

  explicit supervisor(sweet::supervision_rules rules) : plan(std::move(rules)) {}

  /// Adds children that are permanent and named by single letters.
  supervisor(sweet::supervision_rules rules, const std::string& letters)
      : supervisor(std::move(rules)) {
    for (const char c : letters)
      add({.name = std::string{c}});
  }

  std::uint32_t add(sweet::child_rules rules) {
    auto name = rules.name;
    const auto key = plan.add(std::move(rules));
    names[key] = std::move(name);
    return key;
  }
  std::uint32_t key(const std::string& name) const { return plan.find(name).value(); }

  void start() { carry_out(plan.start(now)); }
  void stop() { carry_out(plan.stop(now)); }
  void fail(const std::string& name, const std::string& why = "boom") {
    exit(name,
         {sweet::child_exit::kind::failed, sweet::task_error{sweet::error_code::failure, why}});
  }
  void complete(const std::string& name) { exit(name, {}); }
  void shut_down(const std::string& name) {
    exit(name, {sweet::child_exit::kind::shutdown,
                sweet::task_error{sweet::error_code::cancelled, "cancelled"}});
  }
  void exit(const std::string& name, sweet::child_exit how) {
    const auto k = key(name);
    running.erase(k);
    carry_out(plan.exited(k, std::move(how), now));
  }
  /// What was told to take its time has happened.
  void now_started(const std::string& name) {
    const auto k = key(name);
    running.insert(k);
    carry_out(plan.started(k, now));
  }
  void now_stopped(const std::string& name) { exit(name, {}); }

  void wait(std::chrono::nanoseconds d) {
    const auto then = now + d;
    for (auto next = plan.next_tick(); next && *next <= then; next = plan.next_tick()) {
      now = std::max(now, *next);
      carry_out(plan.tick(now));
    }
    now = then;
  }

  std::uint64_t command(sweet::child_command what, std::uint32_t child) {
    const auto number = next_command++;
    carry_out(plan.command(number, what, child, now));
    return number;
  }

  sweet::child_state state(const std::string& name) const {
    for (const auto& child : plan.children())
      if (child.rules->name == name)
        return child.state;
    throw std::out_of_range{name};
  }

  void carry_out(plan_type::actions actions) {
    for (auto& action : actions)
      carry_out(action);
  }

  plan_type plan;
  plan_type::time_point now{std::chrono::hours{1}};
  std::vector<std::string> record;
  std::set<std::string> slow_to_start;
  std::set<std::string> slow_to_stop;
  /// How many of the next starts of a child fail.
  std::map<std::string, int> failing_starts;
  std::map<std::uint32_t, std::string> names;
  std::set<std::uint32_t> running;
  std::map<std::uint64_t, sweet::task_error> answers;
  std::optional<sweet::task_error> end; ///< what it has finished with

  /// What has been recorded since the last call.
  std::vector<std::string> take_record() { return std::exchange(record, {}); }

private:
  void carry_out(sweet::supervision_action& action) {
    const auto name = names.contains(action.child) ? names.at(action.child) : std::string{};
    switch (action.what) {
      case kind::start:
        record.push_back("start " + name);
        if (auto& fails = failing_starts[name]; fails > 0) {
          --fails;
          carry_out(plan.exited(action.child,
                                {sweet::child_exit::kind::failed,
                                 sweet::task_error{sweet::error_code::failure, "no start"}},
                                now));
        } else if (!slow_to_start.contains(name)) {
          running.insert(action.child);
          carry_out(plan.started(action.child, now));
        }
        break;
      case kind::stop:
        record.push_back("stop " + name);
        if (!slow_to_stop.contains(name)) {
          running.erase(action.child);
          carry_out(plan.exited(action.child, {}, now));
        }
        break;
      case kind::forget: record.push_back("forget " + name); break;
      case kind::answer: answers[action.command] = action.error; break;
      case kind::finish:
        record.push_back("finish");
        end = action.error;
        break;
    }
  }

  std::uint64_t next_command = 1;
};

using steps = std::vector<std::string>;

inline const sweet::supervision_rules one_for_one{};
inline const sweet::supervision_rules one_for_all{.strategy =
                                                      sweet::supervision_strategy::one_for_all};
inline const sweet::supervision_rules rest_for_one{.strategy =
                                                       sweet::supervision_strategy::rest_for_one};

inline sweet::supervision_rules
with_delay(sweet::supervision_strategy strategy = sweet::supervision_strategy::one_for_one) {
  return {.strategy = strategy,
          .max_restarts = 10,
          .period = std::chrono::seconds{60},
          .delay = sweet::backoff::exponential(std::chrono::milliseconds{100}).without_jitter()};
}

/// One whose permanent children have started.
inline supervisor running(const sweet::supervision_rules& rules, const std::string& letters) {
  supervisor made{rules, letters};
  made.start();
  made.take_record();
  return made;
}

} // namespace toy
