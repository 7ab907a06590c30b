// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/supervision/restart_intensity.hpp>

namespace sweet::inline v0_5 {

bool restart_intensity::admit(time_point now) {
  while (!restarts_.empty() && now - restarts_.front() > period_)
    restarts_.pop_front();
  restarts_.push_back(now);
  return restarts_.size() <= max_restarts_;
}

} // namespace sweet::inline v0_5
