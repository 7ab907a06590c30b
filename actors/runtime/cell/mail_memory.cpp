// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/mail_memory.hpp>

#include <sweet/actors/runtime/cell/workplace.hpp>
#include <sweet/actors/runtime/home/thread_state.hpp>
#include <sweet/actors/runtime/memory/node_cache.hpp>

namespace sweet::inline v0_5::detail {

namespace {

node_cache* cache_of_this_thread() noexcept {
  workplace* p = this_thread().driven;
  return p != nullptr ? &p->nodes() : nullptr;
}

} // namespace

void* allocate_mail(std::size_t bytes) {
  return node_cache::allocate(cache_of_this_thread(), bytes);
}

void free_mail(void* memory, std::size_t bytes) noexcept {
  node_cache::free(cache_of_this_thread(), memory, bytes);
}

} // namespace sweet::inline v0_5::detail
