// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/work/run_placed.hpp>

#include <optional>
#include <utility>

#include <sweet/actors/sync/completion.hpp>
#include <sweet/actors/task/scope.hpp>
#include <sweet/node/node_core.hpp>

namespace sweet::inline v0_5::detail {

namespace {

/// Runs it on this node, below the task that has called it.
async<wire::finished_task> run_here(task_context ctx, std::shared_ptr<node_core> node,
                                    wire::submitted_task task, bool takes_slot) {
  const auto what = node->runs().find(task.name);
  completion<wire::finished_task> end;
  const auto tell = [node, takes_slot,
                     set = std::make_shared<completion_setter<wire::finished_task>>(
                         std::move(end.set))](wire::finished_task how) {
    if (takes_slot)
      node->places().ended_here();
    (*set)(std::move(how));
  };
  if (what == nullptr) {
    tell(wire::with_error(
        task_error{error_code::invalid_data, "this node has no function " + task.name}));
  } else {
    const remote_origin origin{task.key, task.attempt, node->settings().name, {}};
    // By value: if this task is told to stop, its frame goes before the scope ends.
    co_await ctx.scope(child_failure::collect,
                       [=, task = std::move(task)](task_context here) mutable {
                         static_cast<void>(what->start(here, std::move(task), origin, tell));
                       });
  }
  co_return (co_await end.result.get()).unwrap();
}

} // namespace

wire::submitted_task describe_call(const task_context& caller, std::string name,
                                   wire::bytes payload) {
  wire::submitted_task task;
  task.name = std::move(name);
  task.priority = caller.priority();
  task.key = to_string(caller.id());
  task.payload = std::move(payload);
  return task;
}

async<wire::finished_task> run_placed(task_context own, cell& caller,
                                      std::shared_ptr<node_core> node, placement where,
                                      std::uint64_t signature, wire::submitted_task task,
                                      output_receiver on_output) {
  task.key = node->key_prefix() + task.key;
  placed_call call{caller,    node->places(),          std::move(where), std::move(task),
                   signature, node->settings().budget, own.deadline(),   std::move(on_output)};
  if (auto outcome = co_await call)
    co_return std::move(*outcome);
  co_return co_await run_here(own, node, std::move(call.task()), call.takes_slot());
}

} // namespace sweet::inline v0_5::detail
