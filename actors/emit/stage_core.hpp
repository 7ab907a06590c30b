#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/live_counts.hpp>
#include <sweet/actors/emit/receiver_core.hpp>
#include <sweet/actors/emit/stage_alarm.hpp>
#include <sweet/actors/emit/wire/event_chunk.hpp>
#include <sweet/actors/emit/wire/inlet.hpp>
#include <sweet/actors/emit/wire/stage_command.hpp>
#include <sweet/messages/event.hpp>
#include <sweet/messages/event_counts.hpp>
#include <sweet/strategies/processing/processing_rules.hpp>
#include <sweet/strategies/recovery/error_strategy.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace sweet::inline v0_5::detail {

class stream_core;

/// How many errors of single events a stream keeps.
inline constexpr std::size_t max_kept_errors = 1'000;

/// Adds an error, unless there are enough, or there is no memory for it. The caller counts all
/// errors.
void keep_error(std::vector<event_error>& errors, event_error error) noexcept;

/// The state that a router and its receivers share, whatever the type of the events, and what is
/// left of them.
class stage_core {
public:
  stage_core(stream_core& s, processing_rules r) noexcept : stream(s), rules(std::move(r)) {}
  stage_core(const stage_core&) = delete;
  stage_core& operator=(const stage_core&) = delete;
  virtual ~stage_core() = default;

  virtual std::unique_ptr<receiver_core> make_receiver() = 0;
  /// Whether events of the same key stay with the same receiver.
  virtual bool is_partitioned() const noexcept { return false; }
  /// Whether it asks when events were handed over.
  virtual bool asks_when() const noexcept = 0;
  /// Moves the events of a chunk from `rest` to the sets of the receivers that their keys belong
  /// to.
  /// @throws what the user's code throws for the first event in `rest`; the caller can take it out
  /// and go on
  virtual void partition(event_chunk_base& chunk, event_mask& rest,
                         std::span<event_mask> shares) const;

  /// Moves the events of a chunk behind those of another one. @returns false, and nothing has
  /// happened, if there is no room
  virtual bool merge(event_chunk_base& into, event_chunk_base& from) const noexcept = 0;

  /// Has the router drop the waiting events, and end once nothing comes any more. Any thread.
  void stop() noexcept;
  /// Has the router give out the waiting events, paused or not. Any thread.
  void finish() noexcept;
  /// Sends the router a command. Any thread. @throws std::bad_alloc
  void command(stage_command::verb what, std::uint32_t number = 0);

  /// Cancels the events that still lie in `in`. Called after the router has ended.
  void settle_rest() noexcept;

  /// Frees the links in `in` that no router will look at: commands that came after the end, and
  /// errors that left-behind bodies have sent. Called at the very end, before any outlet goes.
  void discard_rest() noexcept;

  stream_core& stream;
  const processing_rules rules;
  /// Chunks for the router, slices that come back, and commands.
  inlet in;
  /// Where the receivers' results go: the next stage, or the collector.
  inlet* next = nullptr;
  /// Whether the events that have waited longest are dropped when too many wait.
  bool drops_oldest = false;
  /// Places for receivers; places that are no longer needed stay until the end.
  std::vector<std::unique_ptr<receiver_core>> receivers;

  // The router's; once it has ended, the stream's.
  event_counts counts;
  std::vector<event_error> errors;
  std::uint64_t error_count = 0;
  /// `counts` as they were a moment ago, for any thread.
  live_counts live;

  /// Says that nothing more comes.
  event_link closed{event_link::kind::closed};

  // The router's, here because they may lie in `in` when it has ended.
  stage_alarm alarm{in};
  event_link receiver_ended{event_link::kind::ended};

private:
  stage_command stop_{stage_command::verb::stop};
  stage_command finish_{stage_command::verb::finish};
  std::atomic_flag stop_sent_;
  std::atomic_flag finish_sent_;
};

} // namespace sweet::inline v0_5::detail
