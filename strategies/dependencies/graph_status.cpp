// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/dependencies/graph_status.hpp>

#include <ostream>

namespace sweet::inline v0_5 {

std::string to_string(const graph_status& x) {
  auto text = x.task + ": " + to_string(x.state);
  if (!x.because.empty())
    text += (x.state == graph_task_state::waiting ? " for " : " because of ") + x.because;
  return text;
}

std::ostream& operator<<(std::ostream& out, const graph_status& x) {
  return out << to_string(x);
}

} // namespace sweet::inline v0_5
