// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/runtime.hpp>

#include <sweet/actors/runtime/caf/task_actor.hpp>
#include <sweet/actors/runtime/cell/cancel.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/debug_layout.hpp>
#include <sweet/actors/runtime/owned_system.hpp>
#include <sweet/actors/runtime/runtime_end.hpp>
#include <sweet/actors/runtime/system/usable_cores.hpp>
#include <sweet/actors/runtime/take_snapshot.hpp>
#include <sweet/actors/runtime/threads/scheduler.hpp>
#include <sweet/actors/runtime/time/clock.hpp>
#include <sweet/messages/message_types.hpp>
#include <sweet/messages/wait_circles.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/logger.hpp>

#include <array>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <utility>

#include <unistd.h>

namespace sweet::inline v0_5 {

namespace {

/// Never destroyed: a runtime that was killed leaves threads behind, which look at it while the
/// process ends.
clock& system_time() {
  static clock& time = *new steady_clock;
  return time;
}

void install(caf::actor_system_config& cfg, clock& time, detail::explorer* explorer) {
  add_message_types(cfg);
  cfg.module_factories.push_back(
      [&time, explorer](caf::actor_system& system) -> caf::actor_system::module* {
        return new detail::scheduler(system, time, detail::use_for_tasks(), explorer);
      });
}

} // namespace

void configure(caf::actor_system_config& cfg, clock& time) {
  install(cfg, time, nullptr);
}

void configure(caf::actor_system_config& cfg) {
  configure(cfg, system_time());
}

runtime::runtime() : runtime(runtime_options{}) {}

runtime::runtime(runtime_options options) : owned_(std::make_unique<detail::owned_system>()) {
  auto& config = owned_->config;
  install(config, options.time != nullptr ? *options.time : system_time(), options.explorer);
  config.set("scheduler.max-threads", options.workers != 0 ? options.workers : usable_cores());
  if (options.configure)
    options.configure(config);
  owned_->system = std::make_unique<caf::actor_system>(config);
  // The constructor has left a counted pointer to its logger in a variable of this thread, and the
  // destructor clears that of its own thread and then waits for all others. For a runtime with
  // static storage the variable is destroyed before the runtime, and the logger would be released
  // twice; a runtime that another thread destroys would wait for the end of this thread.
  caf::logger::set_current_actor_system(nullptr);
  scheduler_ = detail::scheduler::find(*owned_->system);
  attach(std::move(options));
}

runtime::runtime(caf::actor_system& system, runtime_options options)
    : scheduler_(detail::scheduler::find(system)) {
  if (scheduler_ == nullptr)
    throw std::invalid_argument{
        "this caf::actor_system was not prepared for a sweet::runtime: call "
        "sweet::configure(cfg) on its configuration before making it"};
  attach(std::move(options));
}

void runtime::attach(runtime_options options) {
  if (scheduler_->start_failure() != nullptr)
    std::rethrow_exception(scheduler_->start_failure());
  if (options.blocking.threads == 0)
    throw std::invalid_argument{
        "runtime_options::blocking.threads is 0: no blocking body could ever run"};
  if (!scheduler_->adopt(*this, std::move(options.name), options.shutdown,
                         {.counts = options.metrics, .traces = options.tracing}))
    throw std::invalid_argument{"this caf::actor_system has a sweet::runtime already"};
  scheduler_->blocking().limit(options.blocking);
  scheduler_->log().use(std::move(options.log));
  scheduler_->trace().use(std::move(options.trace));
  scheduler_->watched_by().start(options.watchdog);
  detail::keep_debug_layout();
}

runtime::~runtime() {
  if (scheduler_->is_forked()) {
    // The threads of the system, which its destructor would wait for, are in the other process.
    [[maybe_unused]] const auto* left = owned_.release();
    return;
  }
  if (scheduler_->runs_callback_here()) {
    std::fputs(
        "sweet: a callback on a stop token, or a sink for logs or traces, has destroyed its own "
        "runtime, which is in the midst of its work: let a task or a thread do it\n",
        stderr);
    std::terminate();
  }
  scheduler_->root().start_closing();
  cancel(cancellation_level::graceful);
  if (!scheduler_->runs_here()) {
    detail::end_runtime(std::move(owned_), *scheduler_);
    return;
  }
  scheduler_->release_owner();
  // The destructor of an actor system of the user's own waits for its tasks.
  if (owned_ != nullptr)
    detail::end_runtime_elsewhere(std::move(owned_), *scheduler_);
}

detail::task_home& runtime::home() noexcept {
  return *scheduler_;
}

caf::actor_system& runtime::system() noexcept {
  return scheduler_->system();
}

std::string runtime::name() const {
  return detail::name_of(scheduler_->root().task());
}

std::string runtime::node() const {
  std::array<char, 256> host{};
  // A name that is too long is cut; the last character stays zero.
  ::gethostname(host.data(), host.size() - 1);
  return name() + '/' + host.data() + ':' + std::to_string(::getpid());
}

std::size_t runtime::workers() const noexcept {
  return scheduler_->workers();
}

tree_snapshot runtime::snapshot() const {
  return detail::take_snapshot(*scheduler_);
}

std::string runtime::dump() const {
  const auto tree = snapshot();
  return to_text(tree) + to_text(find_wait_circles(tree), tree);
}

std::size_t runtime::live_tasks() const {
  return scheduler_->blocks().live() - 1; // the root
}

std::uint64_t runtime::lost_messages() const noexcept {
  return scheduler_->lost().count();
}

void runtime::on_lost_message(std::function<void(const lost_message&)> f) {
  scheduler_->lost().add(std::move(f));
}

void runtime::cancel(cancellation_level level) noexcept {
  detail::cancel_task(scheduler_->root().task(), level);
}

void runtime::log(const log_record& record) const noexcept {
  scheduler_->log().write(record);
}

void runtime::join() {
  scheduler_->check_not_forked();
  if (scheduler_->runs_here() || scheduler_->runs_callback_here())
    throw std::logic_error{"runtime::join() was called by a task or callback of this runtime, and "
                           "would wait for it"};
  scheduler_->root().join();
}

} // namespace sweet::inline v0_5
