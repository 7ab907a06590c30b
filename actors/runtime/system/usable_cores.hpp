#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace sweet {

/// Returns how many cores this process may use: those of its affinity, and no more than the CPU
/// quota of its control group, rounded up. At least 1.
std::size_t usable_cores();

namespace detail {

/// The content of a file; empty if it cannot be read.
using file_reader = std::function<std::optional<std::string>(const std::string& path)>;

/// The CPU quota of a process in cores: the smallest one of its control group and those above it,
/// version 2 or 1, mounted at /sys/fs/cgroup. Nothing if there is none.
/// @param groups what /proc/self/cgroup says
std::optional<double> cpu_quota(std::string_view groups, const file_reader& read);

/// How many of so many cores a quota leaves: rounded up, at least 1.
std::size_t cores_within(std::size_t cores, std::optional<double> quota) noexcept;

} // namespace detail

} // namespace sweet
