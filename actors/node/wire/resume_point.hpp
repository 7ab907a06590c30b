#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>

#include <sweet/messages/inspection.hpp>
#include <sweet/node/wire/incarnation.hpp>

namespace sweet::inline v0_5::detail::wire {

/// Where a link goes on after a cut: part of the hello.
struct resume_point {
  incarnation peer;           ///< whose link the sender of this still holds; none if it holds none
  std::uint64_t received = 0; ///< numbered frames that have come from that incarnation

  friend bool operator==(const resume_point&, const resume_point&) = default;
};

template <class Inspector>
inspection<Inspector> inspect(Inspector& f, resume_point& x) {
  return inspect_fields(f, "resume_point", x.peer, x.received);
}

} // namespace sweet::inline v0_5::detail::wire
