#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/orphan_guard.hpp>
#include <sweet/actors/supervisor/supervisor_tree.hpp>
#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/messages/cancellation_level.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "event_queue.hpp"
#include "job_file.hpp"
#include "process_room.hpp"
#include "run_events.hpp"
#include "service_output.hpp"

namespace sweet::command {

/// Runs the services of a file, each as a process, below the supervisors that the file describes,
/// and tells what happens to them as events.
class service_runner {
public:
  /// All arguments must outlive the run.
  service_runner(const job_file& file, event_queue& events, const orphan_guard& guard,
                 process_room& room);

  service_runner(const service_runner&) = delete;
  service_runner& operator=(const service_runner&) = delete;

  /// Starts the supervisors, without services.
  /// @param gave_up called once a supervisor has restarted its services too often, by any thread
  void start(runtime& rt, std::function<void()> gave_up);

  /// Starts a service. Completes once the service serves; fails if it never does.
  async<void> start_service(task_context ctx, std::size_t job);

  /// Blocks until no service serves any more, a supervisor has given up, or stop_soon().
  void wait();

  /// Stops all services, those of the last supervisor first, and blocks until they have ended.
  void stop();

  /// Ends wait(); from `kill` on the services are killed.
  void stop_soon(cancellation_level level);

  /// How many services serve, or are restarted.
  [[nodiscard]] std::size_t serving() const;

  /// Whether a service that was started has failed in the end. @pre stop() has returned
  [[nodiscard]] bool failed(std::size_t job) const;

private:
  enum class state : std::uint8_t {
    none,
    starting, ///< for the first time
    serving,  ///< has served, and will again if it does not now
    ended,
    failed,
  };

  static async<void> serve(task_context ctx, service_runner* self, std::size_t place);
  static async<void> tell_when_ready(task_context ctx, service_runner* self, std::size_t place,
                                     task_context service, std::shared_ptr<service_output> output);
  void began(std::size_t place);
  void serves(task_context service, std::size_t place, std::chrono::nanoseconds after);
  void tell(service_ended end);
  void set(std::size_t place, state s);
  void fail(std::size_t supervisor, const std::string& message);

  const job_file& file_;
  event_queue& events_;
  const orphan_guard& guard_;
  process_room& room_;
  std::vector<supervisor_tree> trees_;
  std::function<void()> gave_up_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<state> states_; ///< one per job
  bool stopping_ = false;
};

} // namespace sweet::command
