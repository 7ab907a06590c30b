// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/system/usable_cores.hpp>

#include <sweet/actors/runtime/runtime.hpp>

#include <boost/test/unit_test.hpp>

#include <map>
#include <optional>
#include <string>
#include <thread>

#include <sched.h>

using sweet::usable_cores;
using sweet::detail::cpu_quota;

namespace usable_cores_test {
namespace {

using files = std::map<std::string, std::string>;

std::optional<double> quota(std::string_view groups, const files& there) {
  return cpu_quota(groups, [&](const std::string& path) -> std::optional<std::string> {
    const auto file = there.find(path);
    return file != there.end() ? std::optional{file->second} : std::nullopt;
  });
}

} // namespace
} // namespace usable_cores_test

BOOST_AUTO_TEST_SUITE(usable_cores_test)

BOOST_AUTO_TEST_CASE(version_2) {
  using usable_cores_test::quota;
  const std::string own = "/sys/fs/cgroup/a/b/cpu.max";
  BOOST_TEST(quota("0::/a/b\n", {{own, "150000 100000\n"}}).value() == 1.5);
  BOOST_TEST(!quota("0::/a/b\n", {{own, "max 100000\n"}}));
  BOOST_TEST(!quota("0::/a/b\n", {{own, ""}}));
  BOOST_TEST(!quota("0::/a/b\n", {{own, "0 0\n"}}));
  BOOST_TEST(!quota("0::/a/b\n", {{own, "nonsense"}}));
  BOOST_TEST(!quota("0::/a/b\n", {}));
}

BOOST_AUTO_TEST_CASE(the_groups_above_count) {
  using usable_cores_test::quota;
  BOOST_TEST(quota("0::/a/b\n", {{"/sys/fs/cgroup/a/b/cpu.max", "400000 100000\n"},
                                 {"/sys/fs/cgroup/a/cpu.max", "200000 100000\n"}})
                 .value() == 2.0);
  // In a container the group is mounted at the top, and its path may be the host's.
  BOOST_TEST(quota("0::/\n", {{"/sys/fs/cgroup/cpu.max", "50000 100000\n"}}).value() == 0.5);
  BOOST_TEST(quota("0::/host/path\n", {{"/sys/fs/cgroup/cpu.max", "50000 100000\n"}}).value() ==
             0.5);
}

BOOST_AUTO_TEST_CASE(version_1) {
  using usable_cores_test::quota;
  const std::string groups = "12:memory:/m\n4:cpu,cpuacct:/c\n1:name=systemd:/s\n";
  const std::string folder = "/sys/fs/cgroup/cpu,cpuacct/c/cpu.";
  BOOST_TEST(
      quota(groups, {{folder + "cfs_quota_us", "300000\n"}, {folder + "cfs_period_us", "100000\n"}})
          .value() == 3.0);
  BOOST_TEST(
      !quota(groups, {{folder + "cfs_quota_us", "-1\n"}, {folder + "cfs_period_us", "100000\n"}}));
  BOOST_TEST(!quota(groups, {{folder + "cfs_quota_us", "300000\n"}}));
  // The set of cores is a matter of the affinity.
  BOOST_TEST(!quota("4:cpuset:/c\n", {{"/sys/fs/cgroup/cpuset/c/cpu.cfs_quota_us", "1\n"},
                                      {"/sys/fs/cgroup/cpuset/c/cpu.cfs_period_us", "1\n"}}));
}

BOOST_AUTO_TEST_CASE(text_that_is_no_list_of_groups) {
  using usable_cores_test::quota;
  BOOST_TEST(!quota("", {}));
  BOOST_TEST(!quota("\n\n", {}));
  BOOST_TEST(!quota("0", {}));
  BOOST_TEST(!quota("::", {}));
  BOOST_TEST(!quota("0::relative\n", {{"/sys/fs/cgroup/relative/cpu.max", "1 1"}}));
}

BOOST_AUTO_TEST_CASE(a_quota_is_rounded_up) {
  using sweet::detail::cores_within;
  BOOST_TEST(cores_within(8, 2.0) == 2u);
  BOOST_TEST(cores_within(8, 2.1) == 3u);
  BOOST_TEST(cores_within(8, 0.1) == 1u);
  BOOST_TEST(cores_within(2, 7.5) == 2u);
  BOOST_TEST(cores_within(8, std::nullopt) == 8u);
  BOOST_TEST(cores_within(0, std::nullopt) == 1u);
}

BOOST_AUTO_TEST_CASE(a_runtime_has_as_many_workers_as_its_maker_may_use_cores) {
  BOOST_TEST(usable_cores() >= 1u);
  std::size_t cores = 0;
  std::size_t workers = 0;
  std::thread{[&] {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(static_cast<std::size_t>(::sched_getcpu()), &one);
    if (::sched_setaffinity(0, sizeof one, &one) != 0)
      return;
    cores = usable_cores();
    workers = sweet::runtime{}.workers();
  }}.join();
  BOOST_TEST(cores == 1u);
  BOOST_TEST(workers == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
