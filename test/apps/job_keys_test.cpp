// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "job_keys.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "job_keys_help.hpp"
#include "read_job_file.hpp"

using namespace sweet;
using namespace sweet::command;

namespace job_keys_test {
namespace {

using lines = std::vector<std::string>;

// -- what each key is tried with ------------------------------------------------------------------

// Lines of a table without a key, and with it, not with its default.
struct sample {
  std::string without;
  std::string with;
};

using samples = std::map<std::string_view, sample>;

const samples job_samples{
    {"run", {"run = 'a'", "run = 'b'"}},
    {"needs", {"", "needs = ['first']"}},
    {"timeout", {"", "timeout = '7s'"}},
    {"priority", {"", "priority = 'high'"}},
    {"env", {"", "env = { A = '1' }"}},
    {"cwd", {"", "cwd = 'sub'"}},
    {"node", {"", "node = 'any'"}},
    {"node_retry", {"", "node_retry = 7"}},
    {"inputs", {"", "inputs = ['f']"}},
    {"outputs", {"", "outputs = ['f']"}},
    {"group", {"", "group = 'own'"}},
    {"kind", {"", "kind = 'service'"}},
    {"restart", {"", "restart = 'transient'"}},
    {"ready", {"", "ready = { port = 7 }"}},
    {"each", {"", "each = { lines = 'f' }"}},
    {"leaves_daemons", {"", "leaves_daemons = true"}},
    {"strategy", {"", "strategy = 'one_for_all'"}},
    {"intensity", {"", "intensity = { restarts = 7, within = '7s' }"}},
};

const samples each_samples{
    {"lines", {"", "each = { lines = 'f' }"}},
    {"glob", {"", "each = { glob = 'f' }"}},
    {"command", {"", "each = { command = 'f' }"}},
    {"csv", {"", "each = { csv = 'f' }"}},
    {"ndjson", {"", "each = { ndjson = 'f' }"}},
    {"strategy", {"each = { lines = 'f' }", "each = { lines = 'f', strategy = 'serial' }"}},
    {"workers", {"each = { lines = 'f' }", "each = { lines = 'f', workers = 7 }"}},
    {"ordered", {"each = { lines = 'f' }", "each = { lines = 'f', ordered = true }"}},
    {"on_error", {"each = { lines = 'f' }", "each = { lines = 'f', on_error = 'continue' }"}},
    {"retry", {"each = { lines = 'f' }", "each = { lines = 'f', retry = 7 }"}},
    {"backoff",
     {"each = { lines = 'f', retry = 7 }", "each = { lines = 'f', retry = 7, backoff = '7s' }"}},
    {"timeout", {"each = { lines = 'f' }", "each = { lines = 'f', timeout = '7s' }"}},
};

const samples ready_samples{
    {"command", {"", "ready = { command = 'f' }"}},
    {"port", {"", "ready = { port = 7 }"}},
    {"log", {"", "ready = { log = 'f' }"}},
    {"within", {"ready = { port = 7 }", "ready = { port = 7, within = '7s' }"}},
};

const samples intensity_samples{
    {"restarts", {"", "intensity = { restarts = 7, within = '5s' }"}},
    {"within", {"", "intensity = { restarts = 3, within = '7s' }"}},
};

// A file in which the given stand at that place. Job `a` is tried; if it is in the group, what the
// group says is for it.
job_file_reading read_with(key_place place, const std::string& given, bool in_group = false,
                           bool is_service = false) {
  const auto of_group = place == key_place::group || place == key_place::group_of_services;
  const auto service = is_service || place == key_place::service;
  const auto& own = of_group ? std::string{} : given;
  const auto text = fmt::format(
      "[group.own]\n{}\n[job.first]\nrun = 'first'\n[job.mate]\nrun = 'mate'\ngroup = 'own'\n{}\n"
      "[job.a]\n{}\n{}\n{}\n{}\n",
      of_group ? given : "", place == key_place::group_of_services ? "kind = 'service'" : "",
      own.starts_with("run =") ? "" : "run = 'a'", in_group ? "group = 'own'" : "",
      service && !own.starts_with("kind =") ? "kind = 'service'" : "", own);
  return parse_job_file(text, "jobs.toml", [](const std::string&) { return true; });
}

bool differ(const job_file& a, const job_file& b) {
  return a.jobs != b.jobs || a.supervisors != b.supervisors;
}

// Whether what the file says reaches the jobs or their supervisors.
bool is_read(key_place place, const sample& x) {
  const auto without = read_with(place, x.without);
  const auto with = read_with(place, x.with);
  for (const auto& reading : {without, with})
    for (const auto& error : reading.errors)
      BOOST_ERROR(to_string(error));
  return differ(without.file, with.file);
}

template <class Table>
void check_each_is_read(std::span<const job_key<Table>> keys, const samples& all) {
  BOOST_TEST(keys.size() == all.size());
  for (const auto& key : keys) {
    const auto found = all.find(key.name);
    if (found == all.end()) {
      BOOST_ERROR("no sample for the key " << key.name);
      continue;
    }
    const auto place = key.places.meets({key_place::job, key_place::each}) ? key_place::job
                       : key.places.meets({key_place::service, key_place::ready})
                           ? key_place::service
                           : key_place::group_of_services;
    BOOST_TEST(is_read(place, found->second), key.name << " changes nothing");
  }
}

// -- the guide ------------------------------------------------------------------------------------

// The rows of all tables of the guide that have this head, sorted.
lines rows_of_guide(const std::string& head) {
  std::ifstream guide{SWEET_TEST_JOB_FILE_GUIDE};
  BOOST_REQUIRE(guide.is_open());
  lines result;
  auto inside = false;
  for (std::string line; std::getline(guide, line);) {
    if (line == head)
      inside = true;
    else if (!line.starts_with("|"))
      inside = false;
    else if (inside && !line.starts_with("|-"))
      result.push_back(line);
  }
  std::sort(result.begin(), result.end());
  return result;
}

template <class Table>
void check_guide(const std::string& head, std::span<const job_key<Table>> keys) {
  lines expected;
  for (const auto& key : keys)
    expected.push_back(fmt::format(
        "| `{}` |{} {} | {} | {} |", key.name,
        head.starts_with("| key | in |") ? fmt::format(" {} |", places_text(key.places)) : "",
        key.field.type, key.help, default_text(key)));
  std::sort(expected.begin(), expected.end());
  const auto found = rows_of_guide(head);
  lines lacks;
  std::set_difference(expected.begin(), expected.end(), found.begin(), found.end(),
                      std::back_inserter(lacks));
  for (const auto& line : lacks)
    BOOST_ERROR("below \"" << head << "\" the guide lacks\n" << line);
  lines too_much;
  std::set_difference(found.begin(), found.end(), expected.begin(), expected.end(),
                      std::back_inserter(too_much));
  for (const auto& line : too_much)
    BOOST_ERROR("below \"" << head << "\" the guide has what is no key\n" << line);
}

// -- all tables -----------------------------------------------------------------------------------

// Calls it with the keys of each table.
template <class F>
void for_each_table(const F& f) {
  f(job_keys());
  f(each_keys());
  f(ready_keys());
  f(intensity_keys());
}

} // namespace
} // namespace job_keys_test

BOOST_AUTO_TEST_SUITE(job_keys_test)

BOOST_AUTO_TEST_CASE(each_key_changes_what_is_read) {
  check_each_is_read(job_keys(), job_samples);
  check_each_is_read(each_keys(), each_samples);
  check_each_is_read(ready_keys(), ready_samples);
  check_each_is_read(intensity_keys(), intensity_samples);
}

BOOST_AUTO_TEST_CASE(a_key_is_refused_where_it_is_not_allowed) {
  for (const auto& key : job_keys()) {
    for (const auto place :
         {key_place::job, key_place::service, key_place::group, key_place::group_of_services}) {
      const auto allowed = key.places.has(place) || (place == key_place::group_of_services &&
                                                     key.places.has(key_place::group));
      const auto reading = read_with(place, job_samples.at(key.name).with);
      BOOST_TEST(reading.errors.empty() == allowed, key.name << " in " << name_of(place));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_member_takes_what_its_group_may_say_and_the_member_too) {
  for (const auto& key : job_keys()) {
    if (!key.places.has(key_place::group))
      continue;
    for (const auto place : {key_place::job, key_place::service}) {
      const auto is_service = place == key_place::service;
      const auto& lines = job_samples.at(key.name);
      const auto without = read_with(key_place::group, lines.without, true, is_service);
      const auto with = read_with(key_place::group, lines.with, true, is_service);
      BOOST_REQUIRE(with.errors.empty());
      BOOST_TEST((with.file.jobs.back() != without.file.jobs.back()) == key.places.has(place),
                 key.name << " for " << name_of(place));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_default_is_told_where_the_field_does_not_tell_it) {
  for_each_table([]<class Table>(std::span<const job_key<Table>> keys) {
    for (const auto& key : keys) {
      const auto must_be_there = key.otherwise.starts_with("none, ");
      const auto tells = !key.field.text(Table{}).empty();
      BOOST_TEST((must_be_there || tells == key.otherwise.empty()), key.name);
    }
  });
  BOOST_TEST(default_text(job_keys()[3]) == "`normal`");
}

BOOST_AUTO_TEST_CASE(help_names_each_choice) {
  for_each_table([]<class Table>(std::span<const job_key<Table>> keys) {
    for (const auto& key : keys)
      for (const auto choice : key.field.choices)
        BOOST_TEST((key.help.find(fmt::format("`{}`", choice)) != std::string_view::npos),
                   choice << " of " << key.name);
  });
}

BOOST_AUTO_TEST_CASE(the_guide_has_a_row_for_each_key) {
  check_guide("| key | in | type | value | default |", job_keys());
  check_guide("| key of `each` | type | value | default |", each_keys());
  check_guide("| key of `ready` | type | value | default |", ready_keys());
  check_guide("| key of `intensity` | type | value | default |", intensity_keys());
}

BOOST_AUTO_TEST_CASE(help_has_each_key_in_lines_of_a_terminal) {
  const auto help = job_keys_help();
  for_each_table([&]<class Table>(std::span<const job_key<Table>> keys) {
    for (const auto& key : keys)
      BOOST_TEST(
          (help.find(fmt::format("\n  {} ({};", key.name, key.field.type)) != std::string::npos),
          key.name);
  });
  BOOST_TEST(help.find("\n  timeout (duration; in jobs, groups; default: no limit)\n"
                       "      how long it may run, counted from its start\n") != std::string::npos);
  std::istringstream text{help};
  for (std::string line; std::getline(text, line);)
    BOOST_TEST(line.size() <= 80U, line);
}

BOOST_AUTO_TEST_SUITE_END()
