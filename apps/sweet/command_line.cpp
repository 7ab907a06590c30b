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

namespace sweet::command {

namespace {

constexpr const char* run_footer = R"(
Exit code: 0 all jobs succeeded, 1 a job failed, 2 wrong usage or job file, 130 interrupted.
Ctrl-C asks the running jobs to stop (SIGTERM); a second one kills them; with a third sweet waits no longer.)";

constexpr const char* cert_footer = R"(
Makes NAME.pem and its key NAME.key for each node. With ca.pem they are what that node needs. The
authority, ca.pem and ca.key, is made once, for ten years; keep ca.key where no node is. Files are
never overwritten, and keys can be read by their owner only.
Exit code: 0 all is made, 1 a file could not be written or read, 2 wrong usage.)";

} // namespace

int printed(int code) {
  errno = 0;
  if (std::cout.flush())
    return code;
  std::cerr << "sweet: cannot write to standard output: "
            << std::generic_category().message(errno != 0 ? errno : EIO) << '\n';
  return std::max(code, exit_job_failed);
}

std::variant<run_options, cert_options, int> read_command_line(int argc, const char* const* argv) {
  const auto cores = usable_cores();
  run_options options;
  options.jobs = cores;
  options.workers = std::min<std::size_t>(cores, 8);

  CLI::App app{"Runs supervised trees of jobs, and makes certificates for nodes.", "sweet"};
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
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? printed(exit_done) : exit_wrong_usage;
  }
  if (cert->parsed())
    return certificates;
  return options;
}

} // namespace sweet::command
