#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/event_source.hpp>
#include <sweet/actors/process/process_spec.hpp>
#include <sweet/messages/task_result.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "each_item.hpp"
#include "job_file.hpp"

namespace sweet::command {

/// Gives the items of an each-job one after the other. An error of one item is its `problem`; an
/// error that concerns all, such as a file that does not exist, is thrown as a task_failure.
class item_reader {
public:
  item_reader() = default;
  item_reader(const item_reader&) = delete;
  item_reader& operator=(const item_reader&) = delete;
  virtual ~item_reader() = default;

  /// The next item; nothing at the end. Blocks until there is one.
  /// @throws cancelled if it waits and the task that reads is cancelled
  virtual std::optional<each_item> next() = 0;

  /// Whether next() surely will not wait.
  [[nodiscard]] virtual bool is_ready() const = 0;
};

/// Makes a reader of the items of an each-job.
/// @param what has `each`, and outlives the reader
/// @param common the settings of all processes of the job
[[nodiscard]] std::unique_ptr<item_reader> open_items(const job& what, const process_spec& common);

/// The items of an each-job as a source of events.
class item_source {
public:
  using value_type = each_item;

  class reader {
  public:
    explicit reader(const item_source& from);

    std::optional<task_result<each_item>> next();
    [[nodiscard]] bool is_ready() const { return items_->is_ready(); }

  private:
    std::unique_ptr<item_reader> items_;
    std::function<void(std::uint64_t)> at_end_;
    std::uint64_t count_ = 0;
  };

  /// Describes the items of an each-job. `what` and `common` outlive the readers.
  /// @param at_end called with the number of items, unless reading was cancelled or failed
  item_source(const job& what, const process_spec& common,
              std::function<void(std::uint64_t)> at_end)
      : what_(&what), common_(&common), at_end_(std::move(at_end)) {}

  [[nodiscard]] reader open() const { return reader{*this}; }

private:
  const job* what_;
  const process_spec* common_;
  std::function<void(std::uint64_t)> at_end_;
};

} // namespace sweet::command
