// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/wire/codec.hpp>

#include <boost/test/unit_test.hpp>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <list>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include <caf/optional.hpp>
#include <caf/sec.hpp>

#include <sweet/messages/task_error.hpp>
#include <sweet/messages/task_priority.hpp>
#include <sweet/messages/task_snapshot.hpp>
#include <sweet/node/round_trip.hpp>
#include <sweet/node/wire/frames.hpp>
#include <sweet/node/wire/handshake.hpp>

using namespace std::chrono_literals;
namespace wire = sweet::detail::wire;

namespace codec_test {

enum class colour : std::uint16_t { red = 1, green = 700 };

struct point {
  int x = 0;
  double y = 0;
  friend bool operator==(const point&, const point&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, point& p) {
  return f(caf::meta::type_name("point"), p.x, p.y);
}

struct everything {
  bool flag = false;
  char letter = 0;
  std::int8_t i8 = 0;
  std::uint64_t u64 = 0;
  float f = 0;
  double d = 0;
  std::string text;
  std::u16string wide;
  std::u32string wider;
  std::vector<double> numbers;
  std::vector<bool> bits;
  std::vector<point> points;
  std::list<std::string> words;
  std::map<std::string, std::vector<int>> table;
  std::set<int> keys;
  std::optional<std::string> maybe;
  caf::optional<int> perhaps;
  std::variant<int, std::string, point> one_of;
  std::pair<int, std::string> two;
  std::tuple<int, bool, double> three;
  std::array<std::uint16_t, 3> few{};
  int more[2] = {};
  colour shade = colour::red;
  sweet::task_priority priority{};
  std::chrono::milliseconds wait{};
  std::chrono::duration<double> exact{};
  std::chrono::system_clock::time_point when;
  friend bool operator==(const everything&, const everything&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, everything& x) {
  return f(x.flag, x.letter, x.i8, x.u64, x.f, x.d, x.text, x.wide, x.wider, x.numbers, x.bits,
           x.points, x.words, x.table, x.keys, x.maybe, x.perhaps, x.one_of, x.two, x.three, x.few,
           x.more, x.shade, x.priority, x.wait, x.exact, x.when);
}

everything sample() {
  everything x;
  x.flag = true;
  x.letter = 'x';
  x.i8 = -128;
  x.u64 = ~std::uint64_t{0};
  x.f = -0.0F;
  x.d = 1e300;
  x.text = std::string("a\0b", 3);
  x.wide = u"\u20ac";
  x.wider = U"\U0001F600";
  x.numbers = {1, 2, 3};
  x.bits = {true, false, true, true, false, false, false, true, true};
  x.points = {{1, 2}, {3, 4}};
  x.words = {"", "one"};
  x.table = {{"a", {1}}, {"b", {}}};
  x.keys = {-1, 7};
  x.maybe = "yes";
  x.perhaps = 5;
  x.one_of = point{8, 9};
  x.two = {1, "two"};
  x.three = {3, true, 0.5};
  x.few = {1, 2, 3};
  x.more[1] = 4;
  x.shade = colour::green;
  x.priority = sweet::task_priority::low;
  x.wait = -5ms;
  x.exact = std::chrono::duration<double>{0.25};
  x.when = std::chrono::system_clock::time_point{1234ns};
  return x;
}

struct tree {
  std::vector<tree> below;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, tree& x) {
  return f(caf::meta::type_name("tree"), x.below);
}

struct nothing {};

struct forgetful {
  int kept = 0;
  double forgotten = 0;
  friend bool operator==(const forgetful&, const forgetful&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, forgetful& x) {
  return f(x.kept);
}

struct incomparable {
  int x = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, incomparable& value) {
  return f(value.x);
}

struct swallowing {
  std::string text;
  int after = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, swallowing& x) {
  static_cast<void>(f(x.text));
  static_cast<void>(f(x.after));
  return {};
}

struct throwing {};

template <class Inspector>
typename Inspector::result_type inspect(Inspector&, throwing&) {
  throw std::length_error{"no room"};
}

struct picky {
  int x = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, picky& x) {
  return f(x.x, caf::meta::save_callback([&]() -> caf::error {
             return x.x == 1 ? caf::error{caf::sec::runtime_error} : caf::error{};
           }),
           caf::meta::load_callback([&]() -> caf::error {
             return x.x == 2 ? caf::error{caf::sec::runtime_error} : caf::error{};
           }));
}

wire::bytes hex(std::string_view digits) {
  wire::bytes out;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    out.push_back(static_cast<std::byte>(std::stoi(std::string{digits.substr(i, 2)}, nullptr, 16)));
  return out;
}

template <class T>
std::string why_not_read(const wire::bytes& in, wire::codec_limits limits = {}) {
  T x{};
  auto read = wire::decode(in, x, limits);
  return read ? "" : read.error().message();
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

template <class Float, class Bits>
void keeps_all_bits(std::initializer_list<Bits> patterns) {
  for (const Bits pattern : patterns) {
    const auto x = std::bit_cast<Float>(pattern);
    Float back{};
    BOOST_TEST(wire::decode(wire::encode(x).value(), back).is_ok());
    BOOST_TEST(std::bit_cast<Bits>(back) == pattern);
    std::vector<Float> list;
    BOOST_TEST(wire::decode(wire::encode(std::vector<Float>{x, x}).value(), list).is_ok());
    BOOST_TEST(std::bit_cast<Bits>(list.at(1)) == pattern);
  }
}

BOOST_AUTO_TEST_SUITE(codec_test)

BOOST_AUTO_TEST_CASE(all_provided_types_survive) {
  BOOST_TEST(sweet::survives_round_trip(everything{}).is_ok());
  const auto sent = wire::encode(sample());
  BOOST_TEST_REQUIRE(sent.is_ok());
  everything back;
  BOOST_TEST(wire::decode(sent.value(), back).is_ok());
  BOOST_TEST((back == sample()));
  BOOST_TEST(sweet::survives_round_trip(sample()).is_ok());
  BOOST_TEST(
      sweet::survives_round_trip(std::unordered_map<std::string, int>{{"a", 1}, {"b", 2}}).is_ok());
  BOOST_TEST(sweet::survives_round_trip(nothing{}).is_ok());
}

BOOST_AUTO_TEST_CASE(what_an_inspect_forgets_does_not_survive) {
  BOOST_TEST(sweet::survives_round_trip(forgetful{1, 0}).is_ok());
  const auto lost = sweet::survives_round_trip(forgetful{1, 2});
  BOOST_TEST(contains(lost.error().message(), "differs from the one that was sent"));
  BOOST_TEST(sweet::survives_round_trip(std::vector<double>{std::nan("")}).is_ok());
}

// What the standard library holds has a `==` by name, even where its elements have none.
BOOST_AUTO_TEST_CASE(parts_without_equality_survive) {
  const incomparable one{7};
  BOOST_TEST(sweet::survives_round_trip(one).is_ok());
  BOOST_TEST(sweet::survives_round_trip(std::vector{one}).is_ok());
  BOOST_TEST(sweet::survives_round_trip(std::map<int, incomparable>{{1, one}}).is_ok());
  BOOST_TEST(sweet::survives_round_trip(std::tuple{1, std::vector{one}}).is_ok());
  BOOST_TEST(sweet::survives_round_trip(std::pair{one, 1}).is_ok());
  BOOST_TEST(sweet::survives_round_trip(std::optional{one}).is_ok());
  BOOST_TEST(sweet::survives_round_trip(std::variant<int, incomparable>{one}).is_ok());
  BOOST_TEST(sweet::survives_round_trip(std::array{one, one}).is_ok());
}

BOOST_AUTO_TEST_CASE(floats_keep_all_bits) {
  keeps_all_bits<double, std::uint64_t>({
      0x0000000000000000,
      0x8000000000000000, // zeros
      0x7ff0000000000000,
      0xfff0000000000000, // infinities
      0x7ff8000000000000,
      0xfff8dead0000beef,
      0x7ff0000000000001, // NaNs, a signalling one too
      0x0000000000000001,
      0x800fffffffffffff, // denormals
      0x7fefffffffffffff,
      0x3ff0000000000001,
  });
  keeps_all_bits<float, std::uint32_t>(
      {0, 0x80000000, 0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001, 0xffc0beef, 1, 0x807fffff});
}

BOOST_AUTO_TEST_CASE(bytes_are_as_the_protocol_says) {
  BOOST_TEST((wire::encode(std::uint32_t{0x01020304}).value() == hex("04030201")));
  BOOST_TEST((wire::encode(std::int16_t{-2}).value() == hex("feff")));
  BOOST_TEST((wire::encode(true).value() == hex("01")));
  BOOST_TEST((wire::encode(1.0).value() == hex("000000000000f03f")));
  BOOST_TEST((wire::encode(std::string{"ab"}).value() == hex("020000006162")));
  BOOST_TEST((wire::encode(std::vector<std::uint16_t>{1, 2}).value() == hex("0200000001000200")));
  BOOST_TEST((wire::encode(std::vector<bool>{true, false, true}).value() == hex("0300000005")));
  BOOST_TEST((wire::encode(std::optional<std::uint8_t>{7}).value() == hex("0107")));
  BOOST_TEST((wire::encode(std::optional<std::uint8_t>{}).value() == hex("00")));
  BOOST_TEST((wire::encode(std::variant<bool, std::uint8_t>{std::uint8_t{9}}).value() ==
              hex("0100000009")));
  BOOST_TEST(
      (wire::encode(std::map<std::uint8_t, bool>{{3, true}}).value() == hex("010000000301")));
  BOOST_TEST((wire::encode(std::chrono::seconds{2}).value() == hex("0200000000000000")));
  BOOST_TEST((wire::encode(colour::green).value() == hex("bc02")));
  BOOST_TEST((wire::encode(point{1, 1.0}).value() == hex("01000000000000000000f03f")));
}

BOOST_AUTO_TEST_CASE(messages_of_the_library_survive) {
  const sweet::task_error cause{sweet::error_code::io, "reset"};
  BOOST_TEST(sweet::survives_round_trip(
                 sweet::task_error{sweet::error_code::failure, "no"}.with_cause(cause))
                 .is_ok());
  BOOST_TEST(sweet::survives_round_trip(sweet::task_snapshot{}).is_ok());
  BOOST_TEST(
      sweet::survives_round_trip(wire::submit{{{1, "a", 2, 3ms, {}, "key", hex("00ff")}}}).is_ok());
}

BOOST_AUTO_TEST_CASE(a_count_is_held_against_what_is_left) {
  // 4 GiB, nearly: nothing is allocated for it.
  BOOST_TEST(contains(why_not_read<std::string>(hex("ffffffff61")),
                      "4294967295 elements are to follow, and 1 bytes are left"));
  BOOST_TEST(contains(why_not_read<std::vector<double>>(hex("020000000000000000000000")),
                      "2 elements are to follow"));
  BOOST_TEST(contains(why_not_read<std::vector<point>>(hex("ffffff7f00")), "are to follow"));
  BOOST_TEST(
      contains(why_not_read<std::vector<bool>>(hex("1100000000ff")), "17 bits are to follow"));
  BOOST_TEST(
      contains(why_not_read<std::uint32_t>(hex("0000")), "4 bytes are to follow, and 2 are left"));
}

BOOST_AUTO_TEST_CASE(each_truncation_is_refused_in_words) {
  const auto whole = wire::encode(sample()).value();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const wire::bytes part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    BOOST_TEST(contains(why_not_read<everything>(part), "at byte"));
  }
  auto more = whole;
  more.push_back(std::byte{0});
  BOOST_TEST(contains(why_not_read<everything>(more), "1 bytes are left over"));
}

BOOST_AUTO_TEST_CASE(what_no_encoder_writes_is_refused) {
  BOOST_TEST(contains(why_not_read<bool>(hex("02")), "a bool is neither 0 nor 1"));
  BOOST_TEST(contains(why_not_read<std::optional<int>>(hex("07")), "a bool is neither 0 nor 1"));
  BOOST_TEST(
      contains(why_not_read<std::vector<bool>>(hex("0300000008")), "bits beyond the last one"));
  BOOST_TEST(
      contains(why_not_read<sweet::task_priority>(hex("05")), "an enum has none of its values"));
  BOOST_TEST(
      contains(why_not_read<std::variant<bool, int>>(hex("0200000000000000")), "no alternative 2"));
  BOOST_TEST(
      contains(why_not_read<std::set<std::uint8_t>>(hex("020000000101")), "the same key twice"));
  BOOST_TEST(contains(why_not_read<std::chrono::duration<std::int32_t>>(hex("0000000001000000")),
                      "does not fit"));
  BOOST_TEST(contains(why_not_read<sweet::task_error>(wire::encode(std::vector<int>{1}).value()),
                      "at byte"));
}

BOOST_AUTO_TEST_CASE(the_sentence_says_where) {
  const auto why = why_not_read<std::vector<point>>(hex("0100000001000000aabb"));
  BOOST_TEST(why == "8 bytes are to follow, and 2 are left, at byte 8 in point");
  BOOST_TEST(why_not_read<std::uint8_t>({}) == "1 bytes are to follow, and 0 are left, at byte 0");
}

BOOST_AUTO_TEST_CASE(parts_lie_64_levels_deep_at_most) {
  tree x;
  for (int i = 0; i < 31; ++i)
    x = tree{{x}};
  BOOST_TEST(wire::encode(x).is_ok()); // a struct and a vector each
  BOOST_TEST(sweet::survives_round_trip(x).is_ok());
  x = tree{{x}};
  const auto refused = wire::encode(x);
  BOOST_TEST(contains(refused.error().message(), "more than 64 levels deep"));
  // A bomb: each level has one below.
  wire::bytes bomb;
  for (int i = 0; i < 100'000; ++i)
    wire::append_number(bomb, std::uint32_t{1});
  BOOST_TEST(contains(why_not_read<tree>(bomb), "more than 64 levels deep"));
}

BOOST_AUTO_TEST_CASE(the_first_failure_stays) {
  // Its inspect() ignores errors, and has a number to follow that would read.
  BOOST_TEST(
      contains(why_not_read<swallowing>(hex("0900000001000000")), "9 elements are to follow"));
  BOOST_TEST(why_not_read<swallowing>(hex("0000000001000000")).empty());
  wire::bytes none;
  wire::encoder to{none, wire::codec_limits{.max_bytes = 6}};
  BOOST_TEST(!to.put(std::string{"abc"}));
  BOOST_TEST(!to.put(std::uint8_t{1}));
  BOOST_TEST(contains(to.failure(), "more than 6 bytes"));
  BOOST_TEST(contains(
      wire::encode(swallowing{"abc", 1}, wire::codec_limits{.max_bytes = 6}).error().message(),
      "more than 6 bytes"));
}

BOOST_AUTO_TEST_CASE(what_cannot_travel_is_refused_in_words) {
  const auto said = [](const auto& x) { return wire::encode(x).error().message(); };
  BOOST_TEST(
      contains(said(static_cast<sweet::task_priority>(9)), "an enum has none of its values"));
  BOOST_TEST(contains(said(std::vector<nothing>(3)), "elements of a sequence take no bytes"));
}

BOOST_AUTO_TEST_CASE(errors_and_exceptions_of_an_inspect_are_failures) {
  BOOST_TEST(
      contains(wire::encode(throwing{}).error().message(), "an inspect() has thrown: no room"));
  BOOST_TEST(contains(why_not_read<throwing>({}), "an inspect() has thrown: no room"));
  BOOST_TEST(contains(wire::encode(picky{1}).error().message(), "runtime_error"));
  BOOST_TEST(contains(why_not_read<picky>(hex("02000000")), "runtime_error"));
  BOOST_TEST(sweet::survives_round_trip(picky{3}).is_ok());
  BOOST_TEST(contains(sweet::survives_round_trip(picky{2}).error().message(), "runtime_error"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace codec_test
