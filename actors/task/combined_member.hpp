#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/child_task.hpp>
#include <sweet/actors/task/followed_task.hpp>
#include <sweet/actors/task/spawning_task.hpp>

#include <array>
#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace sweet::inline v0_5 {

namespace detail {

template <class T>
struct member_value {};
template <class T>
struct member_value<child_task<T>> {
  using type = T;
};
template <class T>
struct member_value<spawning_task<T>> {
  using type = T;
};
template <class T>
struct member_value<async<T>> {
  using type = T;
};

} // namespace detail

/// A member that combinators such as when_all() take: a child_task or an async, by std::move, or a
/// spawning_task.
template <class M>
concept combinable_task = requires { typename detail::member_value<std::remove_cvref_t<M>>::type; };

namespace detail {

template <class M>
using member_value_of = typename member_value<std::remove_cvref_t<M>>::type;

template <class M>
inline constexpr bool is_shared_handle = false;
template <class T>
inline constexpr bool is_shared_handle<spawning_task<T>> = true;

/// Owns one of the tasks that are awaited together: a child, or a task that has not been started.
class combined_member {
public:
  explicit combined_member(cell& task) noexcept : cell_(&task) {}
  combined_member(combined_member&& other) noexcept : cell_(std::exchange(other.cell_, nullptr)) {}
  combined_member& operator=(combined_member other) noexcept {
    std::swap(cell_, other.cell_);
    return *this;
  }
  ~combined_member() {
    if (cell_ != nullptr)
      let_go();
  }

  explicit operator bool() const noexcept { return cell_ != nullptr; }
  cell& task() const noexcept { return *cell_; }
  bool is_started() const noexcept {
    return cell_->parent.load(std::memory_order_relaxed) != nullptr;
  }
  cell& release() noexcept { return *std::exchange(cell_, nullptr); }

private:
  void let_go() noexcept;

  cell* cell_;
};

/// Checks the tasks given to a combinator.
/// @throws std::invalid_argument if one is null, or one is given twice
void check_members(std::span<const cell* const> members);

template <class M>
combined_member make_member(M&& member) {
  if constexpr (is_shared_handle<std::remove_cvref_t<M>>) {
    return combined_member{follow(followed_task{std::forward<M>(member)}).release()};
  } else {
    static_assert(!std::is_lvalue_reference_v<M>,
                  "a combinator takes a child_task or an async over: give it by std::move");
    return combined_member{handle_access::release(member)};
  }
}

template <class... Ms>
auto make_members(Ms&&... members) {
  const std::array<const cell*, sizeof...(Ms)> tasks{handle_access::find(members)...};
  check_members(tasks);
  return std::array<combined_member, sizeof...(Ms)>{make_member(std::forward<Ms>(members))...};
}

template <class M>
std::vector<combined_member> make_members(std::vector<M> members) {
  std::vector<const cell*> tasks;
  tasks.reserve(members.size());
  for (const auto& member : members)
    tasks.push_back(handle_access::find(member));
  check_members(tasks);
  std::vector<combined_member> made;
  made.reserve(members.size());
  for (auto& member : members)
    made.push_back(make_member(std::move(member)));
  return made;
}

} // namespace detail

} // namespace sweet::inline v0_5
