// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/supervision/supervision_plan.hpp>

#include <sweet/messages/duration_text.hpp>
#include <sweet/messages/exception_text.hpp>
#include <sweet/strategies/later.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace sweet::inline v0_5 {

namespace {

constexpr std::size_t longest_history = 10;

task_error supervisor_error(std::string message, const task_error& cause) {
  task_error error{error_code::failure, std::move(message)};
  return cause ? std::move(error).with_cause(cause) : error;
}

task_error wrong_state(const std::string& name, const char* what) {
  return task_error{error_code::invalid_state, "the child \"" + name + "\" " + what};
}

} // namespace

supervision_plan::supervision_plan(const supervision_rules& rules, std::uint32_t seed)
    : rules_(rules), intensity_(rules_.max_restarts, rules_.period), random_(seed) {}

std::uint32_t supervision_plan::add(child_rules rules) {
  if (rules.name.empty())
    throw std::invalid_argument{"supervisor: a child needs a name"};
  if (find(rules.name))
    throw std::invalid_argument{"supervisor: there are two children named \"" + rules.name + "\""};
  if (rules.significant && rules.restart == restart_type::permanent)
    throw std::invalid_argument{"supervisor: \"" + rules.name +
                                "\" is significant, and so must not be permanent: it would be "
                                "restarted whenever it ends"};
  if (rules.significant && rules_.auto_shutdown == auto_shutdown::never)
    throw std::invalid_argument{"supervisor: \"" + rules.name +
                                "\" is significant, but the supervisor has no auto_shutdown()"};
  keys_.emplace(rules.name, next_key_);
  children_[next_key_].rules = std::move(rules);
  return next_key_++;
}

// -- what has happened ----------------------------------------------------------------------------

supervision_plan::actions supervision_plan::start(time_point now) {
  for (const auto& [key, c] : children_)
    moves_.push_back({true, key});
  return proceed(now);
}

supervision_plan::actions supervision_plan::started(std::uint32_t key, time_point now) {
  const auto found = children_.find(key);
  if (found == children_.end() || found->second.state != child_state::starting)
    return {};
  found->second.state = child_state::running;
  found->second.started = now;
  if (const auto command = std::exchange(moves_.front().command, {}))
    answer(*command);
  return proceed(now);
}

supervision_plan::actions supervision_plan::exited(std::uint32_t key, child_exit how,
                                                   time_point now) {
  const auto found = children_.find(key);
  if (found == children_.end())
    return {};
  child& c = found->second;
  switch (c.state) {
    case child_state::starting: failed_to_start(key, std::move(how), now); break;
    case child_state::running:
      if (now - *c.started >= rules_.healthy_after)
        c.in_a_row = 0;
      c.state = child_state::stopped;
      c.has_news = true;
      backlog_.push_back(end_of_child{key, std::move(how)});
      break;
    case child_state::stopping: c.state = child_state::stopped; break;
    case child_state::stopped:
    case child_state::restarting: break;
  }
  return proceed(now);
}

supervision_plan::actions supervision_plan::stop(time_point now) {
  if (!ending_)
    end({});
  return proceed(now);
}

supervision_plan::actions supervision_plan::tick(time_point now) {
  look_for_due();
  return proceed(now);
}

supervision_plan::actions supervision_plan::command(std::uint64_t number, child_command what,
                                                    std::uint32_t key, time_point now) {
  if (ending_)
    answer(number, task_error{error_code::invalid_state, "the supervisor is ending"});
  else
    backlog_.push_back(request{what, number, key});
  return proceed(now);
}

// -- what is to be done ---------------------------------------------------------------------------

supervision_plan::actions supervision_plan::proceed(time_point now) {
  while (!over_) {
    if (!moves_.empty()) {
      if (!make_move())
        break;
    } else if (ending_) {
      over_ = true;
      to_do_.push_back({supervision_action::kind::finish, 0, 0, final_error_});
    } else {
      has_started_ = true;
      if (backlog_.empty())
        break;
      auto next = std::move(backlog_.front());
      backlog_.pop_front();
      std::visit([&](auto& what) { look_at(what, now); }, next);
    }
  }
  return std::exchange(to_do_, {});
}

/// @returns whether the current move is done
bool supervision_plan::make_move() {
  const move current = moves_.front();
  const auto found = children_.find(current.child);
  if (found != children_.end()) {
    child& c = found->second;
    const bool runs = c.state != child_state::stopped && c.state != child_state::restarting;
    const bool done = current.starts ? c.state == child_state::running : !runs;
    const auto under_way = current.starts ? child_state::starting : child_state::stopping;
    if (!done && c.state != under_way) {
      c.state = under_way;
      c.has_news = false;
      to_do_.push_back(
          {current.starts ? supervision_action::kind::start : supervision_action::kind::stop,
           current.child,
           0,
           {}});
    }
    if (!done)
      return false;
  }
  moves_.pop_front();
  if (current.command)
    answer(*current.command);
  if (!current.starts && found != children_.end()) {
    found->second.state = child_state::stopped;
    found->second.has_news = false;
    if (found->second.rules.restart == restart_type::temporary)
      forget(current.child);
  }
  return true;
}

void supervision_plan::failed_to_start(std::uint32_t key, child_exit how, time_point now) {
  child& c = children_.at(key);
  c.state = child_state::stopped;
  auto error = how.how == child_exit::kind::failed
                   ? std::move(how.error)
                   : supervisor_error("it ended before it had started", how.error);
  const auto command = moves_.front().command;
  moves_.pop_front();
  if (command) {
    answer(*command, error);
    if (!c.started)
      forget(key);
  } else if (!has_started_) {
    end(supervisor_error("the child \"" + c.rules.name + "\" did not start", error));
  } else {
    restart_or_not(key, error, now, retry::after_commands);
  }
}

void supervision_plan::look_at(end_of_child& end, time_point now) {
  const auto found = children_.find(end.child);
  // The child may have been restarted or stopped meanwhile, together with a sibling.
  if (found == children_.end() || !std::exchange(found->second.has_news, false))
    return;
  switch (found->second.rules.restart) {
    case restart_type::permanent: break;
    case restart_type::transient:
      if (end.how.how == child_exit::kind::failed)
        break;
      [[fallthrough]];
    case restart_type::temporary: return leave_stopped(end.child);
  }
  if (end.how.how == child_exit::kind::failed)
    restart_or_not(end.child, end.how.error, now, retry::at_once);
  else
    restart(end.child, end.how.error, now, retry::at_once);
}

void supervision_plan::restart_or_not(std::uint32_t key, const task_error& error, time_point now,
                                      retry when) {
  const auto& rules = children_.at(key).rules;
  auto what = directive::restart;
  task_error cause = error;
  if (rules.on_error) {
    try {
      what = rules.on_error(error);
    } catch (...) {
      what = directive::escalate;
      cause = supervisor_error("on_error threw: " + detail::exception_text(), error);
    }
  }
  switch (what) {
    case directive::restart: return restart(key, error, now, when);
    case directive::stop: return leave_stopped(key);
    case directive::escalate:
      return end(supervisor_error("the child \"" + rules.name + "\" failed", cause));
  }
}

void supervision_plan::restart(std::uint32_t key, const task_error& error, time_point now,
                               retry when) {
  child& c = children_.at(key);
  history_.push_back({c.rules.name, now, error});
  if (history_.size() > longest_history)
    history_.pop_front();
  if (!intensity_.admit(now))
    return end(supervisor_error(too_many_restarts(c.rules.name, now), error));
  ++c.restarts;
  const auto delay = next_delay(c);
  const auto first = rules_.strategy == supervision_strategy::one_for_all ? children_.begin()
                                                                          : children_.find(key);
  const auto last =
      rules_.strategy == supervision_strategy::one_for_one ? std::next(first) : children_.end();
  // The rest of a sequence that has failed is part of this one.
  std::erase_if(moves_, [&](const move& m) {
    return m.child >= first->first && (last == children_.end() || m.child < last->first);
  });
  c.state = child_state::restarting;
  // A child that has never run waits for its own start_child().
  for (auto i = std::make_reverse_iterator(last); i != std::make_reverse_iterator(first); ++i)
    if (i->first != key && i->second.started)
      moves_.push_back({false, i->first});
  for (auto i = first; i != last; ++i) {
    if (i->second.rules.restart == restart_type::temporary || !i->second.started)
      continue;
    const bool waits = delay.count() != 0 || when == retry::after_commands;
    set_due(i->first, i->second, waits ? std::optional{detail::later(now, delay)} : std::nullopt);
    if (!waits)
      moves_.push_back({true, i->first});
  }
  if (when == retry::after_commands && delay.count() == 0)
    look_for_due();
}

void supervision_plan::look_for_due() {
  if (!std::exchange(looks_for_due_, true))
    backlog_.push_back(restart_due{});
}

void supervision_plan::set_due(std::uint32_t key, child& c, std::optional<time_point> due) {
  if (c.due)
    due_.erase({*c.due, key});
  c.due = due;
  if (due)
    due_.emplace(*due, key);
}

std::chrono::nanoseconds supervision_plan::next_delay(child& c) {
  if (!rules_.delay)
    return {};
  const double random = static_cast<double>(random_() - std::minstd_rand::min()) /
                        static_cast<double>(std::minstd_rand::max());
  return rules_.delay->delay(++c.in_a_row, random);
}

void supervision_plan::look_at(restart_due, time_point now) {
  looks_for_due_ = false;
  std::vector<std::uint32_t> start;
  for (const auto& [time, key] : due_) {
    if (time > now)
      break;
    start.push_back(key);
  }
  std::sort(start.begin(), start.end());
  for (const auto key : start) {
    set_due(key, children_.at(key), std::nullopt);
    moves_.push_back({true, key});
  }
}

/// Does not restart a child that has ended by itself.
void supervision_plan::leave_stopped(std::uint32_t key) {
  child& c = children_.at(key);
  c.state = child_state::stopped;
  const bool significant = c.rules.significant;
  if (c.rules.restart == restart_type::temporary)
    forget(key);
  if (!significant)
    return;
  const bool any_left = std::any_of(children_.begin(), children_.end(), [](const auto& other) {
    const child& o = other.second;
    return o.rules.significant && (o.seen() != child_state::stopped || o.has_news);
  });
  if (rules_.auto_shutdown == auto_shutdown::any_significant || !any_left)
    end({});
}

void supervision_plan::end(task_error error) {
  ending_ = true;
  final_error_ = std::move(error);
  const task_error answer_with{error_code::invalid_state, "the supervisor is ending"};
  for (const auto& left : std::exchange(moves_, {}))
    if (left.command)
      answer(*left.command, answer_with);
  for (const auto& left : std::exchange(backlog_, {}))
    if (const auto* what = std::get_if<request>(&left))
      answer(what->number, answer_with);
  for (auto i = children_.rbegin(); i != children_.rend(); ++i) {
    set_due(i->first, i->second, std::nullopt);
    moves_.push_back({false, i->first});
  }
}

// -- commands -------------------------------------------------------------------------------------

void supervision_plan::look_at(const request& what, time_point) {
  const auto found = children_.find(what.child);
  if (found == children_.end())
    return answer(what.number, task_error{error_code::invalid_state, "no such child"});
  child& c = found->second;
  if (what.what == child_command::stop) {
    set_due(what.child, c, std::nullopt);
    moves_.push_back({false, what.child, what.number});
    return;
  }
  if (c.seen() == child_state::running)
    return answer(what.number, wrong_state(c.rules.name, "runs"));
  if (c.seen() == child_state::restarting || c.has_news)
    return answer(what.number, wrong_state(c.rules.name, "is about to restart"));
  if (what.what != child_command::remove) {
    moves_.push_back({true, what.child, what.number});
    return;
  }
  forget(what.child);
  answer(what.number);
}

void supervision_plan::answer(std::uint64_t command, task_error error) {
  to_do_.push_back({supervision_action::kind::answer, 0, command, std::move(error)});
}

void supervision_plan::forget(std::uint32_t key) {
  const auto found = children_.find(key);
  set_due(key, found->second, std::nullopt);
  keys_.erase(found->second.rules.name);
  children_.erase(found);
  to_do_.push_back({supervision_action::kind::forget, key, 0, {}});
}

// -- what there is --------------------------------------------------------------------------------

std::string supervision_plan::too_many_restarts(const std::string& name, time_point now) const {
  std::string message = "more than " + std::to_string(rules_.max_restarts) + " restarts within " +
                        detail::to_text(rules_.period) + ", the last one of \"" + name + "\": ";
  const char* separator = "";
  for (const auto& past : history_) {
    message += separator + past.child + " " + detail::to_text(now - past.time) + " ago";
    if (past.error)
      message += " (" + past.error.message() + ")";
    separator = ", ";
  }
  return message;
}

std::optional<supervision_plan::time_point> supervision_plan::next_tick() const {
  return due_.empty() || looks_for_due_ ? std::nullopt : std::optional{due_.begin()->first};
}

std::optional<std::uint32_t> supervision_plan::find(std::string_view name) const {
  const auto found = keys_.find(name);
  return found != keys_.end() ? std::optional{found->second} : std::nullopt;
}

std::vector<supervision_plan::child_view> supervision_plan::children() const {
  std::vector<child_view> views;
  views.reserve(children_.size());
  for (const auto& [key, c] : children_)
    views.push_back({key, &c.rules, c.seen(), c.restarts});
  return views;
}

} // namespace sweet::inline v0_5
