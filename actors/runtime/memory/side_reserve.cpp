// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/memory/side_reserve.hpp>

#include <new>
#include <utility>

namespace sweet::inline v0_5::detail {

side_reserve::side_reserve(std::size_t size) : size_(size) {
  try {
    while (is_short())
      give_back(::operator new(size_));
  } catch (...) {
    while (void* memory = take())
      ::operator delete(memory, size_);
    throw;
  }
}

side_reserve::~side_reserve() {
  while (void* memory = take())
    ::operator delete(memory, size_);
}

void* side_reserve::take() noexcept {
  std::lock_guard guard{mutex_};
  if (first_ == nullptr)
    return nullptr;
  left_.fetch_sub(1, std::memory_order_relaxed);
  return std::exchange(first_, first_->next);
}

void side_reserve::give_back(void* memory) noexcept {
  std::lock_guard guard{mutex_};
  left_.fetch_add(1, std::memory_order_relaxed);
  first_ = new (memory) spare{first_};
}

} // namespace sweet::inline v0_5::detail
