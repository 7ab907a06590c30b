#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <tuple>
#include <utility>

#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/messages/fails_with.hpp>
#include <sweet/node/remote.hpp>
#include <sweet/node/wire/codec.hpp>
#include <sweet/node/wire/shape.hpp>
#include <sweet/node/work/provided_task.hpp>
#include <sweet/node/work/run_placed.hpp>
#include <sweet/strategies/placement/placement.hpp>

namespace sweet::inline v0_5::detail {

template <class Signature>
class remote_body;

/// The body of a task that calls a function of a node: it sends the arguments, waits for what the
/// task there comes to, and ends as it has.
template <class R, class... Args>
class remote_body<R(Args...)> {
public:
  remote_body(std::shared_ptr<node_core> node, const remote<R(Args...)>& what, placement where,
              output_receiver on_output = {})
      : node_(std::move(node)), name_(what.name()), signature_(wire::signature_of<R, Args...>()),
        where_(std::move(where)), on_output_(std::move(on_output)) {}

  async<R> operator()(task_context ctx, Args... args) const {
    auto payload = wire::encode(std::tie(args...), payload_limits);
    if (!payload)
      co_await fails_with{payload.error()};
    const auto how =
        co_await run_placed(ctx, context_access::get(ctx), node_, where_, signature_,
                            describe_call(ctx, name_, std::move(payload).value()), on_output_);
    if (how.end == wire::task_end::error) {
      ctx.checkpoint(); // a task that was told to stop ends as stopped
      co_await fails_with{how.error};
    }
    if constexpr (!std::is_void_v<R>) {
      R value{};
      if (auto read = wire::decode(how.payload, value, payload_limits); !read)
        co_await fails_with{read.error()};
      co_return value;
    }
  }

private:
  std::shared_ptr<node_core> node_;
  std::string name_;
  std::uint64_t signature_;
  placement where_;
  output_receiver on_output_;
};

} // namespace sweet::inline v0_5::detail
