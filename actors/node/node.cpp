// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/node.hpp>

#include <chrono>
#include <utility>

#include <sweet/actors/task/sleep.hpp>
#include <sweet/actors/task/spawn.hpp>
#include <sweet/node/node_core.hpp>

namespace sweet::inline v0_5 {

namespace {

using namespace std::chrono_literals;

// How often a drain looks whether it is done.
constexpr auto drain_step = 10ms;

} // namespace

node::node(std::shared_ptr<detail::node_core> core, spawning_task<void> tree) noexcept
    : core_(std::move(core)), tree_(std::move(tree)) {}
node::node(node&&) noexcept = default;

node& node::operator=(node&& other) noexcept {
  node taken{std::move(other)};
  std::swap(core_, taken.core_);
  std::swap(tree_, taken.tree_);
  return *this;
}

node::~node() {
  if (core_ != nullptr)
    stop();
}

std::string node::name() const {
  return core_->settings().name;
}

std::string node::address() const {
  return core_->itself().address;
}

std::vector<node_member> node::members() const {
  return core_->members();
}

broadcast_receiver<member_change> node::watch() const {
  return core_->watch();
}

std::string node::waits_for() const {
  return core_->waits_for();
}

std::vector<std::string> node::pending() const {
  return core_->places().pending();
}

std::uint32_t node::busy_slots() const {
  return core_->runs().busy_slots();
}

void node::unpublish(std::string name) const {
  core_->actors().unpublish(std::move(name));
}

task_result<void> node::reload_certificates() const {
  return core_->reload_certificates();
}

spawning_task<void> node::drain() const {
  return detail::spawn_top_level(core_->home(), [core = core_](task_context ctx) -> async<void> {
    core->drain();
    while (!core->is_drained())
      co_await ctx.sleep_for(drain_step);
  });
}

void node::stop() {
  core_->leave();
  static_cast<void>(tree_.cancel());
  static_cast<void>(tree_.await());
  core_->give_up();
}

} // namespace sweet::inline v0_5
