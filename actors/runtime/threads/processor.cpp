// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/threads/processor.hpp>

#include <sweet/actors/runtime/cell/task_run.hpp>
#include <sweet/actors/runtime/system/cpu_pause.hpp>

#include <caf/resumable.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

namespace sweet::inline v0_5::detail {

namespace {

// How long a processor looks for work before its thread sleeps: about what a wake-up costs.
constexpr auto search_time = std::chrono::microseconds{20};

// Otherwise a thief that has become patient would never take a woken job.
static_assert(thief_patience::longest < search_time);

// How long a thread that watches sleeps before it looks again.
constexpr std::chrono::nanoseconds watch_time = 5 * search_time;

// How many pauses lie between two looks at the queues of others, at most.
constexpr unsigned max_pauses = 64;

} // namespace

processor::processor(task_home& home, processor_set& all, const processor_options& options)
    : workplace(home, all.size(), options.node), all_(all), random_(index_ * 7919 + 12345),
      max_throughput_(options.max_throughput), patience_(options.workers) {}

job processor::pop_lane(unsigned lane) noexcept {
  if (lane == normal_lane)
    return normal_.pop();
  auto bits = waiting_lanes_.load(std::memory_order_relaxed);
  if ((bits & (1u << lane)) == 0)
    return {};
  job j = lanes_[lane].load(std::memory_order_relaxed)->pop();
  if (!j)
    waiting_lanes_.store(static_cast<std::uint8_t>(bits & ~(1u << lane)),
                         std::memory_order_relaxed);
  return j;
}

// Sets the bits of waiting_lanes_ anew: pop() may find nothing while a thief takes its claim back,
// and then the bit is gone.
void processor::refresh_waiting_lanes() noexcept {
  unsigned bits = 0;
  for (unsigned lane = 0; lane < lane_count; ++lane)
    if (lane != normal_lane)
      if (work_deque* d = find_lane(lane); d != nullptr && !d->empty())
        bits |= 1u << lane;
  waiting_lanes_.store(static_cast<std::uint8_t>(bits), std::memory_order_relaxed);
}

job processor::pop_by_priority() noexcept {
  if (waiting_lanes_.load(std::memory_order_relaxed) == 0) [[likely]]
    return normal_.pop();
  for (unsigned lane = 0; lane < lane_count; ++lane)
    if (job j = pop_lane(lane))
      return j;
  return {};
}

// Every eighth pick takes turns: each lane, the injection queue, and the oldest job of the normal
// lane, which a stack would never reach. So each is served at least once in 64 picks.
job processor::pop_for_fairness() {
  if (patience_.wants_to_know())
    patience_.has_run(clock::now());
  const auto turn = (tick_ >> 3) & 7;
  if (turn == 5) {
    take_injected();
    return {};
  }
  if (turn == 6)
    return normal_.pop_oldest();
  if (turn < lane_count && turn != normal_lane)
    if (auto* d = lanes_[turn].load(std::memory_order_relaxed))
      return d->pop_oldest();
  return {};
}

bool processor::take_injected() {
  return home_->injected().take_share(all_.size(), [this](job j, unsigned lane) { push(j, lane); });
}

processor::catch_of_jobs processor::steal(job* out, std::size_t max) noexcept {
  if (waiting_lanes_.load(std::memory_order_relaxed) == 0)
    return {normal_.steal(out, max), normal_lane};
  for (unsigned lane = 0; lane < lane_count; ++lane)
    if (work_deque* d = find_lane(lane))
      if (auto n = d->steal(out, max))
        return {n, lane};
  return {};
}

bool processor::has_work() const noexcept {
  for (unsigned lane = 0; lane < lane_count; ++lane)
    if (work_deque* d = find_lane(lane); d != nullptr && !d->empty())
      return true;
  return false;
}

bool processor::has_spare_work() const noexcept {
  for (unsigned lane = 0; lane < lane_count; ++lane)
    if (work_deque* d = find_lane(lane); d != nullptr && !d->empty())
      if (lane != normal_lane || !d->oldest_if_kept())
        return true;
  return false;
}

job processor::steal_somewhere(clock::time_point now) {
  std::array<job, work_deque::max_batch> batch;
  const auto n = all_.size();
  // Knuth's MMIX linear congruential generator: cheap, and good enough to spread thieves.
  random_ = random_ * 6364136223846793005u + 1442695040888963407u;
  const auto start = static_cast<std::size_t>(random_ >> 33) % n;
  for (std::size_t i = 0; i < n; ++i) {
    auto& victim = all_.at((start + i) % n);
    if (&victim == this)
      continue;
    std::optional<work_deque::place> kept;
    if (victim.waiting_lanes_.load(std::memory_order_relaxed) == 0)
      kept = victim.normal_.oldest_if_kept();
    if (kept && patience_.leaves(victim.index_, *kept, now))
      continue;
    const auto caught = victim.steal(batch.data(), batch.size());
    const auto k = caught.size;
    if (k == 0)
      continue;
    if (kept) {
      patience_.has_taken(now);
      tick_ = tick_ | 7; // next() looks at patience_ after this job, and not after every one
    }
    // Small catches mean that the victim works on little pieces: leave it alone for a while.
    backoff_ = k >= 64 ? 0 : std::min(backoff_ != 0 ? backoff_ * 2 : 4, max_backoff);
    // Another core has written these tasks: fetch them while there is something else to do.
    for (std::size_t j = 0; j < k; ++j)
      if (batch[j].is_task()) {
        __builtin_prefetch(&batch[j].task(), 1);
        __builtin_prefetch(batch[j].task().body(), 1);
      }
    for (std::size_t j = k - 1; j > 0; --j)
      push(batch[j].as_any(), caught.lane);
    return batch[0].as_any();
  }
  return {};
}

job processor::search() {
  for (unsigned i = 0; i < backoff_; ++i)
    cpu_pause();
  const auto start = clock::now();
  patience_.starts_search();
  unsigned pauses = 4;
  for (auto now = start; now - start < search_time; now = clock::now()) {
    take_injected();
    refresh_waiting_lanes();
    if (job j = pop_by_priority())
      return j;
    if (job j = steal_somewhere(now))
      return j;
    if (all_.stopping())
      return {};
    // Each look takes the victims' lines away from them: more and more seldom.
    pauses = std::min(2 * pauses, max_pauses);
    for (unsigned i = 0; i < pauses; ++i)
      cpu_pause();
  }
  return {};
}

bool processor::any_work() const noexcept {
  return !home_->injected().empty() || all_.have_work();
}

bool processor::any_spare_work() const noexcept {
  return !home_->injected().empty() || all_.have_spare_work();
}

// @returns false when the scheduler shuts down
bool processor::sleep() {
  memory_.flush();
  idle_->prepare_sleep(sleeper_);
  // The last look, see idle_set. At our own deque, too: pop() may fail while a thief takes its
  // claim back.
  if (all_.stopping() || any_work()) {
    if (idle_->cancel_sleep(sleeper_)) {
      all_.woken();
      return !all_.stopping();
    }
  }
  sleeper_.wake_up.wait();
  all_.woken();
  return !all_.stopping();
}

// Sleeps for watch_time at most, in place of sleep(): the searcher is a searcher again afterwards.
// @returns false if it has to sleep in earnest: another processor watches already, or the scheduler
// shuts down
bool processor::watch() {
  if (!idle_->start_watching())
    return false;
  idle_->prepare_sleep(sleeper_);
  // The last look. Woken jobs, which it leaves to others for a while, are looked at when the time
  // is over.
  const bool stays = !all_.stopping() && !any_spare_work();
  const bool called = stays && sleeper_.wake_up.wait_for(watch_time.count());
  if (!called && !idle_->cancel_sleep(sleeper_))
    sleeper_.wake_up.wait();
  all_.woken();
  idle_->start_searching();
  idle_->stop_watching();
  return !all_.stopping();
}

bool processor::wait_for_work() {
  idle_->start_searching();
  return sleep();
}

job processor::next() {
  if (next_task_ != nullptr)
    return job{*std::exchange(next_task_, nullptr)};
  handed_ = 0;
  tick_ = tick_ + 1;
  if ((tick_ & 7) == 0) [[unlikely]]
    if (job j = pop_for_fairness())
      return j;
  if (job j = pop_by_priority()) [[likely]]
    return j;
  return wait_for_job();
}

job processor::wait_for_job() {
  for (;;) {
    if (take_injected())
      if (job j = pop_by_priority())
        return j;
    idle_->start_searching();
    do {
      if (job j = search()) {
        idle_->found_work([this] { return any_work(); });
        return j;
      }
    } while (patience_.saw_chains() && watch());
    if (!sleep())
      return {};
  }
}

job processor::pop_descendant(const cell& ancestor, std::int64_t watermark) {
  job j;
  if (next_task_ != nullptr)
    j = job{*std::exchange(next_task_, nullptr)};
  else if (normal_.bottom() > watermark)
    j = normal_.pop();
  if (!j)
    return {};
  tick_ = tick_ + 1; // the body that waits does not compute
  if (j.is_task())
    for (const cell* c = &j.task(); c != nullptr; c = c->parent.load(std::memory_order_relaxed))
      if (c == &ancestor)
        return j;
  push(j, j.is_task() ? j.task().lane() : normal_lane);
  return {};
}

watchdog::turn processor::current_turn() const noexcept {
  // Acquire: see driver().
  const thread_state* thread = driver_.load(std::memory_order_acquire);
  return {tick_, thread != nullptr ? thread->task : nullptr};
}

void processor::run(job j) {
  if (j.is_task()) [[likely]]
    return run_task(j.task());
  auto* r = j.resumable();
  switch (r->resume(this, max_throughput_)) {
    case caf::resumable::resume_later: home_->inject(j, normal_lane); break;
    case caf::resumable::done:
    case caf::resumable::awaiting_message: caf::intrusive_ptr_release(r); break;
    case caf::resumable::shutdown_execution_unit:
      // CAF's own coordinator stops its workers this way; ours never get this.
      caf::intrusive_ptr_release(r);
      break;
  }
}

processor& processor_set::add(task_home& home, const processor_options& options) {
  return *all_.emplace_back(std::make_unique<processor>(home, *this, options));
}

bool processor_set::have_work() const noexcept {
  return std::any_of(all_.begin(), all_.end(), [](const auto& p) { return p->has_work(); });
}

bool processor_set::have_spare_work() const noexcept {
  return std::any_of(all_.begin(), all_.end(), [](const auto& p) { return p->has_spare_work(); });
}

} // namespace sweet::inline v0_5::detail
