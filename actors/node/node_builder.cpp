// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/node_builder.hpp>

#include <utility>

#include <sweet/actors/runtime/cell/task_settings.hpp>
#include <sweet/actors/runtime/cell/unstarted_task.hpp>
#include <sweet/actors/task/spawn.hpp>
#include <sweet/node/node_core.hpp>

namespace sweet::inline v0_5 {

node_builder::node_builder(runtime& rt) : rt_(&rt) {
  settings_.slots = static_cast<std::uint32_t>(4 * rt.workers());
}

node_builder node_builder::name(std::string x) const {
  return with([&](auto& s) { s.name = std::move(x); });
}

node_builder node_builder::cluster(std::string x) const {
  return with([&](auto& s) { s.cluster = std::move(x); });
}

node_builder node_builder::listen(std::string address) const {
  return with([&](auto& s) { s.listen = std::move(address); });
}

node_builder node_builder::join(std::vector<std::string> addresses) const {
  return with([&](auto& s) {
    auto& all = s.membership.seeds;
    all.insert(all.end(), addresses.begin(), addresses.end());
  });
}

node_builder node_builder::role(std::string x) const {
  return with([&](auto& s) { s.roles.push_back(std::move(x)); });
}

node_builder node_builder::slots(std::uint32_t x) const {
  return with([&](auto& s) { s.slots = x; });
}

node_builder node_builder::certificates(std::string certificate, std::string key,
                                        std::string authorities) const {
  return with([&](auto& s) {
    s.certificates = {std::move(certificate), std::move(key), std::move(authorities)};
  });
}

node_builder node_builder::without_tls() const {
  return with([](auto& s) { s.without_tls = true; });
}

node_builder node_builder::secret(std::string x) const {
  return with([&](auto& s) { s.secret = std::move(x); });
}

node_builder node_builder::detector(phi_options x) const {
  return with([&](auto& s) { s.membership.detector = x; });
}

node_builder node_builder::reconnect(backoff x) const {
  return with([&](auto& s) { s.membership.reconnect = x; });
}

node_builder node_builder::restarts(std::uint32_t x) const {
  return with([&](auto& s) { s.budget = x; });
}

node_builder node_builder::lost_work(lost_work_options x) const {
  return with([&](auto& s) { s.lost = x; });
}

node node_builder::start() const {
  auto core = std::make_shared<detail::node_core>(*rt_, settings_);
  detail::spawn_target target{rt_->home()};
  detail::unstarted_task made{
      detail::make_body([core](task_context ctx) { return core->run(ctx); })};
  detail::set_name(*made, "node " + settings_.name);
  auto& task = made.release();
  detail::start_top_level(task);
  return node{std::move(core), detail::handle_access::make<spawning_task<void>>(task)};
}

} // namespace sweet::inline v0_5
