// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/scheduler.hpp>

#include <sweet/actors/runtime/exploration.hpp>
#include <sweet/actors/runtime/task_actor.hpp>
#include <sweet/actors/runtime/task_core.hpp>
#include <sweet/actors/runtime/thread_state.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/detail/set_thread_name.hpp>
#include <caf/logger.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace sweet::detail {

namespace {

std::size_t timer_shards(const explorer* explorer) {
  return explorer != nullptr ? 1 : std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

} // namespace

scheduler::scheduler(caf::actor_system& system, sweet::clock& time, explorer* explorer)
    : abstract_coordinator(system), blocks_(new block_pool(*this, construct_block)),
      timers_(time, timer_shards(explorer)), caf_clock_(timers_),
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
  blocks_->abandon();
}

scheduler* scheduler::find(caf::actor_system& system) noexcept {
  return dynamic_cast<scheduler*>(&system.scheduler());
}

void scheduler::enqueue(caf::resumable* what) {
  processor* p = this_thread().driven;
  if (p != nullptr && &p->home() == this)
    p->push_woken(job{what});
  else
    inject(job{what});
}

void scheduler::inject(job j) noexcept {
  injected_.push(j);
  idle_.work_added();
}

bool scheduler::any_work() const noexcept {
  return !injected_.empty() || std::any_of(processors_.begin(), processors_.end(),
                                           [](const auto& p) { return p->has_work(); });
}

bool scheduler::any_spare_work() const noexcept {
  return !injected_.empty() || std::any_of(processors_.begin(), processors_.end(),
                                           [](const auto& p) { return p->has_spare_work(); });
}

std::size_t scheduler::timer_shard() const noexcept {
  const processor* p = this_thread().driven;
  return p != nullptr ? p->index() : 0;
}

bool scheduler::adopt(runtime& owner, std::string name, const cancellation_times& shutdown) {
  runtime* none = nullptr;
  // Relaxed: tasks that ask for it are started through the runtime.
  if (!owner_.compare_exchange_strong(none, &owner, std::memory_order_relaxed))
    return false;
  root_->reopen(std::move(name), shutdown);
  blocks_->gate().open();
  return true;
}

void scheduler::check_not_forked() const {
  if (is_forked())
    throw std::logic_error{"this process was forked from that of the runtime, and has none of its "
                           "threads: make another runtime here, or call exec() after fork()"};
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

caf::node_id::data* scheduler::copy_node() const {
  using caf::node_id;
  // Only a system with a middleman has a node id.
  auto* data = const_cast<node_id&>(system_.node()).operator->();
  if (data == nullptr)
    return nullptr;
  caf::intrusive_ptr<node_id::data> copy{data};
  if (auto* plain = dynamic_cast<node_id::default_data*>(data))
    copy.reset(new node_id::default_data(plain->process_id(), plain->host_id()), false);
  data = copy.get();
  // Handles to ended tasks may outlive the scheduler, and with them the blocks that point here.
  blocks_->keep_alive(std::make_shared<caf::intrusive_ptr<node_id::data>>(std::move(copy)));
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
    inject(job{c});
  else
    blocking_.submit(c);
}

bool scheduler::drive() {
  if (exploration_ != nullptr)
    return exploration_->drive();
  thread_state& t = this_thread();
  while (t.driven != nullptr) {
    const job j = t.driven->next();
    if (!j)
      return false;
    t.driven->run(j);
  }
  return true;
}

void scheduler::start_threads() {
  node_ = copy_node();
  root_ = std::make_unique<root_task>(*this, "sweet");
  const auto n = std::max<std::size_t>(1, num_workers());
  for (std::size_t i = 0; i < n; ++i)
    processors_.push_back(std::make_unique<processor>(*this, i));
  for (auto& p : processors_)
    threads_.start(*p);
  timers_.start([this] { thread_starts("sweet.timers"); }, [this] { thread_ends(); });
}

void scheduler::stop_threads() {
  // Sequentially consistent, before the wake-ups: see processor::sleep().
  stopping_.store(true, std::memory_order_seq_cst);
  idle_.wake_all();
  threads_.stop();
  // Timeouts hold references to actors, whose end asks for this clock.
  timers_.stop();
}

// CAF counts the thread of an actor before it starts it, and an actor system that ends waits until
// the count is down again: a thread that was refused would be waited for for ever.
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
// logger: the system is made, does nothing, and the runtime looks whether it has threads.
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
    auto take = [&left](job j) { left.push_back(j); };
    for (auto& p : processors_)
      p->drain(take);
    injected_.take_share(1, take);
    more = !left.empty();
    for (job j : left)
      if (!j.is_task())
        cleanup_and_release(j.resumable());
  }
}

} // namespace sweet::detail
