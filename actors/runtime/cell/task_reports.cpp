// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/task_reports.hpp>

#include <sweet/actors/runtime/cell/block_layout.hpp>
#include <sweet/actors/runtime/cell/context_block.hpp>
#include <sweet/actors/runtime/cell/task_meter.hpp>

#include <filesystem>
#include <mutex>
#include <utility>

namespace sweet::inline v0_5::detail {

void set_working_directory(cell& c, std::string path) {
  context_of(c).working_directory = std::move(path);
}

std::string folder_of(cell& c, const std::string& path) {
  std::filesystem::path result{path};
  // Parents live as long as their children, and a folder set before a task started stays.
  for (cell* task = &c; task != nullptr && result.is_relative();
       task = task->parent.load(std::memory_order_relaxed))
    if (const auto* block = find_context(*task); block != nullptr)
      if (!block->working_directory.empty())
        result = result.empty() ? std::filesystem::path{block->working_directory}
                                : block->working_directory / result;
  return result.string();
}

std::string working_directory_of(cell& c) {
  return folder_of(c, {});
}

void set_progress(cell& c, task_progress progress) {
  context_block& block = context_of(c);
  std::lock_guard guard{mutex_of(c)};
  // The old progress is destroyed after the lock is released.
  std::swap(block.progress, progress);
}

task_progress progress_of(cell& c) {
  // drop_side() takes the mutex, too.
  std::lock_guard guard{mutex_of(c)};
  const auto* block = find_context(c);
  return block != nullptr ? block->progress : task_progress{};
}

task_timestamps timestamps_of(cell& c) noexcept {
  const auto* meter = task_meter::find(c);
  return meter != nullptr ? meter->timestamps() : task_timestamps{};
}

std::optional<task_metrics> metrics_of(cell& c) noexcept {
  const auto* meter = task_meter::find(c);
  return meter != nullptr ? meter->metrics() : std::nullopt;
}

} // namespace sweet::inline v0_5::detail
