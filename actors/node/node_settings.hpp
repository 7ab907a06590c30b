#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sweet/node/tls/certificate_files.hpp>
#include <sweet/node/work/provided_task.hpp>
#include <sweet/strategies/membership/membership_options.hpp>
#include <sweet/strategies/placement/lost_work.hpp>

namespace sweet::inline v0_5::detail {

/// What node_builder has been told.
struct node_settings {
  std::string name;
  std::string cluster = "sweet";
  std::string listen; ///< "host:port"; empty: nobody connects to this node
  std::vector<std::string> roles;
  std::uint32_t slots = 0;
  std::string secret;
  std::optional<tls::certificate_files> certificates;
  bool without_tls = false;
  membership_options membership;
  lost_work_options lost;
  std::uint32_t budget = 2; ///< how many more times a function may be started
  std::vector<std::shared_ptr<const provided_task>> provided;
};

} // namespace sweet::inline v0_5::detail
