// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/system/usable_cores.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>
#include <thread>
#include <utility>

#include <sched.h>

namespace sweet::inline v0_5 {

namespace detail {

namespace {

const std::string mount_point = "/sys/fs/cgroup";

/// Takes a line, or a word, off the front of a text.
std::string_view take_until(std::string_view& text, char end) {
  const auto size = std::min(text.find(end), text.size());
  const auto front = text.substr(0, size);
  text.remove_prefix(std::min(size + 1, text.size()));
  return front;
}

/// Reads a positive number; empty for any other text, such as "max" or -1, which mean that there is
/// no quota.
std::optional<double> positive(std::string_view text) {
  long long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || value <= 0)
    return std::nullopt;
  return static_cast<double>(value);
}

std::optional<double> ratio(std::string_view quota, std::string_view period) {
  const auto q = positive(quota);
  const auto p = positive(period);
  return q && p ? std::optional{*q / *p} : std::nullopt;
}

std::optional<double> quota_v2(const std::string& group, const file_reader& read) {
  const auto file = read(mount_point + group + "/cpu.max");
  if (!file)
    return std::nullopt;
  std::string_view text = *file;
  const auto quota = take_until(text, ' ');
  return ratio(quota, take_until(text, '\n'));
}

std::optional<double> quota_v1(const std::string& controller, const std::string& group,
                               const file_reader& read) {
  const auto folder = mount_point + '/' + controller + group;
  const auto quota = read(folder + "/cpu.cfs_quota_us");
  const auto period = read(folder + "/cpu.cfs_period_us");
  return quota && period ? ratio(*quota, *period) : std::nullopt;
}

bool has_word(std::string_view list, std::string_view word) {
  while (!list.empty())
    if (take_until(list, ',') == word)
      return true;
  return false;
}

/// Returns the smallest quota of a group and of the groups above it. In a container the path may be
/// the host's, and only the mounted group is there.
template <class Quota>
std::optional<double> smallest(std::string group, Quota quota_of) {
  std::optional<double> result;
  for (;;) {
    if (group == "/")
      group.clear();
    if (const auto quota = quota_of(group); quota && (!result || *quota < *result))
      result = quota;
    if (group.empty())
      return result;
    group.erase(group.rfind('/'));
  }
}

} // namespace

// Lines are `hierarchy:controllers:path`; version 2 has the hierarchy 0 and names no controllers.
std::optional<double> cpu_quota(std::string_view groups, const file_reader& read) {
  std::optional<double> result;
  while (!groups.empty()) {
    auto line = take_until(groups, '\n');
    take_until(line, ':');
    const std::string controllers{take_until(line, ':')};
    if (!line.starts_with('/') || !(controllers.empty() || has_word(controllers, "cpu")))
      continue;
    const auto quota = smallest(std::string{line}, [&](const std::string& group) {
      return controllers.empty() ? quota_v2(group, read) : quota_v1(controllers, group, read);
    });
    if (quota && (!result || *quota < *result))
      result = quota;
  }
  return result;
}

std::size_t cores_within(std::size_t cores, std::optional<double> quota) noexcept {
  if (quota)
    cores = std::min(cores, static_cast<std::size_t>(std::ceil(*quota)));
  return std::max<std::size_t>(1, cores);
}

} // namespace detail

std::size_t usable_cores() {
  std::size_t cores = std::thread::hardware_concurrency();
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) == 0)
    cores = static_cast<std::size_t>(CPU_COUNT(&set));
  const detail::file_reader read = [](const std::string& path) -> std::optional<std::string> {
    std::ifstream file{path};
    if (!file)
      return std::nullopt;
    return std::string{std::istreambuf_iterator<char>{file}, {}};
  };
  const auto groups = read("/proc/self/cgroup");
  return detail::cores_within(cores, groups ? detail::cpu_quota(*groups, read) : std::nullopt);
}

} // namespace sweet::inline v0_5
