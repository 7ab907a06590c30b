#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/wire/event_link.hpp>
#include <sweet/messages/task_error.hpp>

#include <utility>

namespace sweet::inline v0_5::detail {

class outlet_core;

/// An event that has failed before there was a value. The consumer sends the link back to the
/// outlet as soon as it has taken the error: the number of errors under way is bounded by that.
struct error_link final : event_link {
  error_link(outlet_core& o, task_error e) noexcept
      : event_link(kind::error), owner(o), error(std::move(e)) {}

  outlet_core& owner;
  task_error error;
};

} // namespace sweet::inline v0_5::detail
