// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "node_desk.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/scope.hpp>
#include <sweet/builders/async_task.hpp>
#include <sweet/messages/task_failure.hpp>

#include "node_functions.hpp"

namespace sweet::command {

namespace {

/// How long another node may take to begin to drain.
constexpr std::chrono::seconds to_answer{5};

bool has(const listed_node& x, const std::string_view function) {
  return std::ranges::find(x.functions, function) != x.functions.end();
}

async<std::vector<listed_node>> list(task_context ctx, const node& own, std::uint32_t ms) {
  // Kept by the scope: it may go on after this frame is gone.
  const auto all = std::make_shared<std::vector<listed_node>>();
  co_await ctx.scope(child_failure::collect, [all, &own, ms](task_context asks) -> async<void> {
    std::vector<std::pair<std::size_t, child_task<std::uint32_t>>> asked;
    for (const auto& x : own.members()) {
      auto& to = all->emplace_back(as_listed(x));
      if (x.itself)
        to.busy = own.busy_slots();
      else if (x.linked && x.state == member_state::up && has(to, busy_slots_of_node.name()))
        asked.emplace_back(all->size() - 1, async_task::to<std::uint32_t>(asks)
                                                .timeout(std::chrono::milliseconds{ms})
                                                .on(own, placement::on(x.who.name))
                                                .run(busy_slots_of_node));
    }
    for (auto& [place, task] : asked)
      if (const auto busy = co_await task.result())
        (*all)[place].busy = busy.value();
  });
  co_return std::move(*all);
}

} // namespace

node_builder node_desk::provide(node_builder from) {
  const auto self = shared_from_this();
  return from.provide_aside(busy_slots_of_node, [self] { return self->itself().busy_slots(); })
      .provide_aside(
          nodes_of_cluster,
          [self](task_context ctx, std::uint32_t ms) { return list(ctx, self->itself(), ms); })
      .provide_aside(drain_node, [self](task_context ctx, std::string name) -> async<void> {
        const node& own = self->itself();
        if (name == own.name())
          self->drain_();
        else
          co_await async_task::to<void>(ctx)
              .timeout(to_answer)
              .on(own, placement::on(name))
              .run(drain_node, name);
      });
}

void node_desk::open(const node& itself) {
  std::lock_guard guard{mutex_};
  itself_ = &itself;
}

void node_desk::close() {
  std::lock_guard guard{mutex_};
  itself_ = nullptr;
}

const node& node_desk::itself() {
  std::lock_guard guard{mutex_};
  if (itself_ == nullptr)
    throw task_failure{task_error{error_code::unreachable, "the node is not up yet"}};
  return *itself_;
}

} // namespace sweet::command
