// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/dependencies/dependency_cycles.hpp>

#include <algorithm>
#include <cstdint>

namespace sweet::inline v0_5 {

std::vector<dependency_cycle> find_cycles(const dependency_lists& needs, std::size_t most) {
  enum class state : std::uint8_t { fresh, open, closed };
  struct step {
    std::size_t node;
    std::size_t next_need;
  };
  std::vector<dependency_cycle> result;
  std::vector<state> states(needs.size(), state::fresh);
  std::vector<step> path;
  auto enter = [&](std::size_t node) {
    states[node] = state::open;
    path.push_back({node, 0});
  };
  for (std::size_t start = 0; start < needs.size(); ++start) {
    if (states[start] == state::fresh)
      enter(start);
    while (!path.empty()) {
      auto& here = path.back();
      if (here.next_need == needs[here.node].size()) {
        states[here.node] = state::closed;
        path.pop_back();
        continue;
      }
      const auto need = here.next_need++;
      const auto to = needs[here.node][need];
      if (states[to] == state::fresh) {
        enter(to);
      } else if (states[to] == state::open) {
        if (result.size() == most)
          return result;
        auto from =
            std::find_if(path.begin(), path.end(), [&](const step& s) { return s.node == to; });
        auto& cycle = result.emplace_back();
        cycle.closing_need = need;
        for (; from != path.end(); ++from)
          cycle.nodes.push_back(from->node);
      }
    }
  }
  return result;
}

std::string to_string(const dependency_cycle& cycle, const std::vector<std::string_view>& names) {
  std::string text;
  for (const auto node : cycle.nodes)
    text.append(names[node]).append(" -> ");
  return text.append(names[cycle.nodes.front()]);
}

std::vector<bool> with_needs(const dependency_lists& needs,
                             const std::vector<std::size_t>& wanted) {
  std::vector<bool> result(needs.size());
  auto left = wanted;
  while (!left.empty()) {
    const auto node = left.back();
    left.pop_back();
    if (result[node])
      continue;
    result[node] = true;
    left.insert(left.end(), needs[node].begin(), needs[node].end());
  }
  return result;
}

} // namespace sweet::inline v0_5
