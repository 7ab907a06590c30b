// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sqlite/sqlite_source.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <sweet/testing/read_all.hpp>
#include <sweet/testing/scratch_folder.hpp>

using namespace sweet;
using namespace std::literals;
using sweet::testing::read_all;
using sweet::testing::scratch_folder;

namespace sqlite_test {
namespace {

// A database that the shell of SQLite has made.
class database {
public:
  explicit database(const std::string& statements) {
    const auto script = folder_.write("script.sql", statements);
    BOOST_REQUIRE(std::system(("sqlite3 " + path + " < " + script).c_str()) == 0);
  }

private:
  scratch_folder folder_;

public:
  const std::string path = folder_ / "t.db";
};

const auto* const people = "create table people (name text, age int, height real, photo blob);"
                           "insert into people values ('Ada', 36, 1.65, x'00ff');"
                           "insert into people values ('Bob', null, 2, x'');"
                           "insert into people values ('', 17, null, null);";

sqlite_row row_of(const std::string& query) {
  return std::move(read_all(source::sqlite(":memory:", query)).values.at(0));
}

std::string end_of(const std::string& query) {
  return read_all(source::sqlite(":memory:", query)).end;
}

template <class F>
std::string failure_of(F&& f) {
  try {
    f();
  } catch (const task_failure& failure) {
    return to_string(failure.error());
  } catch (const std::out_of_range& e) {
    return e.what();
  }
  return {};
}

} // namespace
} // namespace sqlite_test

BOOST_AUTO_TEST_SUITE(sqlite_test)

BOOST_AUTO_TEST_CASE(rows_of_a_table) {
  const database db{people};
  const auto source = source::sqlite(db.path, "select * from people order by rowid");
  const auto all = read_all(source);
  BOOST_TEST(all.end == "");
  BOOST_REQUIRE(all.values.size() == 3U);
  const auto& ada = all.values[0];
  BOOST_TEST(ada.size() == 4U);
  BOOST_TEST((ada.columns() == sqlite_row::names{"name", "age", "height", "photo"}));
  BOOST_TEST((ada[0] == sqlite_value{"Ada"s}));
  BOOST_TEST((ada["age"] == sqlite_value{std::int64_t{36}}));
  BOOST_TEST((ada["height"] == sqlite_value{1.65}));
  BOOST_TEST((ada["photo"] == sqlite_value{sqlite_blob{std::byte{0}, std::byte{255}}}));
  const auto& bob = all.values[1];
  BOOST_TEST((bob["age"] == sqlite_value{nullptr}));
  BOOST_TEST((bob["height"] == sqlite_value{2.0}));
  BOOST_TEST((bob["photo"] == sqlite_value{sqlite_blob{}}));
  BOOST_TEST((all.values[2]["name"] == sqlite_value{""s}));
  BOOST_TEST(&bob.columns() == &ada.columns());
  // A source begins anew for each reader.
  BOOST_TEST(read_all(source).values.size() == 3U);
}

BOOST_AUTO_TEST_CASE(no_rows) {
  const database db{people};
  auto reader = source::sqlite(db.path, "select * from people where age > 100").open();
  auto moved = std::move(reader);
  BOOST_TEST(!moved.next());
  BOOST_TEST(!moved.next());
}

BOOST_AUTO_TEST_CASE(parameters) {
  const database db{people};
  const auto names = [&](const auto& source) {
    std::vector<std::string> result;
    for (const auto& row : read_all(source).values)
      result.push_back(row.template get<std::string>(0));
    return result;
  };
  using texts = std::vector<std::string>;
  BOOST_TEST((names(source::sqlite(db.path, "select name from people where age > ?", 17)) ==
              texts{"Ada"}));
  BOOST_TEST((names(source::sqlite(db.path, "select name from people where age >= ? and name = ?",
                                   17U, "Ada")) == texts{"Ada"}));

  const auto row =
      read_all(source::sqlite(":memory:", "select ?, ?, ?, ?, ?, ?, ?, ?, ?", true, 2.5F, "a\0b"sv,
                              ""s, nullptr, std::nullopt, std::optional{3}, sqlite_blob{},
                              sqlite_value{std::int64_t{4}}))
          .values.at(0);
  BOOST_TEST((row[0] == sqlite_value{std::int64_t{1}}));
  BOOST_TEST((row[1] == sqlite_value{2.5}));
  BOOST_TEST((row[2] == sqlite_value{"a\0b"s}));
  BOOST_TEST((row[3] == sqlite_value{""s}));
  BOOST_TEST((row[4] == sqlite_value{nullptr}));
  BOOST_TEST((row[5] == sqlite_value{nullptr}));
  BOOST_TEST((row[6] == sqlite_value{std::int64_t{3}}));
  BOOST_TEST((row[7] == sqlite_value{sqlite_blob{}}));
  BOOST_TEST((row[8] == sqlite_value{std::int64_t{4}}));
}

BOOST_AUTO_TEST_CASE(typed_values) {
  const auto row = row_of("select 300 as n, 0 as f, 2.5 as x, 'a' as t, x'01' as b, null as z");
  BOOST_TEST(row.get<int>("n") == 300);
  BOOST_TEST(row.get<std::uint64_t>(0) == 300U);
  BOOST_TEST(row.get<double>("n") == 300.0);
  BOOST_TEST(row.get<bool>("f") == false);
  BOOST_TEST(row.get<float>("x") == 2.5F);
  BOOST_TEST(row.get<std::string>("t") == "a");
  BOOST_TEST((row.get<sqlite_blob>("b") == sqlite_blob{std::byte{1}}));
  BOOST_TEST(!row.get<std::optional<int>>("z"));
  BOOST_TEST(row.get<std::optional<int>>("n").value() == 300);

  const auto holds = [&](const std::string& what) { return "invalid_data: column " + what; };
  BOOST_TEST(failure_of([&] { (void)row.get<int>("t"); }) ==
             holds("`t` holds a text, not an integer"));
  BOOST_TEST(failure_of([&] { (void)row.get<std::int8_t>("n"); }) ==
             holds("`n` holds the integer 300, not an integer of that size"));
  BOOST_TEST(failure_of([&] { (void)row.get<bool>("n"); }) ==
             holds("`n` holds the integer 300, not 0 or 1"));
  BOOST_TEST(failure_of([&] { (void)row.get<int>("x"); }) ==
             holds("`x` holds a number, not an integer"));
  BOOST_TEST(failure_of([&] { (void)row.get<double>("z"); }) ==
             holds("`z` holds null, not a number"));
  BOOST_TEST(failure_of([&] { (void)row.get<std::string>("b"); }) ==
             holds("`b` holds a blob, not a text"));
  BOOST_TEST(failure_of([&] { (void)row.get<sqlite_blob>("t"); }) ==
             holds("`t` holds a text, not a blob"));
}

BOOST_AUTO_TEST_CASE(what_a_row_does_not_have) {
  const auto row = row_of("select 1 as a, 2 as b");
  BOOST_TEST((row[2] == sqlite_value{}));
  BOOST_TEST((row["A"] == sqlite_value{}));
  BOOST_TEST(failure_of([&] { row.at(2); }) == "no column 2, the row has 2");
  BOOST_TEST(failure_of([&] { (void)row.get<int>("A"); }) == "no column `A`; there are a, b");
  BOOST_TEST(sqlite_row{}.size() == 0U);
  BOOST_TEST(sqlite_row{}.columns().empty());
}

BOOST_AUTO_TEST_CASE(texts_are_utf_8_and_integers_have_64_bits) {
  const database db{"pragma encoding = 'UTF-16'; create table t (x);"
                    "insert into t values ('äöü'), (-9223372036854775808);"};
  const auto all = read_all(source::sqlite(db.path, "select x from t order by rowid")).values;
  BOOST_TEST(all.at(0).get<std::string>(0) == "äöü");
  BOOST_TEST(all.at(1).get<std::int64_t>(0) == std::numeric_limits<std::int64_t>::min());
}

BOOST_AUTO_TEST_CASE(queries_that_are_none) {
  BOOST_TEST(end_of("") == "invalid_data: :memory:: there is no statement in the query");
  BOOST_TEST(end_of(" ; -- nothing\n") ==
             "invalid_data: :memory:: there is no statement in the query");
  BOOST_TEST(end_of("select 1; select 2") ==
             "invalid_data: :memory:: there is more than one statement in the query");
  BOOST_TEST(end_of("; select 1 ; ; /* that is all */ ") == "");
  BOOST_TEST(end_of("selct 1") == "invalid_data: :memory:: near \"selct\": syntax error");
  BOOST_TEST(end_of("select * from people") == "invalid_data: :memory:: no such table: people");
  BOOST_TEST(end_of("select 1\0"s) == "");
  BOOST_TEST(end_of("select ?, ?") ==
             "invalid_data: :memory:: parameters for the query: 0, it wants 2");
  BOOST_TEST(read_all(source::sqlite(":memory:", "select 1", 2)).end ==
             "invalid_data: :memory:: parameters for the query: 1, it wants 0");
}

BOOST_AUTO_TEST_CASE(an_error_in_the_middle_ends_the_source) {
  const auto all = read_all(source::sqlite(
      ":memory:", "select abs(column1) from (values (1), (-9223372036854775808), (3))"));
  BOOST_TEST(all.values.size() == 1U);
  BOOST_TEST(all.end == "invalid_data: :memory:: integer overflow");
}

BOOST_AUTO_TEST_CASE(databases_that_cannot_be_read) {
  scratch_folder folder;
  const auto end = [](const std::string& path) {
    return read_all(source::sqlite(path, "select * from sqlite_schema")).end;
  };
  const auto none = folder / "none.db";
  BOOST_TEST(end(none) ==
             "io: " + none + ": unable to open database file: No such file or directory");
  BOOST_TEST(end(folder.path()).starts_with("io: " + folder.path() + ": "));
  const auto text = folder.write("text.db", std::string(5000, 'x'));
  BOOST_TEST(end(text) == "invalid_data: " + text + ": file is not a database");
}

BOOST_AUTO_TEST_CASE(nothing_is_written) {
  const database db{people};
  BOOST_TEST(read_all(source::sqlite(db.path, "delete from people returning name")).end ==
             "invalid_data: " + db.path + ": attempt to write a readonly database");
}

BOOST_AUTO_TEST_SUITE_END()
