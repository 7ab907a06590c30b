#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <sweet/actors/sync/channel.hpp>
#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/incarnation.hpp>
#include <sweet/messages/task_type.hpp>
#include <sweet/node/link/result_sink.hpp>
#include <sweet/node/wire/frames.hpp>
#include <sweet/node/work/provided_task.hpp>

namespace sweet::inline v0_5::detail {

/// Runs tasks of other nodes: as many at a time as there are slots, the urgent ones first. Any
/// thread.
///
/// Each task is a child of the one task that serves. It is known by who has submitted it and by the
/// id that it has there. What the submitter is told of goes through the sink that came with it.
class executor : public std::enable_shared_from_this<executor> {
public:
  /// @param itself this node, which results name
  /// @param slots how many tasks of other nodes run at a time
  executor(incarnation itself, std::uint32_t slots,
           std::vector<std::shared_ptr<const provided_task>> provided);
  executor(const executor&) = delete;
  executor& operator=(const executor&) = delete;

  /// Runs what comes, as children of the task of `ctx`, until that is cancelled.
  async<void> serve(task_context ctx);

  /// Takes a task.
  /// @param node the name of the submitter
  void take(std::shared_ptr<result_sink> from, const incarnation& submitter, std::string node,
            wire::submitted_task task);
  /// Passes on that the submitter wants a task to stop.
  void cancel(const incarnation& submitter, wire::cancel x);
  /// Cancels the tasks of a submitter that is lost, or has given this node up: nobody waits for
  /// them.
  void orphan(const incarnation& submitter, const std::string& why);
  /// Hands back what has not begun, now and from now on.
  void drain();

  /// Tells the submitters how far their tasks have come, where that has changed.
  void report();

  /// Returns how many tasks a submitter may have here at a time: as many again as run wait here, so
  /// that a free slot has work at once.
  std::uint32_t window() const;
  /// Returns how many tasks there are: those included that wait, and those whose end is being told.
  std::size_t size() const;
  /// Returns how many slots are taken.
  std::uint32_t busy_slots() const;
  /// Returns the types of the tasks that it can run.
  std::vector<task_type> types() const;
  /// Returns a function that it can run; null if there is none of this name.
  std::shared_ptr<const provided_task> find(std::string_view name) const;

private:
  using key = std::pair<incarnation, std::uint64_t>; ///< the start of the submitter, its id
  struct hash {
    std::size_t operator()(const key& x) const noexcept {
      return static_cast<std::size_t>(x.first.low + x.second * 0x9E37'79B9'7F4A'7C15U);
    }
  };
  enum class stage : std::uint8_t { queued, starting, running };
  struct entry {
    std::shared_ptr<result_sink> from;
    wire::submitted_task task;
    std::string node;
    std::uint64_t number = 0; ///< tells a task from a later one with its key
    stage at = stage::queued;
    bool has_waited = false;
    std::shared_ptr<running_task> runs{};
    task_progress told{};
    cancellation_level level = cancellation_level::none; ///< that was asked for
    std::string reason{};
  };
  struct turn {
    key who;
    std::uint64_t number = 0;
    bool is_aside = false; ///< it takes no slot
  };
  /// What is done once the mutex is free.
  using after = std::vector<std::function<void()>>;

  void begin(const task_context& ctx, const turn& x);
  void ended(const turn& x, wire::finished_task task);
  // With the mutex:
  entry* find(const turn& x);
  std::size_t held_for(const incarnation& submitter) const;
  std::size_t most_held() const noexcept;
  void finish(const turn& x, wire::finished_task task, after& then);
  void stop(const turn& x, after& then);
  void start_queued();
  void start_aside(const turn& x, after& then);

  const incarnation itself_;
  const std::uint32_t slots_;
  /// How many tasks have ended whose submitter is being told. Grows with the mutex. Release when it
  /// has been told, acquire in size(): who sees none finds all of it in the links.
  std::atomic<std::size_t> told_now_{0};
  std::map<std::string, std::shared_ptr<const provided_task>, std::less<>> provided_;
  channel<turn> starts_;

  mutable std::mutex mutex_;
  // All that follows is under the mutex.
  std::unordered_map<key, entry, hash> tasks_;
  std::map<incarnation, std::size_t> held_; ///< how many of them each submitter has
  std::array<std::deque<turn>, 5> queues_;  ///< by urgency
  /// Asked for before the task has come, which happens where it comes in pieces; or after it has
  /// ended, which cannot be told apart. The oldest ones are forgotten.
  std::deque<std::pair<key, wire::cancel>> early_;
  std::uint64_t numbers_ = 0;
  std::uint32_t busy_ = 0;   ///< slots
  std::uint32_t asides_ = 0; ///< what runs beside them
  bool drains_ = false;
};

} // namespace sweet::inline v0_5::detail
