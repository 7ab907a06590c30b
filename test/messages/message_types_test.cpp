// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/message_types.hpp>

#include <sweet/messages/caf_error.hpp>
#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/error_code.hpp>
#include <sweet/messages/task_error.hpp>
#include <sweet/messages/task_priority.hpp>
#include <sweet/messages/task_snapshot.hpp>
#include <sweet/messages/task_status.hpp>

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include <caf/all.hpp>

using namespace sweet;

namespace message_types_test {
namespace {

using buffer = std::vector<char>;
using all_enums = boost::mpl::list<task_status, task_priority, cancellation_level, error_code>;

struct configured : caf::actor_system_config {
  configured() {
    set("scheduler.max-threads", 1);
    sweet::add_message_types(*this);
  }
};

struct actors {
  configured config;
  caf::actor_system system{config};
};

template <class T>
buffer save(const T& x, caf::execution_unit* context = nullptr) {
  buffer result;
  caf::binary_serializer sink{context, result};
  const auto error = sink(const_cast<T&>(x));
  BOOST_REQUIRE_MESSAGE(!error, to_string(error));
  return result;
}

template <class T>
caf::error load(const buffer& bytes, T& x, caf::execution_unit* context = nullptr) {
  caf::binary_deserializer source{context, bytes};
  auto error = source(x);
  if (!error)
    BOOST_TEST(source.remaining() == 0u);
  return error;
}

// CAF 0.17's generic path to a message drops the error that message::load() returns.
caf::error load(const buffer& bytes, caf::message& x, caf::execution_unit* context) {
  caf::binary_deserializer source{context, bytes};
  return x.load(source);
}

template <class T>
T round_trip(const T& x) {
  T result;
  const auto error = load(save(x), result);
  BOOST_REQUIRE_MESSAGE(!error, to_string(error));
  return result;
}

task_error chain() {
  return task_error{error_code::failure, "outer"}
      .with_task(task_id{1}, "a", 2)
      .with_cause(
          from_caf_error(caf::make_error(caf::sec::cannot_open_file, "x"))
              .with_cause(task_error{error_code::io}.with_retry_after(std::chrono::seconds{3})));
}

task_snapshot snapshot() {
  return {task_id{2},
          task_id{1},
          "näme",
          task_status::pending_cancellation,
          "detail",
          task_priority::low,
          cancellation_level::kill,
          3,
          4,
          {40, 100, "compressing"},
          {wait_reason::child, task_id{3}, "child", true, std::chrono::seconds{5},
           std::chrono::seconds{1}},
          "body"};
}

// The bytes that differ between two values of a type that differ in one enum only.
std::vector<std::size_t> differences(const buffer& a, const buffer& b) {
  BOOST_REQUIRE(a.size() == b.size());
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i] != b[i])
      result.push_back(i);
  return result;
}

template <class T>
void check_that_a_wrong_enum_is_refused(const T& a, const T& b) {
  auto bytes = save(a);
  const auto at = differences(bytes, save(b));
  BOOST_REQUIRE(at.size() == 1u);
  for (const int wrong : {12, 99, 255}) {
    bytes[at[0]] = static_cast<char>(wrong);
    T x;
    BOOST_TEST((load(bytes, x) == caf::sec::invalid_argument), wrong);
  }
}

} // namespace
} // namespace message_types_test

BOOST_AUTO_TEST_SUITE(message_types_test)

BOOST_AUTO_TEST_CASE(values_survive_the_wire) {
  BOOST_TEST((round_trip(task_id{~std::uint64_t{0}}) == task_id{~std::uint64_t{0}}));
  BOOST_TEST(round_trip(task_error{}) == task_error{});
  BOOST_TEST(round_trip(chain()) == chain());
  BOOST_TEST(round_trip(snapshot()) == snapshot());
  const tree_snapshot tree{{snapshot(), task_snapshot{}}};
  BOOST_TEST((round_trip(tree) == tree));
  BOOST_TEST((round_trip(tree_snapshot{}) == tree_snapshot{}));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(enums_survive_the_wire, Enum, all_enums) {
  for (std::size_t i = 0; i < names_of<Enum>().size(); ++i)
    BOOST_TEST(round_trip(static_cast<Enum>(i)) == static_cast<Enum>(i));
  BOOST_TEST(save(Enum{}).size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_was_there_before_loading_does_not_stay) {
  auto error = chain();
  BOOST_REQUIRE(!load(save(task_error{error_code::io}), error));
  BOOST_TEST((error == task_error{error_code::io}));
  BOOST_REQUIRE(!load(save(task_error{}), error));
  BOOST_TEST(!error);
}

BOOST_AUTO_TEST_CASE(a_long_chain_survives_the_wire) {
  task_error error;
  for (int i = 0; i < 100'000; ++i)
    error = task_error{error_code::failure}.with_cause(error);
  BOOST_TEST((round_trip(error) == error));
}

BOOST_AUTO_TEST_CASE(a_wrong_enum_inside_is_refused) {
  check_that_a_wrong_enum_is_refused(task_error{error_code::io}, task_error{error_code::timeout});
  auto other = snapshot();
  other.status = task_status::running;
  check_that_a_wrong_enum_is_refused(snapshot(), other);
  other = snapshot();
  other.priority = task_priority::high;
  check_that_a_wrong_enum_is_refused(snapshot(), other);
  other = snapshot();
  other.level = cancellation_level::none;
  check_that_a_wrong_enum_is_refused(snapshot(), other);
  check_that_a_wrong_enum_is_refused(tree_snapshot{{snapshot(), other}},
                                     tree_snapshot{{snapshot(), snapshot()}});
}

BOOST_AUTO_TEST_CASE(a_cut_off_value_is_refused) {
  const auto check = [](auto x) {
    const auto whole = save(x);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      decltype(x) y;
      BOOST_TEST(
          bool{load(buffer(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)), y)},
          size);
    }
  };
  check(task_id{1});
  check(chain());
  check(snapshot());
  check(tree_snapshot{{snapshot()}});
}

BOOST_FIXTURE_TEST_CASE(messages_survive_the_wire, actors) {
  caf::scoped_execution_unit context{&system};
  const auto sent = caf::make_message(
      task_id{3}, task_status::running, task_priority::high, cancellation_level::kill,
      error_code::panic, chain(), snapshot(), tree_snapshot{{snapshot()}},
      std::vector<task_status>{task_status::failed, task_status::cancelled});
  caf::message got;
  const auto error = load(save(sent, &context), got, &context);
  BOOST_REQUIRE_MESSAGE(!error, to_string(error));
  BOOST_REQUIRE(got.size() == sent.size());
  BOOST_TEST((got.get_as<task_id>(0) == task_id{3}));
  BOOST_TEST(got.get_as<task_status>(1) == task_status::running);
  BOOST_TEST(got.get_as<task_priority>(2) == task_priority::high);
  BOOST_TEST(got.get_as<cancellation_level>(3) == cancellation_level::kill);
  BOOST_TEST(got.get_as<error_code>(4) == error_code::panic);
  BOOST_TEST(got.get_as<task_error>(5) == chain());
  BOOST_TEST(got.get_as<task_snapshot>(6) == snapshot());
  BOOST_TEST((got.get_as<tree_snapshot>(7) == tree_snapshot{{snapshot()}}));
  BOOST_TEST(got.get_as<std::vector<task_status>>(8).at(1) == task_status::cancelled);
  // A received message can be changed, and the copy is as careful as the original.
  auto changed = got;
  changed.get_mutable_as<task_status>(1) = task_status::failed;
  BOOST_TEST(got.get_as<task_status>(1) == task_status::running);
  BOOST_TEST(changed.get_as<task_status>(1) == task_status::failed);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_wrong_enum_as_an_element_is_refused, Enum, all_enums) {
  actors sweet_actors;
  caf::scoped_execution_unit context{&sweet_actors.system};
  const auto check = [&](const caf::message& a, const caf::message& b) {
    auto bytes = save(a, &context);
    const auto at = differences(bytes, save(b, &context));
    BOOST_REQUIRE(at.size() == 1u);
    bytes[at[0]] = static_cast<char>(names_of<Enum>().size());
    caf::message got;
    BOOST_TEST((load(bytes, got, &context) == caf::sec::invalid_argument));
  };
  const auto first = static_cast<Enum>(0);
  const auto second = static_cast<Enum>(1);
  check(caf::make_message(1, first, "x"), caf::make_message(1, second, "x"));
  check(caf::make_message(std::vector{first, first}),
        caf::make_message(std::vector{first, second}));
}

BOOST_FIXTURE_TEST_CASE(errors_in_messages_keep_their_chain, actors) {
  caf::scoped_execution_unit context{&system};
  const auto sent = to_caf_error(chain());
  caf::error got;
  const auto error = load(save(sent, &context), got, &context);
  BOOST_REQUIRE_MESSAGE(!error, to_string(error));
  BOOST_TEST(from_caf_error(got) == chain());
  BOOST_TEST(system.render(got) == to_string(chain()));
}

// Errors must also pass through a node that runs CAF alone.
BOOST_AUTO_TEST_CASE(errors_need_no_registration) {
  caf::actor_system_config plain;
  plain.set("scheduler.max-threads", 1);
  caf::actor_system system{plain};
  caf::scoped_execution_unit context{&system};
  caf::error got;
  const auto error = load(save(to_caf_error(chain()), &context), got, &context);
  BOOST_REQUIRE_MESSAGE(!error, to_string(error));
  BOOST_TEST(from_caf_error(got) == chain());
}

BOOST_AUTO_TEST_CASE(caf_prints_them_as_we_do) {
  BOOST_TEST(caf::deep_to_string(task_status::running) == "running");
  BOOST_TEST(caf::deep_to_string(task_id{4}) == "#4");
  BOOST_TEST(caf::deep_to_string(task_error{error_code::io, "x"}) == "io: x");
}

BOOST_AUTO_TEST_SUITE_END()
