// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/work/submitter.hpp>

#include <algorithm>
#include <utility>

#include <sweet/actors/runtime/cell/task_reports.hpp>
#include <sweet/actors/runtime/cell/task_signals.hpp>
#include <sweet/actors/runtime/cell/visible_task.hpp>

namespace sweet::inline v0_5::detail {

namespace {

// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
std::uint64_t mixed(std::uint64_t x) noexcept {
  x += 0x9E37'79B9'7F4A'7C15U;
  x = (x ^ (x >> 30)) * 0xBF58'476D'1CE4'E5B9U;
  x = (x ^ (x >> 27)) * 0x94D0'49BB'1331'11EBU;
  return x ^ (x >> 31);
}

} // namespace

submitter::submitter(incarnation itself, std::uint32_t slots, lost_work_options options)
    : itself_(itself), slots_(slots), placed_(options) {}

// ---- calls
// ---------------------------------------------------------------------------------------

void submitter::submit(placed_call& x) {
  woken ready;
  {
    std::lock_guard guard{mutex_};
    x.task_.id = ++ids_;
    calls_.emplace(x.id(), &x);
    std::string why;
    try {
      if (!closed_.empty())
        resolve(x, wire::with_error(task_error{error_code::unreachable, closed_}), ready);
      else if (!place(x, why, ready))
        enqueue(x, std::move(why));
    } catch (...) {
      calls_.erase(x.id());
      throw;
    }
  }
  wake_all(ready);
}

void submitter::cancel(placed_call& x, cancellation_level level) noexcept {
  woken ready;
  try {
    std::lock_guard guard{mutex_};
    if (const auto found = calls_.find(x.id()); found == calls_.end() || found->second != &x)
      return; // its wake-up comes
    x.level_ = std::max(x.level_, level);
    if (const auto where = placed_.where({x.id()})) {
      // Without a link its loss is about to be told, which ends the call.
      if (node* n = find(*where); n != nullptr && n->link != nullptr)
        n->link->cancel(x.id(), level, {});
    } else {
      const auto own = lines_.find(line_of(x));
      std::erase(own->second.calls, &x);
      if (own->second.calls.empty())
        lines_.erase(own);
      resolve(x, wire::with_error(task_error{error_code::cancelled, {}}), ready);
    }
  } catch (const std::bad_alloc&) {
    // The task there does not hear of this level; a higher one tries again.
  }
  wake_all(ready);
}

void submitter::ended_here() {
  woken ready;
  {
    std::lock_guard guard{mutex_};
    --running_here_;
    refresh(0);
    place_waiting(ready);
  }
  wake_all(ready);
}

// ---- what nodes say
// ------------------------------------------------------------------------------

void submitter::started(const incarnation& by, const wire::started& x) {
  std::lock_guard guard{mutex_};
  placed_.started({x.id}, x.attempt, by);
}

void submitter::progressed(const incarnation& by, wire::progress x) {
  std::lock_guard guard{mutex_};
  const auto found = calls_.find(x.id);
  if (found == calls_.end() || found->second->task_.attempt != x.attempt)
    return;
  if (const auto where = placed_.where({x.id}); where && same_start(*where, by))
    set_progress(visible_task(found->second->whose_), std::move(x.reached));
}

void submitter::said(const incarnation& by, const wire::output& x) {
  std::lock_guard guard{mutex_};
  const auto found = calls_.find(x.id);
  if (found == calls_.end() || found->second->task_.attempt != x.attempt ||
      !found->second->on_output_)
    return;
  const void* const data = x.data.data();
  if (const auto where = placed_.where({x.id}); where && same_start(*where, by))
    found->second->on_output_(x.attempt, {static_cast<const char*>(data), x.data.size()});
}

void submitter::finished(const incarnation& by, wire::finished_task x) {
  woken ready;
  {
    std::lock_guard guard{mutex_};
    const auto found = calls_.find(x.id);
    if (found == calls_.end())
      return; // late: another node has told, or it was given up
    placed_call& call = *found->second;
    if (x.end == wire::task_end::handed_back) {
      if (!placed_.handed_back({x.id}, x.attempt, by))
        return;
      take_off(by, x.id);
      place_again(call, ready);
    } else {
      if (!placed_.result({x.id}, x.attempt, by))
        return;
      if (x.end == wire::task_end::error)
        x.error = said_by(by, std::move(x.error));
      take_off(by, x.id);
      resolve(call, std::move(x), ready);
    }
    place_waiting(ready);
  }
  wake_all(ready);
}

void submitter::pull(const incarnation& by, std::uint32_t window) {
  woken ready;
  {
    std::lock_guard guard{mutex_};
    node* n = find(by);
    if (n == nullptr)
      return;
    n->window = window;
    refresh(static_cast<std::size_t>(n - nodes_.data()));
    place_waiting(ready);
  }
  wake_all(ready);
}

// ---- what the membership says
// --------------------------------------------------------------------

void submitter::set_nodes(std::vector<candidate> nodes) {
  woken ready;
  {
    std::lock_guard guard{mutex_};
    std::vector<node> next;
    for (candidate& x : nodes) {
      node n{.facts = *x.view.who,
             .state = x.view.state,
             .linked = x.view.linked,
             .itself = x.view.itself,
             .link = std::move(x.link),
             .tasks = {}};
      if (node* former = find(n.facts.incarnation)) {
        n.window = former->window;
        n.tasks = std::move(former->tasks);
      }
      next.push_back(std::move(n));
    }
    nodes_ = std::move(next);
    views_.resize(nodes_.size());
    for (std::size_t i = 0; i < nodes_.size(); ++i)
      refresh(i);
    place_waiting(ready);
  }
  wake_all(ready);
}

void submitter::lost(const incarnation& by, const std::string& why) {
  woken ready;
  {
    std::lock_guard guard{mutex_};
    if (node* n = find(by)) {
      // What has not had to wait there began when it came, see wire::started.
      std::uint32_t began = 0;
      for (const std::uint64_t id : n->tasks)
        if (const auto found = calls_.find(id); found != calls_.end() && began++ < n->facts.slots)
          placed_.started({id}, found->second->task_.attempt, by);
      n->tasks.clear();
      n->window = 0;
      n->link.reset();
      refresh(static_cast<std::size_t>(n - nodes_.data()));
    }
    for (lost_task& x : placed_.lost(by, why)) {
      placed_call& call = *calls_.at(x.task.value);
      call.avoid_ = std::move(x.avoid);
      if (x.attempt == 0)
        resolve(call, wire::with_error(std::move(x.error)), ready);
      else
        place_again(call, ready);
    }
    place_waiting(ready);
  }
  wake_all(ready);
}

void submitter::close(const std::string& why) {
  woken ready;
  {
    std::lock_guard guard{mutex_};
    closed_ = why;
    lines_.clear();
    while (!calls_.empty())
      resolve(*calls_.begin()->second, wire::with_error(task_error{error_code::unreachable, why}),
              ready);
  }
  wake_all(ready);
}

std::vector<std::string> submitter::pending() const {
  std::lock_guard guard{mutex_};
  std::map<std::string, std::size_t> counts;
  for (const auto& [key, x] : lines_)
    counts[x.why] += x.calls.size();
  std::vector<std::string> all;
  for (const auto& [why, n] : counts)
    all.push_back(std::to_string(n) + (n == 1 ? " task waits: " : " tasks wait: ") + why);
  return all;
}

std::size_t submitter::size() const {
  std::lock_guard guard{mutex_};
  return calls_.size();
}

// ---- with the mutex
// ------------------------------------------------------------------------------

submitter::node* submitter::find(const incarnation& x) {
  const auto found = std::ranges::find_if(
      nodes_, [&](const node& n) { return same_start(n.facts.incarnation, x); });
  return found == nodes_.end() ? nullptr : &*found;
}

void submitter::refresh(std::size_t i) {
  node& n = nodes_[i];
  const auto window = n.itself ? slots_ : n.window;
  const auto used = n.itself ? running_here_ : static_cast<std::uint32_t>(n.tasks.size());
  views_[i] = {&n.facts, n.state, n.linked && (n.itself || n.link != nullptr), n.itself,
               window > used ? window - used : 0};
}

task_error submitter::said_by(const incarnation& by, task_error x) {
  const node* n = find(by);
  return task_error{x.code(), "on node " + (n == nullptr ? to_string(by) : n->facts.name)}
      .with_cause(std::move(x));
}

void submitter::take_off(const incarnation& by, std::uint64_t id) {
  node* n = find(by);
  if (n == nullptr)
    return;
  const auto found = std::ranges::find(n->tasks, id); // mostly the first one
  if (found != n->tasks.end())
    n->tasks.erase(found);
  refresh(static_cast<std::size_t>(n - nodes_.data()));
}

bool submitter::place(placed_call& x, std::string& why, woken& ready) {
  const auto answer = sweet::place(x.where_,
                                   {.task = {x.task_.name, x.signature_},
                                    .turn = turns_,
                                    .random = mixed(itself_.low + turns_),
                                    .avoid = x.avoid_},
                                   views_);
  if (!answer) {
    why = answer.pending;
    return false;
  }
  node& n = *find(answer.node);
  const auto i = static_cast<std::size_t>(&n - nodes_.data());
  if (n.itself) {
    x.takes_slot_ = x.where_.how() != placement::kind::local;
    calls_.erase(x.id());
    if (x.takes_slot_) {
      ++turns_;
      ++running_here_;
      refresh(i);
    }
    ready.push_back(x.body_);
    return true;
  }
  if (x.deadline_ != placed_call::time_point::max())
    x.task_.time_left = x.deadline_ - std::chrono::steady_clock::now();
  auto copy = x.task_;
  copy.attempt = placed_.placed({x.id()}, answer.node, n.facts.name, x.budget_);
  x.task_.attempt = copy.attempt;
  n.tasks.push_back(x.id());
  ++turns_;
  refresh(i);
  n.link->submit(std::move(copy), calls_.size() == 1 ? urgency::alone : urgency::gathers);
  return true;
}

void submitter::place_again(placed_call& x, woken& ready) {
  if (x.level_ != cancellation_level::none)
    return resolve(x, wire::with_error(task_error{error_code::cancelled, {}}), ready);
  std::string why;
  if (!place(x, why, ready))
    enqueue(x, std::move(why));
}

void submitter::enqueue(placed_call& x, std::string why) {
  auto& own = lines_[line_of(x)];
  auto& calls = own.calls;
  auto at = calls.end();
  while (at != calls.begin() && (*std::prev(at))->task_.priority > x.task_.priority)
    --at;
  calls.insert(at, &x);
  own.why = std::move(why);
}

void submitter::place_waiting(woken& ready) {
  for (auto next = lines_.begin(); next != lines_.end();) {
    auto& [calls, why] = next->second;
    while (!calls.empty() && place(*calls.front(), why, ready))
      calls.pop_front();
    next = calls.empty() ? lines_.erase(next) : std::next(next);
  }
}

void submitter::resolve(placed_call& x, wire::finished_task how, woken& ready) {
  placed_.forget({x.id()});
  calls_.erase(x.id());
  x.outcome_ = std::move(how);
  ready.push_back(x.body_);
}

std::string submitter::line_of(const placed_call& x) {
  const auto& where = x.where_;
  std::string text = x.task_.name + '/' + std::to_string(x.signature_) + '/' +
                     std::to_string(static_cast<int>(where.how())) + '/' + where.role() + '/' +
                     std::to_string(where.slots()) + '/' + where.key();
  for (const auto& name : x.avoid_)
    text += '/' + name;
  return text;
}

void submitter::wake_all(const woken& ready) noexcept {
  for (cell* body : ready)
    wake(*body);
}

} // namespace sweet::inline v0_5::detail
