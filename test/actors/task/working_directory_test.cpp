// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <string>

using namespace sweet;
using sweet::testing::runtime_fixture;

namespace working_directory_test {
namespace {

std::string directory_of(task_context ctx) {
  return ctx.working_directory();
}

} // namespace
} // namespace working_directory_test

BOOST_FIXTURE_TEST_SUITE(working_directory_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(it_goes_down_the_tree) {
  auto task =
      async_task::to<std::string>(rt)
          .working_directory("/srv/data")
          .run([](task_context ctx) -> async<std::string> {
            auto plain = ctx.spawn([](task_context own) -> async<std::string> {
              co_return co_await own.spawn(directory_of);
            });
            auto absolute =
                async_task::to<std::string>(ctx).working_directory("/tmp").run(directory_of);
            auto relative = async_task::to<std::string>(ctx).working_directory("a").run(
                [](task_context own) -> async<std::string> {
                  co_return co_await async_task::to<std::string>(own).working_directory("b").run(
                      directory_of);
                });
            auto detached = async_task::to<std::string>(ctx).detach().run(directory_of);
            co_return ctx.working_directory() + ' ' + co_await plain + ' ' + co_await absolute +
                ' ' + co_await relative + " [" + co_await detached + ']';
          });
  BOOST_TEST(task.await().value() == "/srv/data /srv/data /tmp /srv/data/a/b []");
}

BOOST_AUTO_TEST_CASE(without_one_it_is_that_of_the_process) {
  BOOST_TEST(rt.spawn(directory_of).await().value().empty());
  BOOST_TEST(
      async_task::to<std::string>(rt).working_directory("x/y").run(directory_of).await().value() ==
      "x/y");
}

BOOST_AUTO_TEST_SUITE_END()
