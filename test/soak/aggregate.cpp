// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Reads a file as a stream and sums it up by key. Prints a line of JSON about the run, then a line
// `KEY|COUNT|SUM|LENGTH` for each key, in no order.
//
// usage: aggregate unicode|csv FILE STRATEGY
//
// unicode  UnicodeData.txt: by general category, the sum of the code points, the length of the
// names csv      what generate_csv writes: by `key` (shown in hexadecimal, it is any text), the sum
// of
//          `amount`, the bytes of `text`; wrong rows are reported and left out

#include "strategies.hpp"

#include <charconv>
#include <chrono>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>

using namespace sweet;

namespace {

struct item {
  std::string key;
  std::int64_t number = 0;
  std::uint64_t length = 0;
};

struct totals {
  std::uint64_t count = 0;
  std::int64_t sum = 0;
  std::uint64_t length = 0;
};

using by_key = std::unordered_map<std::string, totals>;

void add(by_key& all, const item& x) {
  auto& to = all[x.key];
  ++to.count;
  to.sum += x.number;
  to.length += x.length;
}

std::int64_t number(std::string_view text, int base) {
  std::int64_t value = 0;
  const auto* const end = text.data() + text.size();
  if (const auto read = std::from_chars(text.data(), end, value, base);
      read.ec != std::errc{} || read.ptr != end)
    throw std::runtime_error{"no number: " + std::string{text}};
  return value;
}

/// What the i-th of the parts is that semicolons separate.
std::string_view part_of(std::string_view line, int i) {
  for (; i > 0; --i)
    line.remove_prefix(line.find(';') + 1);
  return line.substr(0, line.find(';'));
}

item of_line(const std::string& line) {
  return {std::string{part_of(line, 2)}, number(part_of(line, 0), 16), part_of(line, 1).size()};
}

item of_row(const csv_row& row) {
  const auto amount = row.at("amount");
  return {std::string{row.at("key")}, amount.empty() ? 0 : number(amount, 10),
          row.at("text").size()};
}

std::string as_hexadecimal(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string hex;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    hex += digits[byte >> 4];
    hex += digits[byte & 15];
  }
  return hex;
}

template <class E, class Source, class Handler, class Key>
auto run(const std::string& strategy, const Source& source, Handler handle, Key key) {
  runtime rt;
  return soak::with_strategy<E>(
      strategy,
      async_task::emits<E>(rt).on_error(error_strategy::continue_on_error()).sender(source), handle,
      key, [](const auto& stream) { return stream.fold(by_key{}, add).await_final_event(); });
}

final_event<by_key> run(const std::string& kind, const std::string& file,
                        const std::string& strategy) {
  if (kind == "unicode")
    return run<std::string>(strategy, source::lines(file), of_line,
                            [](const std::string& line) { return part_of(line, 2); });
  if (kind == "csv")
    return run<csv_row>(strategy, source::csv(file), of_row,
                        [](const csv_row& row) { return row["key"]; });
  throw std::invalid_argument{"no such kind: " + kind};
}

/// The number in "FILE:17: ...".
std::uint64_t line_of(const std::string& error, const std::string& file) {
  const auto at = error.find(file + ":");
  if (at == std::string::npos)
    throw std::runtime_error{"no line in: " + error};
  return std::stoull(error.substr(at + file.size() + 1));
}

void report(const final_event<by_key>& end, const std::string& file,
            std::chrono::nanoseconds took) {
  std::printf("{\"ns\": %" PRId64 ", \"peak_kib\": %" PRIu64 ", \"emitted\": %" PRIu64
              ", \"processed\": %" PRIu64 ", \"failed\": %" PRIu64 ", \"errors\": %" PRIu64
              ", \"lines\": [",
              static_cast<std::int64_t>(took.count()), soak::peak_memory(), end.counts.emitted,
              end.counts.processed, end.counts.failed, end.error_count);
  const char* between = "";
  for (const auto& error : end.errors) {
    std::printf("%s%" PRIu64, between, line_of(error.error.message(), file));
    between = ", ";
  }
  std::printf("]}\n");
}

} // namespace

int main(int argc, char** argv) try {
  if (argc != 4)
    throw std::invalid_argument{"usage: aggregate unicode|csv FILE STRATEGY"};
  const std::string kind = argv[1];
  const std::string file = argv[2];
  const auto begin = std::chrono::steady_clock::now();
  const auto end = run(kind, file, argv[3]);
  const std::chrono::nanoseconds took = std::chrono::steady_clock::now() - begin;
  if (!end.is_ok() || !end.counts.is_balanced())
    throw std::runtime_error{"ended as " + to_string(end.kind) + ": " + to_string(end.error) +
                             ", " + to_string(end.counts)};
  report(end, file, took);
  for (const auto& [key, all] : end.collected)
    std::printf("%s|%" PRIu64 "|%" PRId64 "|%" PRIu64 "\n",
                kind == "csv" ? as_hexadecimal(key).c_str() : key.c_str(), all.count, all.sum,
                all.length);
} catch (const std::exception& error) {
  std::fprintf(stderr, "aggregate: %s\n", error.what());
  return 1;
}
