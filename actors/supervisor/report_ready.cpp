// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/supervisor/report_ready.hpp>

#include <sweet/actors/runtime/cell/recovery_record.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/cell/visible_task.hpp>
#include <sweet/actors/supervisor/service_link.hpp>

namespace sweet::inline v0_5 {

void report_ready(task_context ctx) {
  auto& task = detail::visible_task(detail::context_access::get(ctx));
  if (const auto link = detail::find_service_link(task))
    link->ready(detail::actor_as<caf::actor>(task));
}

} // namespace sweet::inline v0_5
