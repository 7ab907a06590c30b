#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>

#include <string>
#include <unordered_map>
#include <vector>

namespace sweet::detail {

class task_home;

/// The tasks below one, found without the help of any body: by a look at all blocks of the runtime.
/// Holds a reference to each, so that none is freed meanwhile.
class descendants {
public:
  /// @throws std::bad_alloc
  explicit descendants(cell& ancestor);
  ~descendants();
  descendants(const descendants&) = delete;
  descendants& operator=(const descendants&) = delete;

  struct entry {
    cell* task;
    bool was_exposed; ///< somebody may hold a handle
  };
  /// Parents before their children.
  const std::vector<entry>& found() const noexcept { return found_; }

private:
  // So that the destructor releases what has been found when the look is given up.
  explicit descendants(cell* ancestor) noexcept : ancestor_(ancestor) {}

  void look_at(cell& c);
  bool hold(cell& c);

  cell* ancestor_;
  std::unordered_map<cell*, bool> inside_;
  std::vector<cell*> path_;
  std::vector<entry> found_;
  // Freeing a block takes the lock under which we look.
  struct references {
    std::vector<cell*> held;
    ~references();
    void push_back(cell* c) { held.push_back(c); }
  } release_later_;
};

/// Tasks that have an outcome but not ended: their bodies run on. A line each, for a log.
std::vector<std::string> describe_abandoned(task_home& home);

} // namespace sweet::detail
