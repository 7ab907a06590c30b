// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Any bytes, read as values of many types: they read or are refused, and what has been read is
// written and read again as the same.

#include <chrono>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include <sweet/messages/task_error.hpp>
#include <sweet/messages/task_snapshot.hpp>
#include <sweet/node/wire/codec.hpp>
#include <sweet/node/wire/hello_frames.hpp>
#include <sweet/node/wire/link_frame.hpp>

#include "fuzz_input.hpp"

namespace wire = sweet::detail::wire;

namespace {

struct tree {
  std::vector<tree> below;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, tree& x) {
  return f(caf::meta::type_name("tree"), x.below);
}

struct picky {
  std::uint8_t x = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, picky& x) {
  return f(x.x, caf::meta::load_callback([&]() -> caf::error {
             if (x.x == 3)
               throw std::length_error{"3"};
             return x.x > 100 ? caf::error{wire::failed_already()} : caf::error{};
           }));
}

struct everything {
  bool flag = false;
  std::int8_t i8 = 0;
  std::uint64_t u64 = 0;
  float f = 0;
  double d = 0;
  std::string text;
  std::u16string wide;
  std::vector<double> numbers;
  std::vector<bool> bits;
  std::list<picky> picks;
  std::map<std::string, std::vector<int>> table;
  std::set<std::uint8_t> keys;
  std::optional<std::string> maybe;
  std::variant<int, std::string, tree> one_of;
  std::pair<int, std::string> two;
  std::tuple<int, bool> three;
  std::array<std::uint16_t, 3> few{};
  sweet::task_priority priority{};
  std::chrono::duration<std::int32_t> wait{};
  std::chrono::duration<double> exact{};
  std::chrono::system_clock::time_point when;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, everything& x) {
  return f(caf::meta::type_name("everything"), x.flag, x.i8, x.u64, x.f, x.d, x.text, x.wide,
           x.numbers, x.bits, x.picks, x.table, x.keys, x.maybe, x.one_of, x.two, x.three, x.few,
           x.priority, x.wait, x.exact, x.when);
}

template <class T>
void check(wire::byte_view in) {
  T first{};
  const auto read = wire::decode(in, first);
  if (!read) {
    fuzz::require(!read.error().message().empty(), "a refusal has a sentence");
    return;
  }
  const auto written = wire::encode(first);
  fuzz::require(written.is_ok(), "what has been read can be written");
  T second{};
  fuzz::require(wire::decode(written.value(), second).is_ok(), "and read again");
  const auto again = wire::encode(second);
  fuzz::require(again.is_ok() && again.value() == written.value(), "as the same");
}

void check_frame(fuzz::fuzz_input& input) {
  const auto type = fuzz::any_type(input);
  const auto read = wire::read_link_frame(type, input.rest());
  if (!read) {
    fuzz::require(!read.error().message().empty(), "a refusal has a sentence");
    return;
  }
  const auto write = [](const wire::link_frame& x) {
    return std::visit([](const auto& frame) { return wire::encode(frame).unwrap(); }, x);
  };
  const auto written = write(read.value());
  const auto again = wire::read_link_frame(type, written);
  fuzz::require(again.is_ok(), "what has been read is written, and read again");
  fuzz::require(write(again.value()) == written, "as the same");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::fuzz_input input{data, size};
  const std::size_t what = input.below(256);
  // A half of them are frames.
  if (what >= 128) {
    check_frame(input);
    return 0;
  }
  const auto in = input.rest();
  switch (what % 18) {
    case 0: check<everything>(in); break;
    case 1: check<tree>(in); break;
    case 2: check<sweet::task_error>(in); break;
    case 3: check<sweet::task_snapshot>(in); break;
    case 4: check<wire::open>(in); break;
    case 5: check<wire::challenge>(in); break;
    case 6: check<wire::hello>(in); break;
    case 7: check<wire::refusal>(in); break;
    case 8: check<wire::submit>(in); break;
    case 9: check<wire::result>(in); break;
    case 10: check<wire::progress>(in); break;
    case 11: check<wire::cancel>(in); break;
    case 12: check<std::vector<tree>>(in); break;
    case 13: check<std::vector<bool>>(in); break;
    case 14: check<std::map<std::uint8_t, std::optional<double>>>(in); break;
    case 15: check<std::variant<bool, std::vector<std::string>, sweet::task_error>>(in); break;
    case 16: check<std::chrono::duration<std::int32_t>>(in); break;
    default: check<std::list<picky>>(in); break;
  }
  return 0;
}
