// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_id.hpp>

#include <ostream>

namespace sweet::inline v0_5 {

std::ostream& operator<<(std::ostream& out, task_id x) {
  return out << '#' << x.value;
}

} // namespace sweet::inline v0_5
