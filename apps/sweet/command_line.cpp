// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "command_line.hpp"

#include <sweet/actors/runtime/system/usable_cores.hpp>
#include <sweet/messages/version.hpp>

#include <algorithm>
#include <cerrno>
#include <iostream>
#include <system_error>

#include <CLI/CLI.hpp>

#include "job_keys_help.hpp"
#include "node_keys.hpp"

namespace sweet::command {

namespace {

constexpr const char* run_footer = R"(
With --on, jobs that have a `node` run on nodes of that cluster, which the flags of nodes say how to
join; without it all run here.
Exit code: 0 all jobs succeeded, 1 a job failed, 2 wrong usage or job file, 3 no node answers,
130 interrupted.
Ctrl-C asks the running jobs to stop (SIGTERM); a second one kills them; with a third sweet waits no longer.)";

constexpr const char* cert_footer = R"(
Makes NAME.pem and its key NAME.key for each node. With ca.pem they are what that node needs. The
authority, ca.pem and ca.key, is made once, for ten years; keep ca.key where no node is. Files are
never overwritten, and keys can be read by their owner only.
Exit code: 0 all is made, 1 a file could not be written or read, 2 wrong usage.)";

constexpr const char* node_footer = R"(
FILE is TOML, and has the flags as keys: `secret_file = "secret"` is --secret-file; what a flag says
wins. Paths in it are relative to its folder. Without certificates and secret all is loopback.
SIGTERM and SIGINT: it takes no more tasks, finishes what it runs, and ends; a second one ends it at
once, a third one kills what runs. SIGHUP: it reads its certificates again.
Exit code: 0 it was drained, 1 it could not be started, 2 wrong usage or file, 130 ended at once.)";

constexpr const char* nodes_footer = R"(
Joins the cluster as a node without slots, asks, and leaves. A node of which it is not known how many
slots are free has a `-` there.
Exit code: 0 done, 2 wrong usage, 3 no node answers.)";

constexpr const char* drain_footer = R"(
The node takes no more tasks, finishes what it runs, and ends, as with SIGTERM. Waits until it has.
Exit code: 0 it has left, 1 it was not drained, 2 wrong usage, 3 no node answers, 130 interrupted;
the node goes on draining then.)";

/// The name of the flag for a key.
std::string flag_of(std::string_view key) {
  std::string flag = "--";
  for (const char c : key)
    flag += c == '_' ? '-' : c;
  return flag;
}

/// Gives a command a flag for each key of the file of a node that stands at that place.
void add_key_flags(CLI::App& command, key_place place, key_flags& to) {
  for (const auto& key : node_keys()) {
    if (!key.places.has(place))
      continue;
    std::string help{key.help};
    std::erase(help, '`');
    auto* flag = command.add_option_function<std::vector<std::string>>(
        flag_of(key.name),
        [&to, name = std::string{key.name}](const std::vector<std::string>& values) {
          to[name] = values;
        },
        help);
    flag->allow_extra_args(false);
    if (key.field.type == "array")
      flag->delimiter(',')->expected(1, CLI::detail::expected_max_vector_size);
    else
      flag->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    flag->type_name(key.field.type == "array" ? "TEXT,..." : "TEXT");
  }
}

void add_asking_flags(CLI::App& command, asking_options& to) {
  command.add_option("--config", to.file, "a file (TOML) that has the flags of nodes as keys");
  add_key_flags(command, key_place::asking, to.flags);
  command.add_option("--within", to.within, "how long the nodes may take to answer; default: 5s");
}

} // namespace

int printed(int code) {
  errno = 0;
  if (std::cout.flush())
    return code;
  std::cerr << "sweet: cannot write to standard output: "
            << std::generic_category().message(errno != 0 ? errno : EIO) << '\n';
  return std::max(code, exit_job_failed);
}

std::variant<command_options, int> read_command_line(int argc, const char* const* argv) {
  const auto cores = usable_cores();
  run_options options;
  options.jobs = cores;
  options.workers = std::min<std::size_t>(cores, 8);

  CLI::App app{"Runs supervised trees of jobs, and nodes of clusters.", "sweet"};
  app.set_version_flag("--version", "sweet " + std::string{version()});
  app.require_subcommand(1);
  auto* run = app.add_subcommand(
      "run", "Run the jobs of a job file, each as soon as what it needs has succeeded");
  run->footer([] { return job_keys_help() + run_footer; });
  run->add_option("FILE", options.file, "the job file (TOML); -: standard input")->required();
  run->add_option("-j,--jobs", options.jobs, "how many jobs run at a time; default: one per core")
      ->check(CLI::Range(1, 10000));
  run->add_option("--workers", options.workers,
                  "threads that start and watch jobs; default: one per core, at most 8")
      ->check(CLI::Range(1, 1024));
  run->add_flag("-v,--verbose", options.verbose,
                "print all that a job has printed when it ends, not only the last 20 lines of one "
                "that failed");
  auto* json =
      run->add_flag("--json", options.json, "print a JSON object per event instead of text");
  run->add_flag("--dry-run", options.dry_run,
                "check the file, and print the jobs in the order in which they would start")
      ->excludes(json);

  add_asking_flags(*run, options.nodes);

  cert_options certificates;
  auto* cert = app.add_subcommand(
      "cert", "Make certificates for the nodes of a cluster, and an authority unless there is one");
  cert->footer(cert_footer);
  cert->add_option("FOLDER", certificates.folder,
                   "the folder of the files; made if it is not there")
      ->required();
  cert->add_option("NAME", certificates.nodes, "the names of nodes")->required();
  cert->add_option("--days", certificates.days,
                   "for how long the certificates of nodes are valid; default: 365")
      ->check(CLI::Range(1, 36500));

  node_options own;
  auto* node = app.add_subcommand("node", "Be a node of a cluster");
  node->footer(node_footer);
  node->add_option("FILE", own.file, "the file of the node (TOML)");
  add_key_flags(*node, key_place::node, own.flags);
  node->add_flag("-q,--quiet", own.quiet, "do not print what becomes of other nodes");

  nodes_options list;
  auto* nodes = app.add_subcommand("nodes", "Print the nodes of a cluster");
  nodes->footer(nodes_footer);
  add_asking_flags(*nodes, list);
  nodes->add_flag("--json", list.json, "print a JSON object per node instead of a table");

  drain_options leaving;
  auto* drain = app.add_subcommand("drain", "Have a node finish what it runs, and end");
  drain->footer(drain_footer);
  drain->add_option("NAME", leaving.node, "the name of the node")->required();
  add_asking_flags(*drain, leaving);
  drain->add_flag("--no-wait", leaving.does_not_wait, "do not wait until it has ended");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? printed(exit_done) : exit_wrong_usage;
  }
  if (cert->parsed())
    return command_options{certificates};
  if (node->parsed())
    return command_options{own};
  if (nodes->parsed())
    return command_options{list};
  if (drain->parsed())
    return command_options{leaving};
  return command_options{options};
}

} // namespace sweet::command
