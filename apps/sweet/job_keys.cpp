// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "job_keys.hpp"

#include "job_file_each.hpp"
#include "job_file_services.hpp"
#include "job_key_field.hpp"

namespace sweet::command {

namespace {

using enum key_place;

// The field of an entry that a key of [job.NAME] or [group.NAME] is read into.
template <auto... Path>
constexpr auto entry = field_of<table_entry, Path...>;

constexpr job_key<table_entry> all_job_keys[] = {
    {.name = "run",
     .places = {job, service},
     .field = entry<&table_entry::argv>,
     .must_be = run_forms,
     .otherwise = "none, required",
     .help = "a string: given to `/bin/sh -c`; or an array of strings: a program and its "
             "arguments, without a shell"},
    {.name = "needs",
     .places = {job, service, group},
     .field = entry<&table_entry::needs>,
     .otherwise = "none",
     .help = "names of jobs and groups that must have succeeded before this job starts"},
    {.name = "timeout",
     .places = {job, group},
     .field = entry<&table_entry::timeout>,
     .otherwise = "no limit",
     .help = "how long it may run, counted from its start"},
    {.name = "priority",
     .places = {job, service, group},
     .field = entry<&table_entry::priority>,
     .help = "which of the jobs that could start goes first: `critical`, `high`, `normal`, `low`, "
             "`background`; among equals the file's order"},
    {.name = "env",
     .places = {job, service, group},
     .field = entry<&table_entry::env>,
     .otherwise = "none",
     .help = "a table of variables to set; everything else is inherited"},
    {.name = "cwd",
     .places = {job, service, group},
     .field = folder_field<table_entry, &table_entry::cwd>,
     .must_be = "the folder to run in",
     .otherwise = "the folder of the job file",
     .help = "the folder to run in, relative to the folder of the job file; it must exist when the "
             "file is read"},
    {.name = "node",
     .places = {job, group},
     .field = entry<&table_entry::node>,
     .must_be = R"("role:NAME", "any" or the name of a node)",
     .otherwise = "here",
     .help = "where it runs with `--on`: `role:NAME`, on a node that has that role; `any`, on any "
             "node; or the name of a node, see below"},
    {.name = "node_retry",
     .places = {job, group},
     .field = integer_field<0, 1'000, table_entry, &table_entry::node_retry>,
     .help = "how often it is run again, on another node if there is one, when the node that runs "
             "it is lost"},
    {.name = "inputs",
     .places = {job, group},
     .field = texts_field<table_entry, &table_entry::inputs>,
     .must_be = "the path of a file",
     .otherwise = "none",
     .help =
         "files that a node gets, by their paths in `cwd`: at most 1 MiB each, 16 MiB together"},
    {.name = "outputs",
     .places = {job, group},
     .field = texts_field<table_entry, &table_entry::outputs>,
     .must_be = "the path of a file",
     .otherwise = "none",
     .help = "files that come back from a node, to the same paths, if the job succeeds"},
    {.name = "group",
     .places = {job, service},
     .field = entry<&table_entry::group>,
     .must_be = "the name of its group",
     .otherwise = "none",
     .help = "the group that the job belongs to"},
    {.name = "kind",
     .places = {job, service},
     .field = entry<&table_entry::kind>,
     .help = "`job`, which is expected to end, or `service`, see below"},
    {.name = "restart",
     .places = {service},
     .field = entry<&table_entry::service, &service_settings::restart>,
     .help =
         "`permanent`: whenever it ends; `transient`: unless it exits with 0; `temporary`: never"},
    {.name = "ready",
     .places = {service},
     .field = table_field<key_place::ready, ready_keys, check_ready, table_entry,
                          &table_entry::service, &service_settings::ready>,
     .must_be = ready_forms,
     .otherwise = "as soon as its process runs",
     .help = "what tells that it serves: one of `command`, `port` and `log`, see below"},
    {.name = "each",
     .places = {job},
     .field = table_field<key_place::each, each_keys, check_each, table_entry, &table_entry::each>,
     .must_be = R"(each = { lines = "FILE" })",
     .otherwise = "it runs once",
     .help = "what gives the items that `run` is run for, once each, see below"},
    {.name = "leaves_daemons",
     .places = {job, service},
     .field = entry<&table_entry::leaves_daemons>,
     .help = "`true`: what leaves the process group of the job may outlive it"},
    {.name = "strategy",
     .places = {group_of_services},
     .field = entry<&table_entry::supervisor, &supervisor_settings::strategy>,
     .help =
         "which services are restarted along with a service, each stopped first, in reverse: "
         "`one_for_one` none, `rest_for_one` those that were started after it, `one_for_all` all"},
    {.name = "intensity",
     .places = {group_of_services},
     .field = table_field<key_place::intensity, intensity_keys, check_intensity, table_entry,
                          &table_entry::supervisor>,
     .must_be = intensity_form,
     .help = "how many restarts within which time are not too many"},
};

// Where the items of an each-job come from.
template <item_origin Origin>
constexpr key_field<each_settings> items_field{
    "string",
    {},
    [](value_reader& in, const given_value& value, each_settings& to) {
      return read_items(in, value, Origin, to);
    },
    nullptr,
    [](const each_settings& /*x*/) { return std::string{}; }};

// The field of an each-job's settings.
template <auto... Path>
constexpr auto each_field = field_of<each_settings, Path...>;

constexpr std::string_view file_of_items = R"(a file, or "-" for standard input)";
constexpr std::string_view one_origin = "none, one of the five is required";

constexpr job_key<each_settings> all_each_keys[] = {
    {.name = "lines",
     .places = {each},
     .field = items_field<item_origin::lines>,
     .must_be = file_of_items,
     .otherwise = one_origin,
     .help = "a file: each line is an item; `-`: standard input, for one job of the file"},
    {.name = "glob",
     .places = {each},
     .field = items_field<item_origin::glob>,
     .must_be = "a pattern of paths",
     .otherwise = one_origin,
     .help = "a pattern: each path that matches is an item. `*`, `?` and `[...]` as in a shell; "
             "`**`, once, any folders; names that begin with a dot only if the pattern says so; in "
             "no particular order. A folder that cannot be read is an item that fails"},
    {.name = "command",
     .places = {each},
     .field = items_field<item_origin::command>,
     .must_be = "a command that prints a line per item",
     .otherwise = one_origin,
     .help = "text for `/bin/sh -c`: each line that it prints is an item; it has the `env` and "
             "`cwd` of the job"},
    {.name = "csv",
     .places = {each},
     .field = items_field<item_origin::csv>,
     .must_be = file_of_items,
     .otherwise = one_origin,
     .help =
         "a file with a header (RFC 4180), or `-`: each row is an item, its columns are fields"},
    {.name = "ndjson",
     .places = {each},
     .field = items_field<item_origin::ndjson>,
     .must_be = file_of_items,
     .otherwise = one_origin,
     .help = "a file with a JSON value per line, or `-`: each is an item, the members of an object "
             "are fields; blank lines are skipped"},
    {.name = "strategy",
     .places = {each},
     .field = each_field<&each_settings::strategy>,
     .help = "how many run at a time: `parallel`, so many; `serial`, one; `adaptive`, as many as "
             "get most done, found by measuring"},
    {.name = "workers",
     .places = {each},
     .field = integer_field<1, 10'000, each_settings, &each_settings::workers>,
     .otherwise = "as `-j`",
     .help = "how many, of `parallel`"},
    {.name = "ordered",
     .places = {each},
     .field = each_field<&each_settings::ordered>,
     .help = "`true`: results are reported in the order of the items; one that is ahead waits"},
    {.name = "on_error",
     .places = {each},
     .field = each_field<&each_settings::on_error>,
     .help =
         "`stop`: after the first item that has failed none is started; `continue`: all are run"},
    {.name = "retry",
     .places = {each},
     .field = integer_field<0, 1'000'000, each_settings, &each_settings::retry>,
     .help = "how often an item that has failed is run again"},
    {.name = "backoff",
     .places = {each},
     .field = each_field<&each_settings::backoff>,
     .otherwise = "not at all",
     .help = "how long it waits before; twice as long each time, up to 30 s, more or less 20 %"},
    {.name = "timeout",
     .places = {each},
     .field = each_field<&each_settings::timeout>,
     .otherwise = "no limit",
     .help = "how long one run of an item may take"},
};

constexpr std::string_view one_check = "none, one of the three is required";

constexpr job_key<ready_check> all_ready_keys[] = {
    {.name = "command",
     .places = {ready},
     .field = field_of<ready_check, &ready_check::command>,
     .must_be = R"(command = "COMMAND" or ["PROGRAM", "ARGUMENT"])",
     .otherwise = one_check,
     .help = "a command like `run` that exits with 0 when it serves, tried again and again with "
             "the `env` and `cwd` of the service"},
    {.name = "port",
     .places = {ready},
     .field = integer_field<1, 65'535, ready_check, &ready_check::port>,
     .otherwise = one_check,
     .help = "a port of this machine that takes connections when it serves"},
    {.name = "log",
     .places = {ready},
     .field = field_of<ready_check, &ready_check::log>,
     .must_be = "part of a line that it prints when it serves",
     .otherwise = one_check,
     .help = "part of a line that it prints when it serves"},
    {.name = "within",
     .places = {ready},
     .field = field_of<ready_check, &ready_check::within>,
     .help = "a start that takes longer fails, and the process is killed"},
};

constexpr job_key<supervisor_settings> all_intensity_keys[] = {
    {.name = "restarts",
     .places = {intensity},
     .field = integer_field<0, 1'000'000, supervisor_settings, &supervisor_settings::max_restarts>,
     .otherwise = "none, required",
     .help = "how many restarts are not too many"},
    {.name = "within",
     .places = {intensity},
     .field = field_of<supervisor_settings, &supervisor_settings::period>,
     .otherwise = "none, required",
     .help = "in how long a time"},
};

} // namespace

std::span<const job_key<table_entry>> job_keys() noexcept {
  return all_job_keys;
}

std::span<const job_key<each_settings>> each_keys() noexcept {
  return all_each_keys;
}

std::span<const job_key<ready_check>> ready_keys() noexcept {
  return all_ready_keys;
}

std::span<const job_key<supervisor_settings>> intensity_keys() noexcept {
  return all_intensity_keys;
}

} // namespace sweet::command
