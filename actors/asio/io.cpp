// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/asio/io.hpp>

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/runtime/runtime.hpp>
#include <sweet/asio/io_thread.hpp>

namespace sweet::inline v0_5 {

boost::asio::io_context& io(runtime& rt) {
  rt.home().check_not_forked();
  return detail::io_thread::of(rt.home()).context();
}

boost::asio::io_context& io(const task_context& ctx) {
  return detail::io_thread::of(detail::home_of(detail::context_access::get(ctx))).context();
}

} // namespace sweet::inline v0_5
