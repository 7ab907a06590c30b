// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/builders/stream_outline.hpp>

#include <sweet/actors/runtime/cell/root_task.hpp>
#include <sweet/actors/runtime/cell/task_memory.hpp>
#include <sweet/actors/runtime/cell/task_start.hpp>
#include <sweet/actors/runtime/cell/unstarted_task.hpp>
#include <sweet/actors/task/child_task.hpp>

#include <utility>

namespace sweet::inline v0_5::detail {

stream_outline::stream_outline() = default;
stream_outline::stream_outline(const stream_outline&) = default;
stream_outline::stream_outline(stream_outline&&) noexcept = default;
stream_outline& stream_outline::operator=(const stream_outline&) = default;
stream_outline& stream_outline::operator=(stream_outline&&) noexcept = default;
stream_outline::~stream_outline() = default;

void stream_outline::add_stage(const processing_rules& rules, make_stage make) {
  if (stages.empty())
    first_rules = rules;
  stages.push_back(std::move(make));
}

void stream_outline::add_stages_to(stream_core& stream) const {
  for (const auto& make : stages)
    stream.add(make(stream, &make == &stages.back()));
}

spawning_task<void> start_stream(const std::shared_ptr<stream_core>& stream, cell* parent,
                                 const task_options& options) {
  task_home& home = stream->home();
  spawn_target target{home};
  unstarted_task unstarted{run_stream(context_access::unbound(), stream_lease{stream}).release()};
  apply(options.attempt, *unstarted);
  apply(options, *unstarted, parent != nullptr ? *parent : root_of(home));
  cell& task = unstarted.release();
  if (parent == nullptr) {
    start_top_level(task);
    return handle_access::make<spawning_task<void>>(task);
  }
  start_with(options, *parent, task);
  return handle_access::make<child_task<void>>(task).share();
}

} // namespace sweet::inline v0_5::detail
