// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "job_template.hpp"

#include <sweet/actors/process/process_reactor.hpp>

#include <future>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

using namespace sweet;
using namespace sweet::command;

namespace job_template_test {
namespace {

using list = std::vector<std::string>;

job_template shell(std::string_view text) {
  auto made = job_template::of_shell(text);
  if (auto* error = std::get_if<job_template::error>(&made))
    BOOST_FAIL(text << ": " << error->message);
  return std::get<job_template>(std::move(made));
}

std::string problem(std::string_view text) {
  const auto made = job_template::of_shell(text);
  const auto* error = std::get_if<job_template::error>(&made);
  return error ? error->message : "no error: " + std::string{text};
}

/// The text that the shell gets, without the values.
std::string shell_text(std::string_view text) {
  const auto made = shell(text);
  const auto all = made.shell(list(made.fields().size())).back();
  const auto begin = all.rfind("=''; ");
  return begin == std::string::npos ? all : all.substr(begin + 5);
}

/// What programs print.
class printed {
public:
  std::string by(list argv) {
    process_spec spec{std::move(argv)};
    auto promise = std::make_shared<std::promise<process_result>>();
    auto result = promise->get_future();
    auto started =
        reactor_.start(spec, [promise](process_result r) { promise->set_value(std::move(r)); });
    if (auto* failure = std::get_if<detail::spawn_failure>(&started))
      return failure->message;
    auto end = result.get();
    return end.err.size() == 0 ? end.out.text() : "error: " + end.err.text();
  }

private:
  detail::process_reactor reactor_;
};

// Any bytes but NUL, with many of those that a shell takes for itself.
std::string random_text(std::mt19937& random) {
  static constexpr std::string_view special = "'\"\\$`(){}<>|&;#*?[]~!=% \t\n\r-";
  std::string result;
  for (auto left = random() % 40; left > 0; --left)
    result += random() % 2 == 0 ? special[random() % special.size()]
                                : static_cast<char>(1 + random() % 255);
  return result;
}

} // namespace
} // namespace job_template_test

BOOST_AUTO_TEST_SUITE(job_template_test)

BOOST_AUTO_TEST_CASE(fields_are_found_once_each) {
  BOOST_TEST((shell("a {} {name} {} {name} {{x}").fields() == list{"", "name"}));
  BOOST_TEST((shell("date").fields().empty()));
}

BOOST_AUTO_TEST_CASE(a_command_without_shell_syntax_is_kept_as_words) {
  const auto words = [](std::string_view text, const list& values) {
    return shell(text).words(values);
  };
  BOOST_TEST((words("wc -c {}", {"a b"}) == list{"wc", "-c", "a b"}));
  BOOST_TEST((words("  convert\t{} out/{}.png ", {"x"}) == list{"convert", "x", "out/x.png"}));
  BOOST_TEST((words("cp {a} {b}{a}", {"1", "2"}) == list{"cp", "1", "21"}));
  BOOST_TEST((words("grep -c 'a  b' \"c $ {}\"", {"x"}) == list{}));
  BOOST_TEST(
      (words("grep -c 'a $b' \"c  {}\" ''", {"x"}) == list{"grep", "-c", "a $b", "c  x", ""}));
  BOOST_TEST((words("dd if={} of=b", {"$(x)"}) == list{"dd", "if=$(x)", "of=b"}));
  BOOST_TEST((words("seq 3", {}) == list{"seq", "3"}));
}

BOOST_AUTO_TEST_CASE(what_only_a_shell_understands_goes_to_a_shell) {
  for (const char* text :
       {"wc < {}",   "wc {} | cat", "a; b",         "a && b",   "a &",      "ls *",   "ls ?",
        "ls [a]",    "echo {}",     "printf %s {}", "exit 3",   "A=1 env",  "wc $x",  "wc `x`",
        "wc \"$x\"", "wc ~/x",      "a\nb",         "# {}",     "wc \\{{",  "{} x",   "./{} x",
        "if a",      "! a",         "{{ a; }",      "wc 'open", "wc größe", "time ls"})
    if (const auto made = job_template::of_shell(text); std::holds_alternative<job_template>(made))
      BOOST_TEST(std::get<job_template>(made).words(list{"v"}).empty(), text);
}

BOOST_AUTO_TEST_CASE(the_shell_gets_values_as_variables) {
  BOOST_TEST((shell("echo {}").shell(list{"it's"}) ==
              list{"/bin/sh", "-c", "sweet_item_1='it'\\''s'; echo \"$sweet_item_1\""}));
  BOOST_TEST(shell_text("echo a{}b") == "echo a\"$sweet_item_1\"b");
  BOOST_TEST(shell_text("echo \"a {}b\"") == "echo \"a ${sweet_item_1}b\"");
  BOOST_TEST(shell_text("echo \"$(wc {})\" {}") ==
             "echo \"$(wc \"$sweet_item_1\")\" \"$sweet_item_1\"");
  BOOST_TEST(shell_text("echo \"$(wc \"{}\")\"") == "echo \"$(wc \"${sweet_item_1}\")\"");
  BOOST_TEST(shell_text("echo '\"' {}") == "echo '\"' \"$sweet_item_1\"");
  BOOST_TEST(shell_text("echo \\\" {}") == "echo \\\" \"$sweet_item_1\"");
  BOOST_TEST(shell_text("echo a # don't\necho {}") == "echo a # don't\necho \"$sweet_item_1\"");
  BOOST_TEST(shell_text("echo a#'b' {}") == "echo a#'b' \"$sweet_item_1\"");
  BOOST_TEST(shell_text("case {} in a) echo ${{x}; esac") ==
             "case \"$sweet_item_1\" in a) echo ${x}; esac");
}

BOOST_AUTO_TEST_CASE(places_where_a_value_could_not_be_text_are_refused) {
  BOOST_TEST(problem("echo '{}'").starts_with("`{}` stands in single quotes"));
  BOOST_TEST(problem("echo 'a' '{b}'").starts_with("`{b}` stands in single quotes"));
  BOOST_TEST(problem("echo `wc {}`").starts_with("`{}` stands in back quotes"));
  BOOST_TEST(problem("echo \"`wc {}`\"").starts_with("`{}` stands in back quotes"));
  BOOST_TEST(problem("echo \\{}").starts_with("`{}` stands behind a backslash"));
  BOOST_TEST(problem("echo ${x}").starts_with("`{x}` stands behind a `$`"));
  BOOST_TEST(problem("echo \"${x}\"").starts_with("`{x}` stands behind a `$`"));
  BOOST_TEST(problem("echo $((1 + {}))").starts_with("`{}` stands in `$((`"));
  BOOST_TEST(problem("cat <<X\n{}\nX").starts_with("`{}` stands behind a `<<`"));
  BOOST_TEST(problem("f() { a; }\nf {}").starts_with("` a; ") == false);
  BOOST_TEST(problem("a {").starts_with("a `{` has no `}` behind it"));
  BOOST_TEST(problem("a {\n}").starts_with("a `{` has no `}` behind it"));
}

BOOST_AUTO_TEST_CASE(words_hold_values_and_braces_without_a_shell) {
  const auto made =
      std::get<job_template>(job_template::of_words({"p", "{}", "-o={x}{}", "{{}", ""}));
  BOOST_TEST((made.fields() == list{"", "x"}));
  BOOST_TEST((made.words(list{"a 'b", "$c"}) == list{"p", "a 'b", "-o=$ca 'b", "{}", ""}));
  BOOST_TEST((made.shell(list{"a", "b"}).empty()));
}

BOOST_AUTO_TEST_CASE(any_value_is_one_argument_as_it_is) {
  std::mt19937 random{20260728};
  printed out;
  const auto bare = shell("printf '%s|' {}");
  const auto quoted = shell("printf '%s|' \"<{}>\" \"$(printf %s {}; echo .)\"");
  const auto direct = shell("env printf %s {}");
  BOOST_TEST(bare.words(list{""}).empty());
  for (int i = 0; i < 200; ++i) {
    const list value{i == 0 ? std::string{} : random_text(random)};
    BOOST_TEST((out.by(bare.shell(value)) == value[0] + "|"), "bare: " << value[0]);
    BOOST_TEST((out.by(quoted.shell(value)) == "<" + value[0] + ">|" + value[0] + ".|"),
               "quoted: " << value[0]);
    // A program of its own has its own opinion of an empty argument, and of one that is an option.
    BOOST_TEST((direct.words(value) == list{"env", "printf", "%s", value[0]}));
    BOOST_TEST((out.by(direct.words(value)) == value[0]), "direct: " << value[0]);
  }
}

BOOST_AUTO_TEST_SUITE_END()
