#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/home/wait_view.hpp>

namespace sweet::inline v0_5::detail {

/// Something other than a task that a blocking body waits for.
class blocking_wait {
public:
  virtual bool is_ready() const noexcept = 0;
  /// Asks for a token. If this throws, no token comes. @returns false if this is ready already
  virtual bool announce() = 0;
  /// Takes announce() back. @returns false if the token has come or will come
  virtual bool retract() noexcept = 0;
  /// Says what is waited for.
  virtual void describe(wait_view& view) const noexcept = 0;

protected:
  ~blocking_wait() = default;
};

} // namespace sweet::inline v0_5::detail
