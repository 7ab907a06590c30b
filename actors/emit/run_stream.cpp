// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/join_awaiter.hpp>
#include <sweet/actors/emit/router_run.hpp>
#include <sweet/actors/emit/stream_core.hpp>
#include <sweet/actors/emit/wire/spent_chunks.hpp>
#include <sweet/actors/runtime/cell/task_children.hpp>
#include <sweet/actors/runtime/cell/task_memory.hpp>
#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/cell/task_settings.hpp>
#include <sweet/actors/runtime/cell/task_start.hpp>
#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/runtime/cell/unstarted_task.hpp>
#include <sweet/actors/task/child_task.hpp>
#include <sweet/messages/cancelled.hpp>
#include <sweet/messages/fails_with.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sweet::inline v0_5::detail {

namespace {

/// Owns a child of the emitting task from its start to its end.
class part {
public:
  part(cell& parent, async<void> body, const char* name) {
    unstarted_task made{body.release()};
    set_name(*made, name);
    set_contained(*made);
    cell_ = &made.release();
    start_child(parent, *cell_);
  }
  part(part&& other) noexcept : cell_(std::exchange(other.cell_, nullptr)) {}
  part& operator=(part&&) = delete;
  ~part() {
    if (cell_ != nullptr)
      drop_child(*cell_);
  }

  join_awaiter ended() const noexcept { return join_awaiter{*cell_}; }
  /// Whether the child has ended, and has not been left behind.
  bool is_done() const noexcept { return cell_->is_done(); }
  task_error error() const { return outcome_error(*cell_); }

private:
  cell* cell_ = nullptr;
};

} // namespace

namespace {

/// The body of the task of a router. @param stream is kept alive
async<void> route_events([[maybe_unused]] std::shared_ptr<stream_core> stream,
                         std::unique_ptr<router_run> made, task_context ctx) {
  const auto run = std::move(made);
  run->begin(context_access::get(ctx));
  while (!run->is_over()) {
    co_await run->wait();
    run->step();
  }
  run->finish();
}

} // namespace

async<void> collect_events(std::shared_ptr<stream_core> stream, task_context ctx) {
  auto level = cancellation_level::none;
  spent_chunks spent;
  for (bool accepts = true;;) {
    auto* link = stream->collected_.take_all();
    if (link == nullptr) {
      spent.give_back();
      level = co_await stream->collected_.wait_shielded(level);
      if (level < cancellation_level::kill)
        continue;
      note_heard(context_access::get(ctx));
      throw cancelled{};
    }
    while (link != nullptr) {
      if (link->what == event_link::kind::closed)
        co_return;
      auto& chunk = static_cast<event_chunk_base&>(*std::exchange(link, link->next));
      try {
        if (accepts)
          stream->accept(chunk);
      } catch (...) {
        accepts = false;
        stream->fail(error_of_exception());
      }
      spent.add(chunk);
    }
  }
}

stream_summary stream_core::sum_up(cell& self, const task_error& sender_error) noexcept {
  if (!options_.is_pulled)
    drop_collected(); // chunks lie there if the collector was killed
  stream_summary all;
  all.further_stages = std::move(further_counts_);
  if (stages_.empty()) {
    all.counts.processed = handed_over();
    all.counts.failed = all.error_count = failed_event_count_;
    all.counts.emitted = all.counts.settled();
    all.errors = std::move(failed_events_);
  }
  for (const auto& stage : stages_) {
    stage->settle_rest();
    if (!stage->counts.is_balanced())
      fail(error_or_spare(error_code::panic, [&] {
        return task_error{error_code::panic, "events have got lost: " + to_string(stage->counts)};
      }));
    if (stage == stages_.front())
      all.counts = stage->counts;
    else
      all.further_stages.push_back(stage->counts); // there is room
    all.error_count += stage->error_count;
    for (auto& error : stage->errors)
      keep_error(all.errors, std::move(error));
  }
  all.counts.emitted += dropped_by_senders();
  all.counts.dropped += dropped_by_senders();
  all.error = error();
  if (!all.error)
    all.error = sender_error;
  all.started = started_;
  all.ended = time_.now();
  if (all.error) {
    all.kind = event_kind::error;
  } else if (self.level() != cancellation_level::none) {
    all.kind = event_kind::cancellation;
    all.error = error_or_spare(error_code::cancelled, [] {
      return task_error{error_code::cancelled, "the stream was cancelled"};
    });
  }
  return all;
}

async<void> run_stream(task_context ctx, stream_lease lease) {
  cell& self = context_access::get(ctx);
  const auto& stream = lease.get();
  // However the stream ends, a body that pulls is told before the last body left behind is gone.
  struct close_at_end {
    stream_core& stream;
    ~close_at_end() { stream.close(); }
  } const at_end{*stream};
  stream->started_ = stream->time().now();
  stream->id_ = id_of(self);
  std::optional<part> collector;
  std::vector<part> routers;
  // The senders come last: a stream that lacks a router emits nothing.
  try {
    if (!stream->options_.is_pulled)
      collector.emplace(self, collect_events(stream, ctx), "collector");
    routers.reserve(stream->stages_.size());
    for (const auto& stage : stream->stages_)
      routers.emplace_back(self, route_events(stream, std::make_unique<router_run>(*stage), ctx),
                           "router");
    for (std::size_t i = 0; i < stream->senders(); ++i)
      stream->start_sender(self, i);
  } catch (const cancelled&) {
    throw;
  } catch (...) {
    stream->fail(error_of_exception());
  }
  task_error sender_error;
  bool all_ended = true;
  for (cell* sender : stream->senders_) {
    co_await join_awaiter{*sender};
    if (!sender_error && status_of(*sender) == task_status::failed)
      sender_error = outcome_error(*sender);
    all_ended &= sender->is_done();
    drop_child(*sender);
  }
  for (std::size_t i = 0; i < routers.size(); ++i) {
    stream->stages_[i]->in.push(stream->stages_[i]->closed);
    co_await routers[i].ended();
    all_ended &= routers[i].is_done();
  }
  if (collector) {
    stream->collected_.push(stream->all_collected_);
    co_await collector->ended();
    all_ended &= collector->is_done();
  }
  if (!all_ended) {
    // Bodies that are left behind may still be at work on what they share with this one.
    note_heard(self);
    throw cancelled{};
  }
  auto summary = stream->sum_up(self, sender_error);
  const auto error = summary.error;
  const auto kind = summary.kind;
  stream->finish(std::move(summary));
  if (kind == event_kind::error)
    throw fails_with{error};
  if (kind == event_kind::cancellation) {
    note_heard(self);
    throw cancelled{};
  }
}

} // namespace sweet::inline v0_5::detail
