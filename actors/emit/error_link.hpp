#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/event_link.hpp>
#include <sweet/messages/task_error.hpp>

#include <utility>

namespace sweet::detail {

/// An event that has failed before there was a value. Whoever takes it deletes it.
struct error_link final : event_link {
  explicit error_link(task_error e) noexcept : event_link(kind::error), error(std::move(e)) {}

  task_error error;
};

} // namespace sweet::detail
