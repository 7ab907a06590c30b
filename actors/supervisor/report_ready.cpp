// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/supervisor/report_ready.hpp>

#include <sweet/actors/runtime/recovery_record.hpp>
#include <sweet/actors/runtime/task_core.hpp>
#include <sweet/actors/supervisor/service_link.hpp>

namespace sweet {

void report_ready(task_context ctx) {
  auto& task = detail::visible_task(detail::context_access::get(ctx));
  if (const auto link = detail::find_service_link(task))
    link->ready(detail::actor_as<caf::actor>(task));
}

} // namespace sweet
