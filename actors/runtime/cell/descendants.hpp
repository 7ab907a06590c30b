#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>

#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace sweet::inline v0_5::detail {

class task_home;

/// Finds all tasks below one, or below several, without the help of any body, by a look at all
/// blocks of the runtime. Holds a reference to each, so that none is freed meanwhile.
class descendants {
public:
  /// @throws std::bad_alloc
  explicit descendants(cell& ancestor);
  /// Finds all tasks below several ones, none of which is below another.
  /// @pre there is one; the caller keeps them from being freed
  /// @throws std::bad_alloc
  explicit descendants(std::span<cell* const> ancestors);
  ~descendants();
  descendants(const descendants&) = delete;
  descendants& operator=(const descendants&) = delete;

  struct entry {
    cell* task;
    bool was_exposed; ///< a handle to the task may exist
  };
  /// The tasks found, parents before their children.
  const std::vector<entry>& found() const noexcept { return found_; }

private:
  // Delegated to, so that the destructor releases the tasks found so far if the look throws.
  explicit descendants(cell* ancestor) noexcept : ancestor_(ancestor) {}

  void look_at_all(cell& one);
  void look_at(cell& c);
  bool hold(cell& c);

  cell* ancestor_; ///< null: those that are inside from the beginning
  std::unordered_map<cell*, bool> inside_;
  std::vector<cell*> path_;
  std::vector<entry> found_;
  // Released after the look: freeing a block takes the lock under which we look.
  struct references {
    std::vector<cell*> held;
    ~references();
    void push_back(cell* c) { held.push_back(c); }
  } release_later_;
};

/// Describes the tasks that have an outcome while their bodies run on: a line each, for a log.
std::vector<std::string> describe_abandoned(task_home& home);

} // namespace sweet::inline v0_5::detail
