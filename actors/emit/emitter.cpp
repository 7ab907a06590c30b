// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/emitter.hpp>

namespace sweet::detail {

void throw_no_room() {
  throw task_failure{
      task_error{error_code::resource_limit, "the stage has no room for another event"}};
}

} // namespace sweet::detail
