// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/memory/block_pool.hpp>
#include <sweet/testing/leaves_tasks.hpp>

#include <boost/test/framework.hpp>
#include <boost/test/tree/observer.hpp>
#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <utility>

namespace {

/// Stops at the first test case after which a task is left somewhere: the memory of a runtime's
/// tasks goes with the last of them.
class no_task_is_left final : public boost::unit_test::test_observer {
public:
  void test_unit_finish(const boost::unit_test::test_unit& unit, unsigned long) override {
    if (unit.p_type != boost::unit_test::TUT_CASE)
      return;
    const auto before = std::exchange(known_, sweet::detail::block_pool::pools());
    // Outside of a test case there are no assertions.
    if ((known_ > before) != std::exchange(may_leave, false))
      throw boost::unit_test::framework::setup_error{
          (known_ > before ? "tasks are left after " : "leaves_tasks() is not true for ") +
          unit.full_name()};
  }
  /// After Boost's own, one of which must be first.
  int priority() override { return 4; }

  bool may_leave = false;

private:
  std::size_t known_ = 0;
};

no_task_is_left observer;

} // namespace

void sweet::testing::leaves_tasks() {
  observer.may_leave = true;
}

// The main function is the one in Boost's static library; BOOST_TEST_MODULE cannot be used with a
// precompiled header.
boost::unit_test::test_suite* init_unit_test_suite(int, char*[]) {
  boost::unit_test::framework::master_test_suite().p_name.value = "sweet";
  boost::unit_test::framework::register_observer(observer);
  return nullptr;
}
