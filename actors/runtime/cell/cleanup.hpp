#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

namespace sweet::inline v0_5::detail {

struct cell;

/// Work that is done for a cancelled task once its body and its children are gone.
class cleanup {
public:
  explicit cleanup(bool essential) noexcept : essential_(essential) {}
  cleanup(const cleanup&) = delete;
  cleanup& operator=(const cleanup&) = delete;
  virtual ~cleanup() = default;

  /// Makes the task that does the work; the task is not started yet.
  virtual cell& make() = 0;
  /// Whether the work is done at kill, too.
  bool essential() const noexcept { return essential_; }

private:
  bool essential_;
};

} // namespace sweet::inline v0_5::detail
