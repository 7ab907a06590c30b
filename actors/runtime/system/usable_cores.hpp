#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace sweet::inline v0_5 {

/// Returns how many cores this process may use: those of its affinity, and no more than the CPU
/// quota of its control group, rounded up. At least 1.
std::size_t usable_cores();

namespace detail {

/// Returns the content of a file; empty if it cannot be read.
using file_reader = std::function<std::optional<std::string>(const std::string& path)>;

/// Returns the CPU quota of a process in cores: the smallest one of its control group and of the
/// groups above it, version 2 or 1, mounted at /sys/fs/cgroup. Empty if there is no quota.
/// @param groups the text of /proc/self/cgroup
std::optional<double> cpu_quota(std::string_view groups, const file_reader& read);

/// Returns how many of `cores` a quota leaves: rounded up, at least 1.
std::size_t cores_within(std::size_t cores, std::optional<double> quota) noexcept;

} // namespace detail

} // namespace sweet::inline v0_5
