// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/program_path.hpp>

#include <cerrno>
#include <filesystem>

#include <boost/test/unit_test.hpp>

#include <sweet/testing/scratch_folder.hpp>

using sweet::detail::find_program;
namespace fs = std::filesystem;

namespace program_path_test {
namespace {

struct folders {
  folders() {
    fs::create_directories(root / "a/tool");
    fs::create_directories(root / "b");
    root.write("b/tool", "");
    fs::permissions(root / "b/tool", fs::perms::owner_all);
    root.write("b/data", "");
    fs::permissions(root / "b/data", fs::perms::owner_read);
  }

  sweet::testing::scratch_folder root;
  std::string a = root / "a";
  std::string b = root / "b";
};

// For what depends on the current folder.
class inside {
public:
  explicit inside(const std::string& folder) : before_(fs::current_path()) {
    fs::current_path(folder);
  }

  inside(const inside&) = delete;
  inside& operator=(const inside&) = delete;

  ~inside() { fs::current_path(before_); }

private:
  fs::path before_;
};

} // namespace
} // namespace program_path_test

BOOST_FIXTURE_TEST_SUITE(program_path_test, folders)

BOOST_AUTO_TEST_CASE(a_slash_means_itself) {
  BOOST_TEST(find_program("./x", b).path == "./x");
  BOOST_TEST(find_program("/no/x", "").path == "/no/x");
}

BOOST_AUTO_TEST_CASE(folders_are_no_programs) {
  BOOST_TEST(find_program("tool", a + ":" + b).path == b + "/tool");
  BOOST_TEST(find_program("tool", a).error == EACCES);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_executed_is_told_from_what_is_not_there) {
  BOOST_TEST(find_program("data", a + ":" + b).error == EACCES);
  BOOST_TEST(find_program("data", b + ":" + a).error == EACCES);
  BOOST_TEST(find_program("nothing", a + ":" + b).error == ENOENT);
  BOOST_TEST(find_program("", b).error == ENOENT);
}

BOOST_AUTO_TEST_CASE(an_empty_folder_is_the_current_one) {
  inside here{b};
  BOOST_TEST(find_program("tool", a + ":").path == b + "/tool");
  BOOST_TEST(find_program("tool", ":" + a).path == b + "/tool");
  BOOST_TEST(find_program("tool", "").path == b + "/tool");
}

BOOST_AUTO_TEST_CASE(a_relative_folder_becomes_absolute) {
  inside here{root.path()};
  BOOST_TEST(find_program("tool", "b").path == root.path() + "/b/tool");
}

BOOST_AUTO_TEST_SUITE_END()
