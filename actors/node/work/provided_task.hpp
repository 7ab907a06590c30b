#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include <sweet/actors/runtime/cell/unstarted_task.hpp>
#include <sweet/actors/task/child_task.hpp>
#include <sweet/actors/task/on_done.hpp>
#include <sweet/actors/task/scope.hpp>
#include <sweet/actors/task/spawning_task.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/messages/task_progress.hpp>
#include <sweet/messages/task_type.hpp>
#include <sweet/node/remote.hpp>
#include <sweet/node/remote_origin.hpp>
#include <sweet/node/round_trip.hpp>
#include <sweet/node/wire/codec.hpp>
#include <sweet/node/wire/frames.hpp>
#include <sweet/node/wire/shape.hpp>

namespace sweet::inline v0_5::detail {

/// The largest encoded value that a task takes or returns: what a link carries, less its frame.
inline constexpr std::size_t max_payload = 63 * 1024 * 1024;

inline constexpr wire::codec_limits payload_limits{.max_bytes = max_payload};

/// A task that runs a provided function. Any thread.
class running_task {
public:
  virtual ~running_task() = default;
  virtual void cancel(cancellation_level level, const std::string& reason) = 0;
  virtual task_progress progress() const = 0;
};

/// A function that a node provides.
class provided_task {
public:
  /// How a task has ended: without ids.
  using done = std::function<void(wire::finished_task)>;

  virtual ~provided_task() = default;

  /// Starts the function as a child.
  /// @param then called once, when it has ended; not by this call unless the arguments do not read
  /// @returns the task; null if the arguments do not read
  virtual std::shared_ptr<running_task> start(const task_context& parent, wire::submitted_task task,
                                              remote_origin origin, done then) const = 0;

  /// Holds a round trip against the types: what was made by default has to arrive as it left.
  /// Errors: invalid_data, with a sentence
  virtual task_result<void> check() const = 0;

  const task_type& type() const noexcept { return type_; }
  /// Whether it takes no slot, and so runs while all are taken, or while the node drains.
  bool is_aside() const noexcept { return is_aside_; }

protected:
  provided_task(task_type type, bool is_aside) : type_(std::move(type)), is_aside_(is_aside) {}

private:
  task_type type_;
  bool is_aside_;
};

/// Gives a task that was not started the name, urgency and time limit of a submitted one, and
/// starts it as a child. @throws cancelled if the parent was killed
void start_submitted(cell& parent, unstarted_task& child, const wire::submitted_task& task);

/// Returns how a task has ended, as it travels.
template <class R>
wire::finished_task as_finished(const task_result<R>& outcome) {
  wire::finished_task x;
  const auto fail = [&x](const task_error& why) {
    x.end = wire::task_end::error;
    x.error = why;
  };
  if (outcome.is_err()) {
    fail(outcome.error());
  } else if constexpr (!std::is_void_v<R>) {
    auto payload = wire::encode(outcome.value(), payload_limits);
    if (payload)
      x.payload = std::move(payload).value();
    else
      fail(payload.error());
  }
  return x;
}

/// A running_task whose function returns an R.
template <class R>
class running_function final : public running_task {
public:
  explicit running_function(spawning_task<R> x) noexcept : task(std::move(x)) {}

  void cancel(cancellation_level level, const std::string& reason) override {
    static_cast<void>(task.cancel(level, reason));
  }
  task_progress progress() const override { return task.progress(); }

  spawning_task<R> task;
};

/// A function that a node provides, with its types.
template <class F, class R, class... Args>
class provided_function final : public provided_task {
public:
  provided_function(const remote<R(Args...)>& what, F f, bool is_aside)
      : provided_task({std::string{what.name()}, wire::signature_of<R, Args...>()}, is_aside),
        f_(std::move(f)) {}

  std::shared_ptr<running_task> start(const task_context& parent, wire::submitted_task task,
                                      remote_origin origin, done then) const override {
    std::tuple<Args...> args;
    if (const auto read = wire::decode(task.payload, args, payload_limits); !read) {
      then(as_finished<R>(read.error()));
      return nullptr;
    }
    cell& body = std::apply(
        [&](Args&... x) -> cell& { return make(std::move(origin), std::move(x)...); }, args);
    unstarted_task made{body};
    start_submitted(context_access::get(parent), made, task);
    auto running =
        std::make_shared<running_function<R>>(handle_access::make<child_task<R>>(body).share());
    running->task.on_done(
        [then = std::move(then)](const task_result<R>& outcome) { then(as_finished(outcome)); });
    return running;
  }

  task_result<void> check() const override {
    if (auto args = survives_round_trip(std::tuple<Args...>{}); !args)
      return args;
    if constexpr (!std::is_void_v<R>)
      return survives_round_trip(R{});
    else
      return {};
  }

private:
  cell& make(remote_origin origin, Args... args) const {
    if constexpr (std::is_invocable_v<F&, task_context, remote_origin, Args...>)
      return make_body(f_, std::move(origin), std::move(args)...);
    else
      return make_body(f_, std::move(args)...);
  }

  F f_;
};

} // namespace sweet::inline v0_5::detail
