// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/runtime.hpp>

#include <sweet/actors/observe/take_snapshot.hpp>
#include <sweet/actors/runtime/clock.hpp>
#include <sweet/actors/runtime/last_resort.hpp>
#include <sweet/actors/runtime/scheduler.hpp>
#include <sweet/actors/runtime/task_core.hpp>
#include <sweet/messages/message_types.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include <unistd.h>

namespace sweet {

namespace {

clock& system_time() noexcept {
  static steady_clock time;
  return time;
}

void install(caf::actor_system_config& cfg, clock& time, detail::explorer* explorer) {
  add_message_types(cfg);
  cfg.module_factories.push_back(
      [&time, explorer](caf::actor_system& system) -> caf::actor_system::module* {
        return new detail::scheduler(system, time, explorer);
      });
}

} // namespace

void configure(caf::actor_system_config& cfg, clock& time) {
  install(cfg, time, nullptr);
}

void configure(caf::actor_system_config& cfg) {
  configure(cfg, system_time());
}

struct runtime::owned_system {
  caf::actor_system_config config;
  std::unique_ptr<caf::actor_system> system;
};

namespace {

// Bodies that go on use their tasks, their threads and what these belong to.
template <class System>
void keep_for_good(std::unique_ptr<System> abandoned) {
  static std::mutex mutex;
  static auto& kept = *new std::vector<std::unique_ptr<System>>;
  std::lock_guard guard{mutex};
  kept.push_back(std::move(abandoned));
}

} // namespace

runtime::runtime() : runtime(runtime_options{}) {}

runtime::runtime(runtime_options options) : owned_(std::make_unique<owned_system>()) {
  auto& config = owned_->config;
  install(config, options.time != nullptr ? *options.time : system_time(), options.explorer);
  const auto cores = std::max<std::size_t>(1, std::thread::hardware_concurrency());
  config.set("scheduler.max-threads", options.workers != 0 ? options.workers : cores);
  if (options.configure)
    options.configure(config);
  owned_->system = std::make_unique<caf::actor_system>(config);
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
  if (!scheduler_->adopt(*this, std::move(options.name), options.shutdown))
    throw std::invalid_argument{"this caf::actor_system has a sweet::runtime already"};
  scheduler_->log().use(std::move(options.log));
  scheduler_->trace().use(std::move(options.trace));
}

runtime::~runtime() {
  cancel(cancellation_level::graceful);
  auto& gate = scheduler_->blocks().gate();
  bool all_ended = false;
  std::uint64_t entries = 0;
  do {
    entries = gate.entries(); // who enters after this may start tasks that join_or_give_up() misses
    all_ended = scheduler_->root().join_or_give_up();
  } while (all_ended && !gate.close(entries, scheduler_->timers().now()));
  if (all_ended) {
    scheduler_->services().clear();
    scheduler_->release_owner();
    return;
  }
  for (const auto& task : detail::describe_abandoned(*scheduler_))
    log({log_level::error,
         {},
         {},
         task + " was abandoned: its body goes on after kill_hard",
         scheduler_->timers().now()});
  keep_for_good(std::move(owned_));
}

caf::actor_system& runtime::system() noexcept {
  return scheduler_->system();
}

std::string runtime::name() const {
  return detail::name_of(scheduler_->root().task());
}

std::string runtime::node() const {
  std::array<char, 256> host{};
  // One that is too long is cut; the last character stays zero.
  ::gethostname(host.data(), host.size() - 1);
  return name() + '/' + host.data() + ':' + std::to_string(::getpid());
}

std::size_t runtime::workers() const noexcept {
  return scheduler_->processors();
}

tree_snapshot runtime::snapshot() const {
  return detail::take_snapshot(*scheduler_);
}

std::string runtime::dump() const {
  return to_text(snapshot());
}

std::size_t runtime::live_tasks() const {
  return scheduler_->blocks().live() - 1; // the root
}

std::uint64_t runtime::lost_messages() const noexcept {
  return scheduler_->lost_messages();
}

void runtime::cancel(cancellation_level level) noexcept {
  detail::cancel_task(scheduler_->root().task(), level);
}

void runtime::log(const log_record& record) const noexcept {
  scheduler_->log().write(record);
}

void runtime::join() {
  scheduler_->root().join();
}

} // namespace sweet
