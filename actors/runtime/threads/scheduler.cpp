// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/threads/scheduler.hpp>

#include <sweet/actors/runtime/cell/absorb_signals.hpp>
#include <sweet/actors/runtime/cell/cancel.hpp>
#include <sweet/actors/runtime/cell/context_block.hpp>
#include <sweet/actors/runtime/cell/side_block.hpp>
#include <sweet/actors/runtime/cell/task_run.hpp>
#include <sweet/actors/runtime/home/thread_state.hpp>
#include <sweet/actors/runtime/threads/exploration.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/detail/set_thread_name.hpp>
#include <caf/logger.hpp>

#include <algorithm>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace sweet::inline v0_5::detail {

namespace {

std::size_t timer_shards(const explorer* explorer) {
  return explorer != nullptr ? 1 : std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

// CAF's default is no limit at all: one busy actor would starve the rest.
std::size_t throughput_of(const scheduler& home) {
  constexpr std::size_t fair = 64;
  const auto configured = home.max_throughput();
  return configured == std::numeric_limits<std::size_t>::max() ? fair : configured;
}

} // namespace

scheduler::scheduler(caf::actor_system& system, sweet::clock& time, const block_use& use,
                     explorer* explorer)
    : abstract_coordinator(system), task_home(system, time, timer_shards(explorer), use),
      caf_clock_(timers()),
      threads_([this] { return drive(); }, [this] { thread_starts("sweet.worker"); },
               [this] { thread_ends(); }),
      blocking_(
          run_blocking_body, [this] { thread_starts("sweet.blocking"); },
          [this] { thread_ends(); }) {
  if (explorer != nullptr)
    exploration_ = std::make_unique<class exploration>(*this, *explorer);
}

scheduler::~scheduler() {
  root_.reset();
  processors_.clear();
}

scheduler* scheduler::find(caf::actor_system& system) noexcept {
  return dynamic_cast<scheduler*>(&system.scheduler());
}

void scheduler::enqueue(caf::resumable* what) {
  if (workplace* p = workplace_in(*this))
    p->push_woken(job{what}, normal_lane);
  else
    inject(job{what}, normal_lane);
}

bool scheduler::adopt(runtime& owner, std::string name, const cancellation_times& shutdown,
                      task_meter::orders orders) {
  std::shared_ptr<task_meter> meter;
  if (orders.any()) {
    context_of(root_->task());
    meter = std::make_shared<task_meter>(root_->task(), orders);
  }
  runtime* none = nullptr;
  // Relaxed: tasks that ask for the owner are started through it.
  if (!owner_.compare_exchange_strong(none, &owner, std::memory_order_relaxed))
    return false;
  stop_rising(root_->task());
  absorb_signals(root_->task());
  root_->reopen(std::move(name), shutdown, std::move(meter));
  lost().open();
  blocks().gate().open();
  return true;
}

bool scheduler::has_owner() const noexcept {
  // Relaxed: what starts a moment too late is cancelled, as the root is.
  return owner_.load(std::memory_order_relaxed) != nullptr;
}

runtime& scheduler::owner() const {
  runtime* owner = owner_.load(std::memory_order_relaxed);
  if (owner == nullptr)
    throw std::logic_error{"the runtime of this task has ended"};
  return *owner;
}

void scheduler::release_owner() noexcept {
  owner_.store(nullptr, std::memory_order_relaxed);
}

caf::node_id::data* scheduler::copy_node() {
  using caf::node_id;
  // Only a system with a middleman has a node id.
  auto* data = const_cast<node_id&>(system().node()).operator->();
  if (data == nullptr)
    return nullptr;
  caf::intrusive_ptr<node_id::data> copy{data};
  if (auto* plain = dynamic_cast<node_id::default_data*>(data))
    copy.reset(new node_id::default_data(plain->process_id(), plain->host_id()), false);
  data = copy.get();
  // Handles to ended tasks may outlive the scheduler, and with them the blocks that point here.
  blocks().keep_alive(std::make_shared<caf::intrusive_ptr<node_id::data>>(std::move(copy)));
  return data;
}

void scheduler::thread_starts(const char* name) {
  CAF_SET_LOGGER_SYS(&system());
  caf::detail::set_thread_name(name);
  this_thread().home = this;
  system().thread_started();
}

void scheduler::thread_ends() {
  this_thread().home = nullptr;
  system().thread_terminates();
}

void scheduler::run_blocking(cell& c) {
  if (exploration_ != nullptr)
    inject(job{c}, c.lane());
  else
    blocking_.submit(c);
}

bool scheduler::drive() {
  if (exploration_ != nullptr)
    return exploration_->drive();
  thread_state& t = this_thread();
  while (t.driven != nullptr) {
    const job j = processor::of(t).next();
    if (!j)
      return false;
    processor::of(t).run(j);
  }
  return true;
}

void scheduler::start_threads() {
  use(copy_node());
  root_ = std::make_unique<root_task>(*this, "sweet");
  use(*root_);
  const auto n = std::max<std::size_t>(1, num_workers());
  for (std::size_t i = 0; i < n; ++i)
    processors_.add(*this, {throughput_of(*this), n, copy_node()});
  processors_.use(&watchdog_);
  for (std::size_t i = 0; i < n; ++i)
    threads_.start(processors_.at(i));
  timers().start([this] { thread_starts("sweet.timers"); }, [this] { thread_ends(); });
}

void scheduler::stop_threads() {
  watchdog_.stop();
  processors_.stop();
  idle().wake_all();
  threads_.stop();
  // Timeouts hold references to actors, whose end asks for this clock.
  timers().stop();
}

// CAF counts the thread of an actor before it starts it, and an actor system that ends waits until
// the count is down again: it would wait for ever for a thread that was refused.
void scheduler::start_actors_of_caf() {
  const auto threads = system().detached_actors();
  try {
    abstract_coordinator::start();
  } catch (...) {
    while (system().detached_actors() > threads)
      system().dec_detached_threads();
    throw;
  }
}

// An exception would leave CAF with an actor system that is half made, and with a pointer to its
// logger: so the system is made, does nothing, and the runtime looks at start_failure().
void scheduler::start() {
  try {
    start_threads();
    start_actors_of_caf();
    return;
  } catch (const std::system_error& e) {
    start_failure_ = std::make_exception_ptr(std::system_error{
        e.code(), "the threads of a sweet::runtime of " + std::to_string(num_workers()) +
                      " workers cannot be started"});
  } catch (...) {
    start_failure_ = std::current_exception();
  }
  stop_threads();
}

void scheduler::stop() {
  if (start_failure_ == nullptr) {
    root_->raise(cancellation_level::graceful);
    root_->join();
    blocking_.stop();
    stop_actors();
    stop_threads();
  }
  caf_clock_.cancel_all();
  // Cleaning up one actor may schedule another.
  for (bool more = true; more;) {
    std::vector<job> left;
    auto take = [&left](job j, unsigned = 0) { left.push_back(j); };
    for (std::size_t i = 0; i < processors_.size(); ++i)
      processors_.at(i).drain(take);
    injected().take_share(1, take);
    more = !left.empty();
    for (job j : left)
      if (!j.is_task())
        cleanup_and_release(j.resumable());
  }
}

} // namespace sweet::inline v0_5::detail
