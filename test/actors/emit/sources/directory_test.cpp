// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/sources/directory.hpp>

#include <algorithm>
#include <filesystem>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>

#include <sweet/actors/emit/sources/glob.hpp>
#include <sweet/testing/read_all.hpp>
#include <sweet/testing/scratch_folder.hpp>
#include <sweet/testing/without_privileges.hpp>

using namespace sweet;
using sweet::testing::read_all;
using sweet::testing::scratch_folder;

namespace directory_test {
namespace {

namespace fs = std::filesystem;
using texts = std::vector<std::string>;

// A small tree, and paths in it without the name of the folder it is in.
class tree {
public:
  tree() {
    fs::create_directories(folder_ / "a/b");
    fs::create_directories(folder_ / ".hidden");
    for (const auto* file : {"1.csv", "2.txt", ".3.csv", "a/4.csv", "a/b/5.csv", ".hidden/6.csv"})
      folder_.write(file, "");
    fs::create_symlink("a", folder_ / "to_a");
    fs::create_symlink("1.csv", folder_ / "to_1");
    fs::create_symlink("nowhere", folder_ / "to_none");
  }

  [[nodiscard]] const std::string& path() const { return folder_.path(); }

  [[nodiscard]] texts list(const directory_options& options) const {
    return sorted(read_all(source::directory(path(), options)));
  }

  [[nodiscard]] texts glob(const std::string& pattern) const {
    return sorted(read_all(source::glob(path() + "/" + pattern)));
  }

private:
  [[nodiscard]] texts sorted(const sweet::testing::all_read<fs::path>& all) const {
    BOOST_TEST(all.errors.size() == 0U);
    BOOST_TEST(all.end == "");
    texts result;
    for (const auto& x : all.values) {
      BOOST_TEST(x.string().starts_with(path() + "/"));
      result.push_back(x.string().substr(path().size() + 1));
    }
    std::sort(result.begin(), result.end());
    return result;
  }

  scratch_folder folder_;
};

void equal(const texts& found, const texts& wanted) {
  BOOST_TEST(found == wanted, boost::test_tools::per_element());
}

} // namespace
} // namespace directory_test

BOOST_AUTO_TEST_SUITE(directory_test)

BOOST_AUTO_TEST_CASE(what_is_in_a_folder) {
  const tree t;
  equal(t.list({}), {".3.csv", ".hidden", "1.csv", "2.txt", "a", "to_1", "to_a", "to_none"});
  equal(t.list({.files_only = true}), {".3.csv", "1.csv", "2.txt", "to_1"});
  equal(t.list({.pattern = "*.csv"}), {".3.csv", "1.csv"});
  equal(t.list({.pattern = "[a-z]"}), {"a"});
}

BOOST_AUTO_TEST_CASE(what_is_in_sub_folders) {
  const tree t;
  equal(t.list({.recursive = true}), {".3.csv", ".hidden", ".hidden/6.csv", "1.csv", "2.txt", "a",
                                      "a/4.csv", "a/b", "a/b/5.csv", "to_1", "to_a", "to_none"});
  equal(t.list({.recursive = true, .pattern = "*.csv", .files_only = true}),
        {".3.csv", ".hidden/6.csv", "1.csv", "a/4.csv", "a/b/5.csv"});
}

BOOST_AUTO_TEST_CASE(a_folder_comes_before_what_is_in_it) {
  const tree t;
  std::set<fs::path> seen{t.path()};
  for (const auto& x : read_all(source::directory(t.path(), {.recursive = true})).values) {
    BOOST_TEST(seen.contains(x.parent_path()));
    seen.insert(x);
  }
}

BOOST_AUTO_TEST_CASE(empty_folders_and_no_folders) {
  scratch_folder folder;
  BOOST_TEST(read_all(source::directory(folder.path())).values.empty());
  const auto end_of = [](const std::string& path) {
    const auto all = read_all(source::directory(path, {.recursive = true}));
    BOOST_TEST(all.values.empty());
    return all.end;
  };
  BOOST_TEST(end_of(folder / "none") == "io: " + folder / "none" + ": No such file or directory");
  const auto file = folder.write("file", "");
  BOOST_TEST(end_of(file) == "io: " + file + ": Not a directory");
  BOOST_TEST(end_of("") == "io: : No such file or directory");
}

BOOST_AUTO_TEST_CASE(a_sub_folder_that_cannot_be_read_is_an_error_and_the_rest_is_given) {
  scratch_folder folder;
  ::chmod(folder.path().c_str(), 0755);
  fs::create_directory(folder / "secret");
  folder.write("file", "");
  ::chmod((folder / "secret").c_str(), 0);
  const sweet::testing::without_privileges nobody;
  const auto all = read_all(source::directory(folder.path(), {.recursive = true}));
  BOOST_TEST(all.values.size() == 2U);
  BOOST_TEST(all.end == "");
  const texts error{"io: " + folder / "secret" + ": Permission denied"};
  equal(all.errors, error);
  equal(read_all(source::glob(folder.path() + "/**/*")).errors, error);
  equal(read_all(source::glob(folder.path() + "/secret/x")).errors,
        {"io: " + folder / "secret/x" + ": Permission denied"});
}

BOOST_AUTO_TEST_CASE(a_sub_folder_that_has_gone_is_no_error) {
  scratch_folder folder;
  fs::create_directory(folder / "a");
  auto reader = source::directory(folder.path(), {.recursive = true}).open();
  BOOST_TEST(reader.next()->value() == folder / "a");
  fs::remove(folder / "a");
  BOOST_TEST(!reader.next());
}

BOOST_AUTO_TEST_CASE(many_levels) {
  scratch_folder folder;
  auto path = fs::path{folder.path()};
  for (int i = 0; i < 200; ++i)
    path /= "d";
  fs::create_directories(path);
  BOOST_TEST(read_all(source::directory(folder.path(), {.recursive = true})).values.size() == 200U);
  BOOST_TEST(read_all(source::glob(folder.path() + "/**")).values.size() == 200U);
}

BOOST_AUTO_TEST_CASE(patterns) {
  const tree t;
  equal(t.glob("*.csv"), {"1.csv"});
  equal(t.glob(".*.csv"), {".3.csv"});
  equal(t.glob("*/*.csv"), {"a/4.csv", "to_a/4.csv"});
  equal(t.glob("?/?/5.csv"), {"a/b/5.csv"});
  equal(t.glob("a/b/5.csv"), {"a/b/5.csv"});
  equal(t.glob("a//b///[0-9].csv"), {"a/b/5.csv"});
  equal(t.glob("to_none"), {"to_none"});
  equal(t.glob("a/*"), {"a/4.csv", "a/b"});
  equal(t.glob("a/*/"), {"a/b/"});
  equal(t.glob("a/"), {"a/"});
}

BOOST_AUTO_TEST_CASE(any_number_of_folders) {
  const tree t;
  equal(t.glob("**/*.csv"), {"1.csv", "a/4.csv", "a/b/5.csv"});
  equal(t.glob("a/**/*.csv"), {"a/4.csv", "a/b/5.csv"});
  equal(t.glob("**/b/*"), {"a/b/5.csv"});
  equal(t.glob("a/**"), {"a/4.csv", "a/b", "a/b/5.csv"});
  equal(t.glob("a/**/"), {"a/", "a/b/"});
  equal(t.glob("**/b"), {"a/b"});
}

BOOST_AUTO_TEST_CASE(no_match_is_no_error) {
  const tree t;
  for (const auto* pattern : {"*.xml", "none/*", "none", "1.csv/*", "1.csv/", "*/*/*/*", "none/**"})
    equal(t.glob(pattern), {});
}

BOOST_AUTO_TEST_CASE(names_that_look_like_patterns) {
  scratch_folder folder;
  folder.write("*", "");
  folder.write("x", "");
  fs::create_directory(folder / "[a]");
  folder.write("[a]/y", "");
  const auto count = [&](const std::string& pattern) {
    return read_all(source::glob(folder.path() + "/" + pattern)).values.size();
  };
  BOOST_TEST(count("\\*") == 1U);
  BOOST_TEST(count("*") == 3U);
  BOOST_TEST(count("\\[a]/y") == 1U);
  BOOST_TEST(count("\\[a]/?") == 1U);
  BOOST_TEST(count("[a]/y") == 0U);
  BOOST_TEST(count("\\[*/y") == 1U);
  BOOST_TEST(count("x\\") == 0U);
}

BOOST_AUTO_TEST_CASE(relative_patterns) {
  const auto all = read_all(source::glob("*")).values;
  for (const auto& path : all)
    BOOST_TEST(!path.has_parent_path());
  BOOST_TEST(read_all(source::glob("/")).values.size() == 1U);
  BOOST_TEST(read_all(source::glob("/*")).values.at(0).string().starts_with("/"));
}

BOOST_AUTO_TEST_CASE(patterns_that_are_none) {
  BOOST_CHECK_THROW(source::glob(""), std::invalid_argument);
  BOOST_CHECK_THROW(source::glob("**/a/**"), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
