#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/enum_text.hpp>

namespace sweet::inline v0_5 {

/// What a task waits for.
enum class wait_reason : std::uint8_t {
  none = 0,        ///< the task does not wait
  child = 1,       ///< the outcome of one child
  children = 2,    ///< the end of all children: the body has ended, or is told to stop
  group = 3,       ///< children of a task_group or a combinator
  task = 4,        ///< the outcome of any task
  message = 5,     ///< a message to the task
  answer = 6,      ///< the answer to a request of the task
  event = 7,       ///< an async_event, or news of a part of the library
  channel = 8,     ///< an item of a channel, room in it, or its end
  semaphore = 9,   ///< permits of a semaphore
  mutex = 10,      ///< the lock of an async_mutex
  condition = 11,  ///< a notification of an async_condition, and then the lock
  barrier = 12,    ///< the other participants of a barrier
  wait_group = 13, ///< the end of what a wait_group counts
  completion = 14, ///< the outcome of a completion, or that nobody wants it
  watch = 15,      ///< a new value of a watch
  broadcast = 16,  ///< an item of a broadcast
  select = 17,     ///< the first of several things
  timer = 18,      ///< a time that passes: a sleep, or the tick of an interval
  events = 19,     ///< events of a stream, or news of its stages
  credit = 20,     ///< room for the events that the task sends into a stream
  io = 21,         ///< an operation of Boost.Asio, see sweet::asio
  node = 22,       ///< a task on another node, or a node that takes it, see sweet::node
};

template <>
struct detail::enum_names<wait_reason> {
  static constexpr std::string_view type = "wait_reason";
  static constexpr std::array<std::string_view, 23> values{
      "none",    "child",      "children",   "group",     "task",      "message",
      "answer",  "event",      "channel",    "semaphore", "mutex",     "condition",
      "barrier", "wait group", "completion", "watch",     "broadcast", "select",
      "timer",   "events",     "credit",     "io",        "node"};
};

} // namespace sweet::inline v0_5
