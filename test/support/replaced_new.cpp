// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/testing/failing_allocations.hpp>

#include <cstddef>
#include <cstdlib>
#include <new>

// The operator new of an executable whose suites use failing_allocations; without one it does what
// the standard one does.

void* operator new(std::size_t size) {
  if (!sweet::testing::failing_allocations::refuses_allocation()) [[likely]]
    if (void* memory = std::malloc(size != 0 ? size : 1); memory != nullptr) [[likely]]
      return memory;
  throw std::bad_alloc{};
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  const auto a = static_cast<std::size_t>(alignment);
  if (!sweet::testing::failing_allocations::refuses_allocation()) [[likely]]
    if (void* memory = std::aligned_alloc(a, (size + a - 1) / a * a); memory != nullptr) [[likely]]
      return memory;
  throw std::bad_alloc{};
}

// Not inlined: g++ warns of free() where it sees that operator new made what is freed.
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
