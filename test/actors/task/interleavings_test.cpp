// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Random trees of tasks of all kinds, in which anything is cancelled at any moment, fails, times
// out, is shared or dropped; over several hundred seeds. Whatever happens: parents end after their
// children, every task has one outcome, whoever looks, and nothing is left.

#include <sweet/sweet.hpp>
#include <sweet/testing/for_each_seed.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::for_each_seed;
using sweet::testing::simulation;

namespace interleavings_test {
namespace {

/// What a task came to: no code if it completed.
using outcome = std::optional<error_code>;

/// What is known of all tasks of a run, and the rules that they must keep.
class forest {
public:
  static constexpr std::size_t max_tasks = 130;
  static constexpr auto no_parent = static_cast<std::size_t>(-1);

  explicit forest(simulation& sim) : sim_(sim) {}

  std::size_t choose(std::size_t n) { return sim_.choose(n); }
  bool one_in(std::size_t n) { return sim_.choose(n) == 0; }
  std::chrono::milliseconds moment() {
    return std::chrono::milliseconds{static_cast<std::int64_t>(sim_.choose(5))};
  }
  bool is_full() const { return nodes_.size() >= max_tasks; }

  std::size_t add(std::size_t parent, bool collects) {
    nodes_.push_back({.parent = parent, .collects = collects});
    if (parent != no_parent)
      ++nodes_[parent].open_children;
    return nodes_.size() - 1;
  }

  void ended(std::size_t id) {
    node& n = nodes_[id];
    require(!n.ended, id, "has ended twice");
    require(n.open_children == 0, id, "has ended before its children");
    n.ended = true;
    if (n.parent != no_parent)
      --nodes_[n.parent].open_children;
  }

  template <class T>
  void saw(std::size_t id, const task_result<T>& result) {
    const auto code = result.is_ok() ? outcome{} : outcome{result.error().code()};
    node& n = nodes_[id];
    require(!n.seen || n.result == code, id, "has two outcomes");
    n.seen = true;
    n.result = code;
  }

  void require(bool what, std::size_t id, const char* otherwise) {
    if (!what)
      violations_ += "task " + std::to_string(id) + ' ' + otherwise + '\n';
  }

  /// When all is over. @throws std::logic_error with all that was wrong
  void check(std::map<outcome, int>& counts) {
    for (std::size_t id = 0; id < nodes_.size(); ++id) {
      const node& n = nodes_[id];
      require(n.ended, id, "has not ended");
      if (!n.seen)
        continue;
      ++counts[n.result];
      if (n.parent == no_parent || !n.result || n.result == error_code::cancelled)
        continue;
      const node& parent = nodes_[n.parent];
      if (!parent.collects && parent.seen)
        // At kill_hard an outcome does not wait for what the children come to.
        require(parent.result == error_code::failure || parent.result == error_code::timeout ||
                    (killed_hard && parent.result == error_code::cancelled),
                n.parent, "does not fail with its child");
    }
    if (!violations_.empty())
      throw std::logic_error{violations_};
  }

  bool killed_hard = false;
  /// Handles that anybody may cancel; those to tasks younger than the awaiting one may be awaited.
  std::vector<std::pair<std::size_t, spawning_task<int>>> shared;

private:
  struct node {
    std::size_t parent;
    std::size_t open_children = 0;
    bool collects = false;
    bool ended = false;
    bool seen = false;
    outcome result{};
  };

  simulation& sim_;
  std::vector<node> nodes_;
  std::string violations_;
};

/// Goes with its task: an argument of a callable, a capture of what makes a coroutine, whose
/// arguments go when it is stopped.
class life {
public:
  life(forest& f, std::size_t id) noexcept : forest_(&f), id_(id) {}
  life(life&& other) noexcept : forest_(std::exchange(other.forest_, nullptr)), id_(other.id_) {}
  life& operator=(life&&) = delete;
  ~life() {
    if (forest_ != nullptr)
      forest_->ended(id_);
  }

  forest& where() const noexcept { return *forest_; }
  std::size_t id() const noexcept { return id_; }

private:
  forest* forest_;
  std::size_t id_;
};

async<int> suspends(task_context ctx, life& self, int depth);
int blocks(task_context ctx, life&& self, int depth);

auto coroutine(life self, int depth) {
  return [self = std::move(self), depth](task_context ctx) mutable {
    return suspends(ctx, self, depth);
  };
}

/// Starts a task of any kind. @returns its number and its handle
template <class Builder>
auto start(Builder builder, forest& f, std::size_t parent, int depth) {
  const bool collects = f.one_in(3);
  const auto plain =
      builder.priority(static_cast<task_priority>(f.choose(5)))
          .on_child_failure(collects ? child_failure::collect : child_failure::fail_fast);
  const auto named = f.one_in(4) ? plain.name("some name") : plain;
  const auto described = f.one_in(4) ? named.timeout(f.moment() + 1ms) : named;
  const auto id = f.add(parent, collects);
  life self{f, id};
  switch (f.choose(3)) {
    case 0: return std::pair{id, described.run(blocks, std::move(self), depth)};
    case 1: return std::pair{id, described.blocking().run(blocks, std::move(self), depth)};
    default: return std::pair{id, described.run(coroutine(std::move(self), depth))};
  }
}

using child = std::pair<std::size_t, child_task<int>>;

void cancel_someone(forest& f) {
  if (f.shared.empty())
    return;
  const auto level = static_cast<cancellation_level>(1 + f.choose(3));
  f.killed_hard = f.killed_hard || level == cancellation_level::kill_hard;
  f.shared[f.choose(f.shared.size())].second.cancel(level);
}

/// A shared task that `self` may wait for without a circle: all waiting goes to younger tasks.
std::optional<std::pair<std::size_t, spawning_task<int>>> younger(life& self) {
  forest& f = self.where();
  if (f.shared.empty())
    return std::nullopt;
  auto found = f.shared[f.choose(f.shared.size())];
  if (found.first <= self.id())
    return std::nullopt;
  return found;
}

/// What bodies of both kinds do now and then. @returns false if it is none of that
bool act(task_context ctx, life& self, std::vector<child>& held, int depth) {
  forest& f = self.where();
  const auto what = f.choose(40);
  if (what == 0)
    throw std::runtime_error{"failed on purpose"};
  if (what == 1)
    cancel_someone(f);
  else if (what == 2)
    ctx.checkpoint();
  else if (what == 3)
    static_cast<void>(ctx.stop_token().stop_requested());
  else if (what == 4 && !held.empty())
    held[f.choose(held.size())].second.cancel();
  else if (what < 20 && depth != 0 && !f.is_full()) {
    child made = start(async_task::to<int>(ctx), f, self.id(), depth - 1);
    if (f.one_in(3))
      f.shared.emplace_back(made.first, made.second.share());
    if (!f.one_in(3)) // else it is dropped
      held.push_back(std::move(made));
  } else {
    return false;
  }
  return true;
}

async<int> suspends(task_context ctx, life& self, int depth) {
  forest& f = self.where();
  std::vector<child> held;
  task_group<int> group{ctx};
  for (auto n = 2 + f.choose(8); n != 0; --n)
    try {
      if (act(ctx, self, held, depth))
        continue;
      switch (f.choose(5)) {
        case 0: co_await stopped_as_error(ctx.yield()); break;
        case 1: co_await stopped_as_error(ctx.sleep_for(f.moment())); break;
        case 2:
          if (auto other = younger(self))
            f.saw(other->first, co_await stopped_as_error(other->second.result()));
          break;
        case 3:
          if (depth != 0 && !f.is_full())
            group.spawn(coroutine(life{f, f.add(self.id(), false)}, depth - 1));
          break;
        default:
          if (!held.empty()) {
            auto taken = std::move(held.back());
            held.pop_back();
            f.saw(taken.first, co_await stopped_as_error(taken.second.result()));
          }
      }
    } catch (const cancelled&) {
      if (f.one_in(2))
        throw;
    }
  for (auto& [id, task] : held)
    f.saw(id, co_await task.result());
  while (auto taken = co_await group.next())
    f.require(taken->is_ok() || taken->error(), self.id(), "got nothing from its group");
  co_return 1;
}

int blocks(task_context ctx, life&& self, int depth) {
  forest& f = self.where();
  std::vector<child> held;
  for (auto n = 2 + f.choose(8); n != 0; --n) {
    if (act(ctx, self, held, depth))
      continue;
    if (auto other = younger(self))
      f.saw(other->first, other->second.await());
    if (auto other = younger(self); other && other->second.await(f.moment()).is_ok())
      f.require(other->second.status() == task_status::completed, other->first,
                "has a value and has not completed");
  }
  for (auto& [id, task] : held)
    f.saw(id, task.await());
  return 1;
}

async<void> cancels_now_and_then(task_context ctx, forest& f) {
  for (int i = 0; i < 4; ++i) {
    co_await ctx.sleep_for(f.moment());
    cancel_someone(f);
    if (!f.shared.empty() && f.one_in(3))
      f.shared.erase(f.shared.begin() + static_cast<std::ptrdiff_t>(f.choose(f.shared.size())));
  }
}

async<void> grow(task_context ctx, forest& f) {
  std::vector<std::pair<std::size_t, spawning_task<int>>> roots;
  for (int i = 0; i < 4; ++i)
    roots.push_back(start(async_task::to<int>(ctx.runtime()), f, forest::no_parent, 4));
  f.shared = roots;
  auto chaos = ctx.spawn(cancels_now_and_then, std::ref(f));
  for (auto& [id, root] : roots)
    f.saw(id, co_await root.result());
  co_await chaos;
  for (auto& [id, task] : std::exchange(f.shared, {})) {
    f.require(task.is_done() && is_terminal(task.status()), id, "outlives its root");
    f.saw(id, co_await task.result());
  }
}

void random_trees(simulation& sim, std::map<outcome, int>& counts) {
  forest f{sim};
  sim.run(grow, std::ref(f));
  f.check(counts);
}

} // namespace
} // namespace interleavings_test

BOOST_AUTO_TEST_SUITE(interleavings_test)

BOOST_AUTO_TEST_CASE(random_trees_keep_the_rules) {
  std::map<outcome, int> counts;
  for_each_seed(500, [&counts](simulation& sim) { random_trees(sim, counts); });
  if (std::getenv("SWEET_SEED") != nullptr)
    return;
  // They do come to all that a task can come to.
  for (const outcome o : {outcome{}, outcome{error_code::failure}, outcome{error_code::cancelled},
                          outcome{error_code::timeout}})
    BOOST_TEST(counts[o] > 100);
}

BOOST_AUTO_TEST_SUITE_END()
