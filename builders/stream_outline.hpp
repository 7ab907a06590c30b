#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/stage_core.hpp>
#include <sweet/actors/emit/stream_core.hpp>
#include <sweet/actors/task/spawning_task.hpp>
#include <sweet/builders/task_options.hpp>
#include <sweet/strategies/processing/processing_rules.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace sweet::inline v0_5::detail {

/// Makes a stage for one stream; `is_last` says that no stage follows.
using make_stage = std::function<std::unique_ptr<stage_core>(stream_core&, bool is_last)>;

/// The part of a stream's description, besides its task, that does not depend on the types of
/// events. Copied out of line, as task_options is.
struct stream_outline {
  stream_outline();
  stream_outline(const stream_outline&);
  stream_outline(stream_outline&&) noexcept;
  stream_outline& operator=(const stream_outline&);
  stream_outline& operator=(stream_outline&&) noexcept;
  ~stream_outline();

  stream_options options;
  std::uint32_t senders = 1; ///< 0: as many as the runtime has workers
  std::vector<make_stage> stages;
  processing_rules first_rules; ///< of the first stage

  /// Adds a stage behind the others.
  void add_stage(const processing_rules& rules, make_stage make);
  /// Makes the stages of a stream.
  void add_stages_to(stream_core& stream) const;
};

/// Starts the task of a stream that is complete, under `parent`; null: under the root.
/// @throws cancelled if the parent has been killed
spawning_task<void> start_stream(const std::shared_ptr<stream_core>& stream, cell* parent,
                                 const task_options& options);

} // namespace sweet::inline v0_5::detail
