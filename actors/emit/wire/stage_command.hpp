#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/wire/event_link.hpp>

#include <cstdint>

namespace sweet::inline v0_5::detail {

/// A command to the router of a stage, from any thread.
struct stage_command final : event_link {
  enum class verb : std::uint8_t {
    stop,   ///< drop the waiting events, and end once nothing comes any more
    pause,  ///< give the receivers nothing more
    resume, ///< go on
    finish, ///< go on, and do not pause any more: the stream is drained
    resize, ///< change the number of receivers
  };

  explicit stage_command(verb w, std::uint32_t n = 0) noexcept
      : event_link(kind::command), wanted(w), number(n) {}

  const verb wanted;
  const std::uint32_t number;
};

} // namespace sweet::inline v0_5::detail
