#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstddef>

namespace sweet::inline v0_5::detail {

/// Allocates memory of ordinary alignment for a message, most often from the cache of the processor
/// that the calling thread drives. @throws std::bad_alloc
void* allocate_mail(std::size_t bytes);

/// Frees memory that allocate_mail() gave for `bytes` bytes. Any thread.
void free_mail(void* memory, std::size_t bytes) noexcept;

} // namespace sweet::inline v0_5::detail
