// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/sources/csv.hpp>

#include <cstddef>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>

#include <sweet/testing/read_all.hpp>
#include <sweet/testing/scratch_folder.hpp>
#include <sweet/testing/without_privileges.hpp>

using namespace sweet;
using namespace std::literals;
using sweet::testing::read_all;
using sweet::testing::scratch_folder;

namespace csv_test {
namespace {

using table = std::vector<std::vector<std::string>>;
using texts = std::vector<std::string>;

constexpr csv_options no_header{.header = false};

table fields_of(const std::vector<csv_row>& rows) {
  table result;
  for (const auto& row : rows) {
    auto& fields = result.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i)
      fields.emplace_back(row[i]);
  }
  return result;
}

// Reads a text in a file; the name of its folder is left out of messages.
class file_of {
public:
  explicit file_of(std::string_view text) : path_(folder_.write("t.csv", text)) {}

  [[nodiscard]] sweet::testing::all_read<csv_row> read(csv_options options = {}) const {
    auto result = read_all(source::csv(path_, options));
    for (auto& error : result.errors)
      strip(error);
    strip(result.end);
    return result;
  }

private:
  void strip(std::string& text) const {
    if (const auto at = text.find(folder_.path()); at != std::string::npos)
      text.erase(at, folder_.path().size() + 1);
  }

  scratch_folder folder_;
  std::string path_;
};

table read(std::string_view text, csv_options options = no_header) {
  const auto all = file_of{text}.read(options);
  BOOST_TEST(all.errors == texts{}, boost::test_tools::per_element());
  BOOST_TEST(all.end == "");
  return fields_of(all.values);
}

texts errors_of(std::string_view text, csv_options options = no_header) {
  const auto all = file_of{text}.read(options);
  BOOST_TEST(all.end == "");
  return all.errors;
}

// How the property test writes: knows nothing of how the reader works.
class writer {
public:
  explicit writer(unsigned seed) : random_(seed) {}

  int pick(int below) { return std::uniform_int_distribution<>{0, below - 1}(random_); }

  table make_table() {
    table rows(static_cast<std::size_t>(pick(12)));
    const auto columns = static_cast<std::size_t>(1 + pick(6));
    for (auto& row : rows) {
      row.resize(columns);
      for (auto& field : row)
        field = make_field();
    }
    return rows;
  }

  std::string write(const table& rows, char separator, char quote) {
    std::string result = pick(4) == 0 ? "\xEF\xBB\xBF"s : ""s;
    const std::string line_end = pick(2) == 0 ? "\n" : "\r\n";
    for (std::size_t r = 0; r < rows.size(); ++r) {
      while (pick(8) == 0)
        result += line_end;
      for (std::size_t i = 0; i < rows[r].size(); ++i) {
        if (i > 0)
          result += separator;
        result += write_field(rows[r][i], separator, quote, rows[r].size() == 1);
      }
      if (r + 1 < rows.size() || pick(2) == 0)
        result += line_end;
    }
    return result;
  }

private:
  std::string make_field() {
    static constexpr std::string_view alphabet = "ab ,;\"'\n\r\t\xEF\xBB\xBF\0"sv;
    std::string result;
    const int length = pick(10) == 0 ? pick(300) : pick(6);
    for (int i = 0; i < length; ++i)
      result += alphabet[static_cast<std::size_t>(pick(static_cast<int>(alphabet.size())))];
    return result;
  }

  std::string write_field(const std::string& field, char separator, char quote, bool alone) {
    const bool needs_quotes =
        (alone && field.empty()) ||
        field.find_first_of("\n\r\xEF"s + separator + quote) != std::string::npos;
    if (!needs_quotes && pick(3) != 0)
      return field;
    std::string result(1, quote);
    for (const char c : field) {
      if (c == quote)
        result += c;
      result += c;
    }
    return result + quote;
  }

  std::mt19937 random_;
};

} // namespace
} // namespace csv_test

BOOST_AUTO_TEST_SUITE(csv_test)

BOOST_AUTO_TEST_CASE(names_and_positions) {
  scratch_folder folder;
  const auto people = source::csv(folder.write("people.csv", "name,age\nAda,36\nBob,\n"));
  auto reader = people.open();
  const auto ada = reader.next()->value();
  BOOST_TEST(ada.size() == 2U);
  BOOST_TEST(ada["name"] == "Ada");
  BOOST_TEST(ada.at("age") == "36");
  BOOST_TEST(ada[0] == "Ada");
  BOOST_TEST(ada.at(1) == "36");
  BOOST_TEST(ada.line() == 2U);
  const auto bob = reader.next()->value();
  BOOST_TEST(bob["age"] == "");
  BOOST_TEST(bob.line() == 3U);
  BOOST_TEST(&bob.header() == &ada.header());
  BOOST_TEST(bob.header() == (csv_header{"name", "age"}), boost::test_tools::per_element());
  BOOST_TEST(!reader.next());
  BOOST_TEST(!reader.next());
  // A source begins anew for each reader.
  BOOST_TEST(people.open().next()->value()["name"] == "Ada");
}

BOOST_AUTO_TEST_CASE(what_a_row_does_not_have) {
  const auto row = file_of{"name,age\nAda,36\n"}.read().values.at(0);
  BOOST_TEST(row[2] == "");
  BOOST_TEST(row["Name"] == "");
  BOOST_TEST(!row.column("Name"));
  BOOST_TEST(row.column("age").value() == 1U);
  const auto says = [](std::string_view what) {
    return [what](const std::out_of_range& x) { return x.what() == what; };
  };
  BOOST_CHECK_EXCEPTION(row.at(2), std::out_of_range, says("line 2: no field 2, the row has 2"));
  BOOST_CHECK_EXCEPTION(row.at("Name"), std::out_of_range,
                        says("line 2: no column `Name`; there are name, age"));
  const auto nameless = file_of{"Ada,36\n"}.read(no_header).values.at(0);
  BOOST_TEST(nameless.header().empty());
  BOOST_TEST(nameless["name"] == "");
  BOOST_CHECK_EXCEPTION(nameless.at("name"), std::out_of_range, says("line 1: no column `name`"));
  BOOST_TEST(csv_row{}.size() == 0U);
  BOOST_TEST(csv_row{}[0] == "");
}

BOOST_AUTO_TEST_CASE(rows_are_values) {
  static_assert(std::is_nothrow_move_constructible_v<csv_row>);
  auto rows = file_of{"name,age\nAda,36\nBob,7\n"}.read().values;
  const auto copy = rows[0];
  rows[0] = rows[1];
  BOOST_TEST(rows[0]["name"] == "Bob");
  BOOST_TEST(copy["name"] == "Ada");
  const auto moved = std::move(rows[1]);
  BOOST_TEST(moved["age"] == "7");
}

BOOST_AUTO_TEST_CASE(rfc_4180) {
  const table abc{{"aaa", "bbb", "ccc"}, {"zzz", "yyy", "xxx"}};
  BOOST_TEST((read("aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n") == abc));
  BOOST_TEST((read("aaa,bbb,ccc\r\nzzz,yyy,xxx") == abc));
  BOOST_TEST((read("aaa,bbb,ccc\nzzz,yyy,xxx\r") == abc));
  BOOST_TEST((read("\"aaa\",\"bbb\",\"ccc\"\r\nzzz,yyy,xxx") == abc));
  BOOST_TEST((read("\"aaa\",\"b\r\nbb\",\"ccc\"\r\n") == table{{"aaa", "b\r\nbb", "ccc"}}));
  BOOST_TEST((read("\"aaa\",\"b\"\"bb\",\"c,c\"") == table{{"aaa", "b\"bb", "c,c"}}));
  BOOST_TEST((read("\"\"\"\",\"\",\"\"\"\"\"\"") == table{{"\"", "", "\"\""}}));
}

BOOST_AUTO_TEST_CASE(empty_fields_and_lines) {
  BOOST_TEST((read("") == table{}));
  BOOST_TEST((read("\n\r\n\n") == table{}));
  BOOST_TEST((read("a,\n,b\n,\n") == table{{"a", ""}, {"", "b"}, {"", ""}}));
  BOOST_TEST((read("a,") == table{{"a", ""}}));
  BOOST_TEST((read(",") == table{{"", ""}}));
  BOOST_TEST((read("a\n\nb\n\n") == table{{"a"}, {"b"}}));
  BOOST_TEST((read("a\n\"\"\nb\n\"\"") == table{{"a"}, {""}, {"b"}, {""}}));
  BOOST_TEST((read("a\n \n") == table{{"a"}, {" "}}));
}

BOOST_AUTO_TEST_CASE(bytes_that_mean_nothing) {
  BOOST_TEST((read("5\" pipe,x\ry\n") == table{{"5\" pipe", "x\ry"}}));
  BOOST_TEST((read("a\0b,\xFF\xFE\n"s) == table{{"a\0b"s, "\xFF\xFE"}}));
}

BOOST_AUTO_TEST_CASE(byte_order_mark) {
  BOOST_TEST((read("\xEF\xBB\xBF\"a,b\",c\n") == table{{"a,b", "c"}}));
  BOOST_TEST((read("\xEF\xBB\xBF") == table{}));
  BOOST_TEST((read("\xEF\xBB,c\n") == table{{"\xEF\xBB", "c"}}));
  BOOST_TEST((read("\xEF\xBB") == table{{"\xEF\xBB"}}));
  BOOST_TEST((read("a\n\xEF\xBB\xBF") == table{{"a"}, {"\xEF\xBB\xBF"}}));
}

BOOST_AUTO_TEST_CASE(other_separators_and_quotes) {
  BOOST_TEST((read("a;'b;''c';d,e\n", {.separator = ';', .quote = '\'', .header = false}) ==
              table{{"a", "b;'c", "d,e"}}));
  BOOST_TEST((read("a\tb\n", {.separator = '\t', .header = false}) == table{{"a", "b"}}));
  for (const csv_options options :
       {csv_options{.separator = '"'}, {.separator = '\n'}, {.separator = '\r'}, {.quote = '\n'}})
    BOOST_CHECK_THROW(source::csv("t.csv", options), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(trimmed) {
  constexpr csv_options trim{.header = false, .trim = true};
  BOOST_TEST((read("  a b\t,\t\" c \"  , \n", trim) == table{{"a b", " c ", ""}}));
  BOOST_TEST((read("a \r\n \n\tb \r", trim) == table{{"a"}, {"b"}}));
  BOOST_TEST(
      (read("a \t b\n", {.separator = '\t', .header = false, .trim = true}) == table{{"a", "b"}}));
  BOOST_TEST((read(" a\n") == table{{" a"}}));
}

BOOST_AUTO_TEST_CASE(a_row_of_another_size_is_an_error_and_the_next_one_is_read) {
  const auto all = file_of{"a,b,c\n1,2,3\n1,2,3,4\n\"x\n\ny\",2\n7\n8,9,0\n"}.read();
  BOOST_TEST((fields_of(all.values) == table{{"1", "2", "3"}, {"8", "9", "0"}}));
  BOOST_TEST(all.values.at(1).line() == 8U);
  BOOST_TEST(all.errors == (texts{"invalid_data: t.csv:3: 4 fields, the header has 3",
                                  "invalid_data: t.csv:4: 2 fields, the header has 3",
                                  "invalid_data: t.csv:7: 1 field, the header has 3"}),
             boost::test_tools::per_element());
  BOOST_TEST(all.end == "");
}

BOOST_AUTO_TEST_CASE(text_after_a_closing_quote_is_an_error_of_its_row) {
  const auto all = file_of{"a,\"b\"c,\"d\ne\"\n1,\"2\n\"\rx\n4,\"5\",6\n"}.read(no_header);
  BOOST_TEST((fields_of(all.values) == table{{"4", "5", "6"}}));
  BOOST_TEST(all.errors ==
                 (texts{"invalid_data: t.csv:1: text after the closing quote of field 2",
                        "invalid_data: t.csv:4: text after the closing quote of field 2"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_quote_that_never_closes_is_an_error_where_it_opened) {
  const auto all = file_of{"a,b\n1,2\n3,\"4\n5,6\n"}.read();
  BOOST_TEST((fields_of(all.values) == table{{"1", "2"}}));
  BOOST_TEST(all.errors == texts{"invalid_data: t.csv:3: the quote that opens here is never "
                                 "closed; the rest of the file is lost"},
             boost::test_tools::per_element());
  BOOST_TEST(errors_of("\"").size() == 1U);
  BOOST_TEST(errors_of("\"\"\"").size() == 1U);
}

BOOST_AUTO_TEST_CASE(rows_that_are_too_long) {
  constexpr csv_options ten{.header = false, .max_row = 10, .buffer_size = 4};
  BOOST_TEST((read("1234567890\n12345,7890\n,,,,,,,,,,\n", ten) ==
              table{{"1234567890"}, {"12345", "7890"}, texts(11)}));
  const texts error{"invalid_data: t.csv:1: the row is longer than 10 bytes"};
  for (const auto* text : {"12345678901", "12345,78901\n", ",,,,,,,,,,,\n", "\"123456\n89012\"\n"})
    BOOST_TEST(errors_of(text, ten) == error, boost::test_tools::per_element());
  const auto all = file_of{"12345678901,\"\n\n\"\nab,c\n"}.read(ten);
  BOOST_TEST(all.errors == error, boost::test_tools::per_element());
  BOOST_TEST((fields_of(all.values) == table{{"ab", "c"}}));
  BOOST_TEST(all.values.at(0).line() == 4U);
}

BOOST_AUTO_TEST_CASE(large_fields) {
  const std::string plain(3'000'000, 'x');
  const std::string lines(2'000'000, '\n');
  const auto rows = file_of{plain + ",\"" + lines + "\"\nlast,row"}.read(no_header).values;
  BOOST_TEST((fields_of(rows) == table{{plain, lines}, {"last", "row"}}));
  BOOST_TEST(rows.at(1).line() == 2'000'002U);
}

BOOST_AUTO_TEST_CASE(headers) {
  for (const auto* text : {"", "\n\n", "a,b", "a,b\r\n", "\na,b\n\n"}) {
    const auto all = file_of{text}.read();
    BOOST_TEST(all.values.size() + all.errors.size() == 0U);
    BOOST_TEST(all.end == "");
  }
  BOOST_TEST(file_of{"\n\n\"a\nb\",c,c\n1,2,3\n"}.read().values.at(0)["a\nb"] == "1");
  BOOST_TEST(file_of{"a,c,c\n1,2,3\n"}.read().values.at(0)["c"] == "2");
  BOOST_TEST(file_of{"\"a\"x,b\n1,2\n"}.read().end ==
             "invalid_data: t.csv:1: text after the closing quote of field 1");
  BOOST_TEST(file_of{"\"a,b\n1,2\n"}.read().end == "invalid_data: t.csv:1: the quote that opens "
                                                   "here is never closed; the rest of the file is "
                                                   "lost");
}

BOOST_AUTO_TEST_CASE(files_that_cannot_be_read) {
  scratch_folder folder;
  const auto end_of = [](const std::string& path) { return read_all(source::csv(path)).end; };
  BOOST_TEST(end_of(folder / "none.csv") ==
             "io: " + folder / "none.csv" + ": No such file or directory");
  BOOST_TEST(end_of(folder.path()) == "io: " + folder.path() + ": Is a directory");
  const auto secret = folder.write("secret.csv", "a\n");
  ::chmod(secret.c_str(), 0);
  ::chmod(folder.path().c_str(), 0755);
  const sweet::testing::without_privileges nobody;
  BOOST_TEST(end_of(secret) == "io: " + secret + ": Permission denied");
}

BOOST_AUTO_TEST_CASE(what_was_written_is_read_whatever_the_pieces) {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      writer w{seed};
      const char separator = ",;\t"[w.pick(3)];
      const char quote = "\"'"[w.pick(2)];
      const auto written = w.make_table();
      const file_of file{w.write(written, separator, quote)};
      const csv_options options{.separator = separator,
                                .quote = quote,
                                .header = false,
                                .buffer_size = static_cast<std::size_t>(1 + w.pick(20))};
      const auto all = file.read(options);
      BOOST_TEST(all.errors == texts{}, boost::test_tools::per_element());
      BOOST_TEST((fields_of(all.values) == written));
    }
  }
}

BOOST_AUTO_TEST_CASE(garbage_is_read_to_its_end_the_same_way_whatever_the_pieces) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937 random{seed};
      std::string text(random() % 400, '\0');
      for (auto& c : text)
        c = random() % 3 == 0 ? static_cast<char>(random()) : "\",\n\r a"[random() % 6];
      const file_of file{text};
      const csv_options options{.header = false, .trim = seed % 2 == 0, .max_row = 50};
      const auto whole = file.read(options);
      auto in_pieces = options;
      in_pieces.buffer_size = 1 + random() % 7;
      const auto pieces = file.read(in_pieces);
      BOOST_TEST((fields_of(pieces.values) == fields_of(whole.values)));
      BOOST_TEST(pieces.errors == whole.errors, boost::test_tools::per_element());
    }
  }
}

BOOST_AUTO_TEST_CASE(lines_that_end_with_carriage_returns_alone_are_refused) {
  const auto all = file_of{"a,b\r1,2\r3,4\r"}.read();
  BOOST_TEST(all.values.empty());
  BOOST_TEST(all.end.find(":1: the lines end with carriage returns alone") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
