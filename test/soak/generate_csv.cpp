// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Writes a CSV file of about so many bytes with all that RFC 4180 allows in a field; the same one
// each time. With WRONG, so many wrong rows are sprinkled in between the same other rows, and the
// numbers of their lines are printed, one on a line.
//
// usage: generate_csv FILE BYTES [WRONG]

#include <array>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

/// splitmix64: the same everywhere, which the distributions of the standard library are not.
class draws {
public:
  explicit draws(std::uint64_t seed) : state_(seed) {}

  std::uint64_t below(std::uint64_t n) {
    auto z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (z ^ (z >> 31)) % n;
  }

private:
  std::uint64_t state_;
};

/// Writes to a file, and knows the line.
class file_writer {
public:
  explicit file_writer(const char* path) : file_(std::fopen(path, "wb")) {
    if (file_ == nullptr)
      throw std::runtime_error{std::string{"cannot write "} + path};
  }
  ~file_writer() { std::fclose(file_); }
  file_writer(const file_writer&) = delete;
  file_writer& operator=(const file_writer&) = delete;

  void write(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), file_) != text.size())
      throw std::runtime_error{"the disk is full"};
    for (const char c : text)
      lines_ += c == '\n' ? 1U : 0U;
  }
  void flush() {
    if (std::fflush(file_) != 0)
      throw std::runtime_error{"the disk is full"};
  }

  /// On which the next byte will be, counted from 1.
  std::uint64_t line() const { return lines_ + 1; }

private:
  std::FILE* file_;
  std::uint64_t lines_ = 0;
};

std::string quoted(std::string_view text) {
  std::string field = "\"";
  for (const char c : text)
    field.append(c == '"' ? 2 : 1, c);
  return field + '"';
}

/// A field that holds `text`: in quotes if it has to be, and now and then if it need not.
std::string field(std::string_view text, draws& random) {
  return text.find_first_of(",\"\r\n") != std::string_view::npos || random.below(8) == 0
             ? quoted(text)
             : std::string{text};
}

std::string some_text(draws& random, std::uint64_t most) {
  constexpr std::array<std::string_view, 24> pieces{"plain",
                                                    " ",
                                                    "words ",
                                                    "a",
                                                    "0123456789",
                                                    ", ",
                                                    "\"",
                                                    "\"\"",
                                                    "\n",
                                                    "\r\n",
                                                    "\n\n",
                                                    ",",
                                                    ",,",
                                                    "\",",
                                                    "\"\n",
                                                    "tail;",
                                                    "\t",
                                                    "\\",
                                                    "\\\"",
                                                    "'",
                                                    "\xC3\xA9",
                                                    "€",
                                                    "\xF0\x9F\x8C\x8D",
                                                    "x\ry"};
  std::string text;
  for (auto n = random.below(most + 1); n > 0; --n)
    // Two thirds are without anything that needs quotes: some fields are to go without.
    text += pieces[random.below(random.below(3) == 0 ? pieces.size() : 5)];
  return text;
}

/// What the rows are grouped by: any text, the same in each file.
std::vector<std::string> make_keys(draws& random) {
  std::vector<std::string> keys;
  for (int i = 0; i < 1'000; ++i)
    keys.push_back(some_text(random, 3) + std::to_string(i));
  keys.front().clear(); // an empty one too
  return keys;
}

std::string row(std::uint64_t id, const std::vector<std::string>& keys, draws& random) {
  auto all = std::to_string(id) + ',' + field(keys[random.below(keys.size())], random) + ',';
  if (random.below(16) != 0)
    all += field(std::to_string(static_cast<std::int64_t>(random.below(2'000'001)) - 1'000'000),
                 random);
  all += ',' + field(some_text(random, 64), random) + ',';
  if (random.below(4) == 0)
    all += field(some_text(random, 4), random);
  return all;
}

struct wrong_row {
  std::string text;
  std::uint64_t line; ///< that is reported, counted from its own first one
};

/// All kinds in turn. A wrong number of fields is reported with the line on which the row begins,
/// text after a closing quote with the line that it is on.
wrong_row make_wrong(std::uint64_t i) {
  switch (i % 6) {
    case 0: return {"1,too few,3,text", 0};
    case 1: return {"1,key,3,text,note,too many", 0};
    case 2: return {"1,\"too\nfew\n\"\"lines\"\"\",3", 0};
    case 3: return {"1,\"key\" behind,3,text,note", 0};
    case 4: return {"1,\"key\non two lines\",3,\"text\"behind,\"\n, and \"\"on\"\"\n\"", 1};
    default: return {"\"1\"\",\n,\n\"x,key,3,text,note", 2};
  }
}

void write_file(const char* path, std::uint64_t bytes, std::uint64_t wrong) {
  file_writer out{path};
  draws random{20'240'229};
  const auto keys = make_keys(random);
  out.write("id,key,amount,text,note");
  std::uint64_t given = 0;
  std::uint64_t good = 0; // bytes of right rows: they are the same whatever is in between
  for (std::uint64_t id = 0; good < bytes; ++id) {
    // A line break in front of each row: the last one has none behind it.
    for (; given < wrong && good >= (given + 1) * (bytes / (wrong + 1)); ++given) {
      const auto bad = make_wrong(given);
      out.write("\n");
      std::printf("%" PRIu64 "\n", out.line() + bad.line);
      out.write(bad.text);
    }
    const auto text = (id % 3 == 0 ? "\r\n" : "\n") + row(id, keys, random);
    out.write(text);
    good += text.size();
  }
  out.flush();
}

} // namespace

int main(int argc, char** argv) try {
  if (argc < 3 || argc > 4)
    throw std::invalid_argument{"usage: generate_csv FILE BYTES [WRONG]"};
  write_file(argv[1], std::stoull(argv[2]), argc > 3 ? std::stoull(argv[3]) : 0);
} catch (const std::exception& error) {
  std::fprintf(stderr, "generate_csv: %s\n", error.what());
  return 1;
}
