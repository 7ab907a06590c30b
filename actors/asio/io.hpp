#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/asio/boost_check.hpp>

#include <sweet/actors/task/task_context.hpp>

#include <boost/asio/io_context.hpp>

namespace sweet::inline v0_5 {

class runtime;

/// Returns the io_context of a runtime, for sockets, timers and all else that is made with one:
///
///     boost::asio::ip::tcp::socket socket{sweet::io(ctx)};
///
/// Each runtime has one, which is made by the first call, with one thread that runs it. Handlers of
/// the program's own may run there, too; they should be quick, and must not wait for tasks. What
/// they throw goes to the log. The thread takes no signals, and ends with the runtime, after its
/// last task; whatever was made with the io_context has to be destroyed before the runtime is. Any
/// thread.
/// @throws std::system_error if the system refuses the thread, or a descriptor
/// @throws std::logic_error in a process that fork() has made
boost::asio::io_context& io(runtime& rt);
/// Returns the io_context of the runtime of a task, for sockets, timers and all else that is made
/// with one. It is the one that `io(ctx.runtime())` returns.
/// @throws std::system_error if the system refuses the thread, or a descriptor
boost::asio::io_context& io(const task_context& ctx);

} // namespace sweet::inline v0_5
