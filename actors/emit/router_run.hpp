#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/receiver_core.hpp>
#include <sweet/actors/emit/stage_core.hpp>
#include <sweet/actors/emit/wire/event_slice.hpp>
#include <sweet/actors/emit/wire/spent_chunks.hpp>
#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/child_set.hpp>
#include <sweet/actors/runtime/time/clock.hpp>
#include <sweet/messages/cancellation_level.hpp>
#include <sweet/strategies/flow/token_bucket.hpp>
#include <sweet/strategies/processing/adaptive_controller.hpp>
#include <sweet/strategies/processing/event_grain.hpp>
#include <sweet/strategies/processing/routing_policy.hpp>
#include <sweet/strategies/supervision/restart_intensity.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace sweet::detail {

/// A router at work: takes what comes to a stage, gives it to receivers as the strategy says, and
/// keeps account of what has become of it. The router's own context; so nothing in it is shared.
class router_run final : public child_set {
public:
  /// Makes what it needs besides the receivers: a stream is not started without.
  explicit router_run(stage_core& stage);
  ~router_run();

  /// Starts the receivers, as that task. Once, before all else. What fails ends the stream, here
  /// and below.
  void begin(cell& self) noexcept;

  /// Whether nothing comes any more, all is settled and the receivers are gone.
  bool is_over() const noexcept;

  /// `co_await run.wait()`: until there is something to look at.
  auto wait() noexcept { return stage_.in.wait_shielded(level_); }

  /// Looks at everything that has happened.
  void step() noexcept;

  /// Counts what has been left behind with receivers: nobody will tell what became of it. Once it
  /// is over.
  void finish() noexcept;

  // -- child_set ----------------------------------------------------------------------------------
  void arrived(cell& child) noexcept override;
  void resolved(cell& child) noexcept override;
  bool is_ready() const noexcept override { return false; }
  bool give_up() noexcept override { return false; }

private:
  struct part {
    event_chunk_base* chunk;
    event_mask events;
  };
  /// What waits for a receiver, or for any of them, in order.
  using lane = std::deque<part>;
  /// What a slice has given, until all before it have come back.
  struct finished {
    bool is_back = false;
    event_link* outputs = nullptr; ///< oldest first
  };
  /// What a receiver of an ordered stage has given back unhandled. It keeps its number, and goes to
  /// the same receiver's successor: any other one may have made something of later events, which
  /// goes on only behind this, and wait for the credit of that.
  struct unfinished {
    receiver_core* place;
    std::uint64_t slice; ///< its number
    part rest;
  };

  // What throws has lost nothing: events are settled, or counted as waiting or in flight. Once the
  // router has stopped nothing does.
  void start_receivers();
  void look();
  void take(event_link& link);
  void take_chunk(event_chunk_base& chunk) noexcept;
  void take_slice(event_slice& slice) noexcept;
  void take_command(stage_command& command);
  void take_level() noexcept;
  void take_ended();
  void adapt();
  void fail_spent(event_chunk_base& chunk, event_mask events) noexcept;
  void fail_event(std::uint64_t sequence, task_error error) noexcept;
  void fail_stream(event_error error) noexcept;
  void keep(event_error error) noexcept;
  /// No event is handled any more, for a reason that is no event's.
  void stop(task_error error) noexcept;

  void start_receiver(receiver_core& place);
  void close_receiver(receiver_core& place) noexcept;
  void resize(std::uint32_t n);
  bool has_nothing_left() const noexcept {
    return inputs_closed_ && waiting_ == 0 && in_flight_ == 0;
  }
  void replace_if_needed(receiver_core& place);

  void dispatch();
  bool dispatch_shared();
  bool dispatch_partitioned();
  bool is_batch_due(const lane& from, clock::time_point now) noexcept;
  bool give(receiver_core& place, lane& from);
  bool dispatch_unfinished();
  bool has_unfinished(const receiver_core& place) const noexcept;
  event_slice& free_slice(receiver_core& place) noexcept;
  void hand_to(receiver_core& place, event_slice& slice) noexcept;
  finished& place_in_order(std::uint64_t slice) noexcept {
    return in_order_[slice - (next_slice_ - in_order_.size())];
  }
  void put_back(event_slice& slice, event_chunk_base& chunk, event_mask events) noexcept;
  std::uint32_t grain() const noexcept;
  std::uint32_t allowance(std::uint32_t wanted);
  std::uint32_t room(const receiver_core& place) const noexcept;
  void wait_until(clock::time_point due) noexcept;

  /// Says in `split_` which lane gets which; takes those without a key out of `events`.
  void split(event_chunk_base& chunk, event_mask& events) noexcept;
  void add_waiting(event_chunk_base& chunk, event_mask events) noexcept;
  bool add_to_last(event_chunk_base& chunk) noexcept;
  void put_back(event_chunk_base& chunk, event_mask events) noexcept;
  /// Has `put()` put them where they wait. Without memory for that they are cancelled, and the
  /// stream ends.
  template <class F>
  void wait_with(part events, F put) noexcept;
  void set_lanes(std::size_t n);
  void repartition();
  void drop_waiting(std::uint64_t event_counts::* as) noexcept;
  void drop_oldest() noexcept;
  void settle(event_chunk_base& chunk, event_mask events) noexcept;
  void forward_outputs() noexcept;
  bool is_stopped() const noexcept { return stopped_ || level_ >= cancellation_level::kill; }
  clock::time_point now() const noexcept;

  cell* self_ = nullptr; ///< null: it has not begun
  stage_core& stage_;
  std::unique_ptr<routing_policy> policy_;
  event_grain grain_;
  std::optional<adaptive_controller> controller_;
  clock::time_point window_ends_{};
  std::optional<token_bucket> bucket_;
  restart_intensity replacements_;
  std::vector<lane> lanes_;          ///< one, or one per receiver
  std::vector<receiver_load> loads_; ///< of the receivers that are not closing
  std::vector<event_mask> split_;    ///< room for partition()
  spent_chunks spent_;
  event_link* taken_ = nullptr;       ///< from the inlet, and not looked at; oldest first
  std::deque<finished> in_order_;     ///< in an ordered stage: of slices given, oldest first
  std::deque<unfinished> unfinished_; ///< of those, what goes to another receiver before all else
  std::uint32_t receivers_ = 0;       ///< how many there should be
  std::uint32_t alive_ = 0;           ///< how many there are
  std::uint32_t busy_ = 0;            ///< how many have been given something
  std::uint64_t waiting_ = 0;         ///< events that no receiver has
  std::uint64_t in_flight_ = 0;       ///< events that receivers have
  std::uint32_t used_up_ = 0;         ///< outlets all of whose credit is here
  std::uint64_t next_sequence_ = 0;
  std::uint64_t next_slice_ = 0;
  bool inputs_closed_ = false;
  bool stopped_ = false;
  bool paused_ = false;
  bool finishes_ = false;     ///< what waits is given out, paused or not
  bool repartitions_ = false; ///< once no event is in flight
  bool ended_ = false;        ///< the link that says so is on its way
  cancellation_level level_ = cancellation_level::none;
};

} // namespace sweet::detail
