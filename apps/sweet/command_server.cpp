// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "command_server.hpp"

#include <sweet/actors/process/captured_output.hpp>
#include <sweet/actors/process/task_process.hpp>
#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/scope.hpp>
#include <sweet/actors/task/sleep.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/messages/fails_with.hpp>
#include <sweet/node/remote_origin.hpp>
#include <sweet/node/wire/codec.hpp>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <string_view>
#include <system_error>
#include <utility>

#include "remote_command.hpp"

namespace sweet::command {

namespace {

using namespace std::chrono_literals;

/// How long the rest of the output may take to leave once the command is told to stop.
constexpr auto to_flush = 10s;
constexpr auto flush_step = 5ms;

/// A folder that is gone with all that is in it at the end.
class own_folder {
public:
  own_folder() : path_((std::filesystem::temp_directory_path() / "sweet-command-XXXXXX").string()) {
    if (::mkdtemp(path_.data()) == nullptr)
      throw std::system_error{errno, std::generic_category(), "cannot make the folder " + path_};
  }
  own_folder(const own_folder&) = delete;
  own_folder& operator=(const own_folder&) = delete;
  ~own_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
  std::string path_;
};

/// What a command has printed, on its way to who has asked for it. What the link does not take yet
/// is kept as the output of any process is: beyond 1 MiB in a file. Any thread.
class output_pump {
public:
  explicit output_pump(remote_output to) : to_(std::move(to)) {}

  void add(std::string_view text) {
    std::lock_guard guard{mutex_};
    kept_.append(text);
    pump();
  }

  /// @returns whether all has left, and this after it
  bool flush(const std::string& end) {
    std::lock_guard guard{mutex_};
    pump();
    return sent_ == kept_.size() && to_.give(end);
  }

private:
  void pump() {
    while (sent_ != kept_.size()) {
      const auto next = kept_.read(sent_, remote_output::most - 1);
      if (!to_.give(printed_tag + next))
        return;
      sent_ += next.size();
    }
    kept_ = {};
    sent_ = 0;
  }

  const remote_output to_;
  std::mutex mutex_;
  captured_output kept_;   ///< under the mutex
  std::uint64_t sent_ = 0; ///< of it, under the mutex
};

process_spec process_of(const command_request& what, const std::string& folder,
                        const orphan_guard& guard, const std::shared_ptr<output_pump>& pump) {
  process_spec spec{what.argv};
  spec.env.insert(what.env.begin(), what.env.end());
  spec.cwd = folder;
  spec.output = process_output::capture_merged;
  spec.on_output = [pump](std::string_view text) { pump->add(text); };
  spec.scope = what.leaves_daemons ? process_scope::group : process_scope::descendants;
  guard.mark(spec);
  return spec;
}

std::string last_portion(const command_end& end) {
  const auto bytes = detail::wire::encode(end).value();
  std::string text{end_tag};
  for (const auto b : bytes)
    text += static_cast<char>(b);
  return text;
}

async<command_end> run(task_context ctx, remote_origin origin, command_request what,
                       std::shared_ptr<const orphan_guard> guard) {
  const own_folder folder;
  if (const auto written = write_carried(folder.path(), what.inputs); !written)
    co_await detail::fails_with{written.error()};
  const auto pump = std::make_shared<output_pump>(origin.output);
  auto started = task_process::start(ctx, process_of(what, folder.path(), *guard, pump));
  if (started.is_err())
    co_await detail::fails_with{started.error()};
  auto& process = started.value();
  while (!process.ended())
    process.heed(co_await process.wait());
  auto end = as_travels(process.take());
  const auto last = last_portion(end);
  if (!pump->flush(last))
    co_await ctx.shield(to_flush, [pump, last](task_context own) -> async<void> {
      while (!pump->flush(last))
        co_await own.sleep_for(flush_step);
    });
  if (end.code == 0 && end.signal == 0) {
    auto outputs = read_carried(folder.path(), what.outputs);
    if (outputs)
      end.outputs = std::move(outputs).value();
    else
      end.lacks = outputs.error().message();
  }
  co_return end;
}

} // namespace

node_builder provide_commands(node_builder to, const std::vector<std::string>& roles,
                              std::shared_ptr<const orphan_guard> guard) {
  for (const auto& role : roles)
    to = to.provide(command_function{command_name(role)},
                    [guard](task_context ctx, remote_origin origin, command_request what) {
                      return run(ctx, std::move(origin), std::move(what), guard);
                    });
  return to;
}

} // namespace sweet::command
