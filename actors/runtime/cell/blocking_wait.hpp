#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

namespace sweet::detail {

/// What a body that blocks waits for, if it is no task.
class blocking_wait {
public:
  virtual bool is_ready() const noexcept = 0;
  /// Asks for a token. @returns false if it has happened already
  virtual bool announce() noexcept = 0;
  /// Takes that back. @returns false if the token has come or will
  virtual bool retract() noexcept = 0;

protected:
  ~blocking_wait() = default;
};

} // namespace sweet::detail
