// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_snapshot.hpp>

#include <sweet/messages/duration_text.hpp>
#include <sweet/messages/printable.hpp>

#include <algorithm>
#include <array>
#include <numeric>
#include <ostream>
#include <span>
#include <string_view>
#include <unordered_map>

namespace sweet::inline v0_5 {

namespace {

/// Formats 1234567 as "1,234,567".
std::string grouped(std::size_t x) {
  auto result = std::to_string(x);
  for (auto at = result.size(); at > 3;) {
    at -= 3;
    result.insert(at, 1, ',');
  }
  return result;
}

/// How many tasks there are of each status, and of unknown ones.
class status_counts {
public:
  void add(task_status x) { ++counts_[std::min(static_cast<std::size_t>(x), counts_.size() - 1)]; }

  void add(const status_counts& other) {
    for (std::size_t i = 0; i < counts_.size(); ++i)
      counts_[i] += other.counts_[i];
  }

  /// "1,012 more (running 1,000, pending 12)": what is still going on comes first.
  std::string text() const {
    using enum task_status;
    std::string parts;
    const auto append = [&](std::string_view name, std::size_t count) {
      if (count == 0)
        return;
      if (!parts.empty())
        parts += ", ";
      parts.append(name).append(1, ' ').append(grouped(count));
    };
    for (const auto status : {running, pending, pending_cancellation, failed, cancelled, completed})
      append(name_of(status), counts_[static_cast<std::size_t>(status)]);
    append("invalid", counts_.back());
    const auto total = std::accumulate(counts_.begin(), counts_.end(), std::size_t{0});
    return grouped(total) + " more (" + parts + ')';
  }

private:
  std::array<std::uint32_t, names_of<task_status>().size() + 1> counts_{};
};

/// The tasks as trees below one node that stands for none of them.
class forest {
public:
  explicit forest(std::span<const task_snapshot> tasks)
      : tasks_(tasks), top_(static_cast<node>(tasks.size())) {
    find_parents();
    break_cycles();
    link_children();
    count();
  }

  std::string text(const tree_text_limits& limits) {
    select(limits);
    std::string result;
    print(result);
    return result;
  }

private:
  using node = std::uint32_t; ///< an index into tasks_, or top_

  std::span<node> children_of(node x) {
    return std::span{children_}.subspan(first_[x], first_[x + 1] - first_[x]);
  }

  void find_parents() {
    std::unordered_map<std::uint64_t, node> by_id;
    by_id.reserve(tasks_.size());
    for (node x = 0; x < top_; ++x)
      by_id.emplace(tasks_[x].id.value, x);
    parent_.reserve(tasks_.size());
    for (const auto& task : tasks_) {
      const auto found = task.parent ? by_id.find(task.parent.value) : by_id.end();
      parent_.push_back(found == by_id.end() ? top_ : found->second);
    }
  }

  /// Tasks are not looked at all at once, and snapshots may come from another node: a loop of
  /// parents must not hide its tasks.
  void break_cycles() {
    std::vector<node> seen_from(tasks_.size(), top_);
    for (node start = 0; start < top_; ++start) {
      node last = top_;
      for (node x = start; x != top_; last = x, x = parent_[x]) {
        if (seen_from[x] == start)
          parent_[last] = top_;
        if (seen_from[x] != top_)
          break;
        seen_from[x] = start;
      }
    }
  }

  void link_children() {
    first_.assign(tasks_.size() + 2, 0);
    for (const auto parent : parent_)
      ++first_[parent + 1];
    std::partial_sum(first_.begin(), first_.end(), first_.begin());
    children_.resize(tasks_.size());
    auto next = first_;
    for (node x = 0; x < top_; ++x)
      children_[next[parent_[x]]++] = x;
  }

  void count() {
    std::vector<node> parents_first;
    parents_first.reserve(tasks_.size());
    const auto visit_children = [&](node x) {
      const auto children = children_of(x);
      parents_first.insert(parents_first.end(), children.begin(), children.end());
    };
    visit_children(top_);
    for (std::size_t i = 0; i < parents_first.size(); ++i)
      visit_children(parents_first[i]);
    counts_.resize(tasks_.size() + 1);
    for (auto x = parents_first.rbegin(); x != parents_first.rend(); ++x) {
      counts_[*x].add(tasks_[*x].status);
      counts_[parent_[*x]].add(counts_[*x]);
    }
  }

  /// The lower the rank of a node, the sooner it is shown among many siblings.
  int rank(node x) const {
    switch (tasks_[x].status) {
      case task_status::failed:
      case task_status::pending_cancellation:
      case task_status::cancelled: return 0;
      case task_status::running: return first_[x] != first_[x + 1] ? 1 : 2;
      case task_status::pending:
      case task_status::completed: break;
    }
    return first_[x] != first_[x + 1] ? 1 : 3;
  }

  /// Decides level by level how many children each node shows, and moves these to the front.
  void select(const tree_text_limits& limits) {
    shown_.assign(tasks_.size() + 1, 0);
    std::vector<node> queue{top_};
    for (std::size_t i = 0; i < queue.size(); ++i) {
      const auto children = children_of(queue[i]);
      if (children.empty() || queue.size() > limits.lines)
        continue;
      const auto count = std::min(children.size(), limits.siblings);
      if (count < children.size()) {
        const auto end = children.begin() + static_cast<std::ptrdiff_t>(count);
        std::nth_element(children.begin(), end, children.end(), [this](node a, node b) {
          const auto rank_a = rank(a);
          const auto rank_b = rank(b);
          return rank_a != rank_b ? rank_a < rank_b : a < b;
        });
        std::sort(children.begin(), end);
      }
      shown_[queue[i]] = static_cast<std::uint32_t>(count);
      queue.insert(queue.end(), children.begin(),
                   children.begin() + static_cast<std::ptrdiff_t>(count));
    }
  }

  void print(std::string& out) {
    struct position {
      node x;
      std::uint32_t next_child;
    };
    std::vector<position> path{{top_, 0}};
    while (!path.empty()) {
      auto& [x, next_child] = path.back();
      const auto children = children_of(x);
      const auto indent = 2 * (path.size() - 1);
      if (next_child < shown_[x]) {
        const auto child = children[next_child++];
        out.append(indent, ' ').append(to_string(tasks_[child]));
        if (x == top_ && tasks_[child].parent)
          out.append(" [child of ").append(to_string(tasks_[child].parent)).append(1, ']');
        out += '\n';
        path.push_back({child, 0});
        continue;
      }
      if (shown_[x] < children.size()) {
        status_counts rest;
        for (const auto child : children.subspan(shown_[x]))
          rest.add(counts_[child]);
        out.append(indent, ' ').append("... and ").append(rest.text()).append(1, '\n');
      }
      path.pop_back();
    }
  }

  std::span<const task_snapshot> tasks_;
  node top_;
  std::vector<node> parent_;
  std::vector<std::uint32_t> first_; ///< children of x: children_[first_[x]] up to first_[x + 1]
  std::vector<node> children_;
  std::vector<status_counts> counts_; ///< of a task and all its descendants
  std::vector<std::uint32_t> shown_;  ///< how many children of a node are printed
};

/// The detail, and the time at which it ends; without a detail the wait.
std::string what_it_does(const task_snapshot& x) {
  if (x.detail.empty())
    return x.wait.on == wait_reason::children ? "" : to_string(x.wait);
  std::string result;
  detail::append_printable(result, x.detail);
  if (x.wait.left != task_wait::unknown)
    result.append(", until +").append(detail::to_text(std::max(x.wait.left, {})));
  return result;
}

} // namespace

std::string to_string(const task_snapshot& x) {
  std::string result;
  detail::append_printable(result, x.name.empty() ? "task" : x.name);
  result.append(1, ' ').append(to_string(x.id));
  if (x.name.empty() && !x.body.empty()) {
    result += " [";
    detail::append_printable(result, x.body);
    result += ']';
  }
  result.append(1, ' ').append(name_of(x.status));
  if (x.level != cancellation_level::none)
    result.append(" (").append(name_of(x.level)).append(1, ')');
  if (x.priority != task_priority::normal)
    result.append(", ").append(name_of(x.priority)).append(" priority");
  if (x.attempts > 1 && x.attempt > 0)
    result.append(", attempt ")
        .append(std::to_string(x.attempt))
        .append(" of ")
        .append(std::to_string(x.attempts));
  if (x.progress)
    result.append(", ").append(to_string(x.progress));
  if (const auto what = what_it_does(x); !what.empty())
    result.append(x.progress ? " (" : ": ").append(what).append(x.progress ? ")" : "");
  return result;
}

std::string to_text(const tree_snapshot& x, const tree_text_limits& limits) {
  return forest{x.tasks}.text(limits);
}

std::ostream& operator<<(std::ostream& out, const task_snapshot& x) {
  return out << to_string(x);
}

} // namespace sweet::inline v0_5
