#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

namespace sweet::detail {

struct cell;

/// Something to do for a task that is cancelled, once its body and its children are gone.
class cleanup {
public:
  explicit cleanup(bool essential) noexcept : essential_(essential) {}
  cleanup(const cleanup&) = delete;
  cleanup& operator=(const cleanup&) = delete;
  virtual ~cleanup() = default;

  /// Makes the task that does it; it is not started yet.
  virtual cell& make() = 0;
  /// Done at kill, too.
  bool essential() const noexcept { return essential_; }

private:
  bool essential_;
};

} // namespace sweet::detail
