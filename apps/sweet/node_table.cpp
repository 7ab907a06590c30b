// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "node_table.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <tuple>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "printable_text.hpp"

namespace sweet::command {

namespace {

using table_row = std::array<std::string, 7>;

std::uint32_t free_slots(const listed_node& x) {
  return x.slots - std::min(x.slots, *x.busy);
}

/// The tasks that it can run; what the commands ask is none of them.
std::vector<std::string> tasks(const listed_node& x) {
  auto all = x.functions;
  std::erase_if(all, [](const auto& name) { return name.starts_with("sweet."); });
  return all;
}

std::string list(const std::vector<std::string>& xs) {
  std::string text;
  for (const auto& x : xs)
    text += (text.empty() ? "" : ",") + x;
  return text.empty() ? "-" : printable(text);
}

table_row cells(const listed_node& x) {
  return {printable(x.name),
          x.address.empty() ? "-" : printable(x.address),
          x.is_draining && x.state == "up" ? "draining" : x.state,
          list(x.roles),
          fmt::to_string(x.slots),
          x.busy ? fmt::to_string(free_slots(x)) : "-",
          list(tasks(x))};
}

} // namespace

bool has_ended(const listed_node& x) {
  return x.state == "left" || x.state == "down";
}

void sort_nodes(std::vector<listed_node>& nodes) {
  std::ranges::sort(nodes, {},
                    [](const listed_node& x) { return std::tuple{x.name, !has_ended(x)}; });
}

std::string node_table(const std::vector<listed_node>& nodes) {
  std::vector<table_row> rows{{"NAME", "ADDRESS", "STATE", "ROLES", "SLOTS", "FREE", "TASKS"}};
  for (const auto& x : nodes)
    rows.push_back(cells(x));
  std::array<std::size_t, 7> widths{};
  for (const auto& cell : rows)
    for (std::size_t i = 0; i < widths.size(); ++i)
      widths[i] = std::max(widths[i], cell[i].size());
  std::string text;
  for (const auto& cell : rows) {
    for (std::size_t i = 0; i + 1 < widths.size(); ++i)
      text += fmt::format("{:{}}  ", cell[i], widths[i]);
    text += cell.back() + '\n';
  }
  return text;
}

std::string node_lines(const std::vector<listed_node>& nodes) {
  std::string text;
  for (const auto& x : nodes) {
    nlohmann::ordered_json line;
    line["name"] = x.name;
    line["address"] = x.address;
    line["state"] = x.state;
    line["draining"] = x.is_draining;
    line["roles"] = x.roles;
    line["slots"] = x.slots;
    line["free"] = x.busy ? nlohmann::ordered_json(free_slots(x)) : nullptr;
    line["tasks"] = tasks(x);
    text += line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
  }
  return text;
}

} // namespace sweet::command
