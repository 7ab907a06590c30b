#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/collection.hpp>
#include <sweet/actors/emit/collector.hpp>
#include <sweet/actors/emit/emitting_task.hpp>
#include <sweet/actors/emit/stage_core.hpp>
#include <sweet/actors/emit/stream.hpp>
#include <sweet/actors/emit/wire/event_chunk.hpp>
#include <sweet/actors/emit/wire/inlet.hpp>
#include <sweet/actors/emit/wire/spent_chunks.hpp>
#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/task/awaiting_task.hpp>
#include <sweet/messages/task_failure.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <variant>

namespace sweet::inline v0_5 {

/// The results of a stream, for a coroutine that takes them item by item: `while (auto x = co_await
/// items.next())`. Back-pressure reaches from here to the sender.
///
/// Move-only, for the coroutine that holds it. Dropping it before the end kills the stream.
/// @tparam T the type of the items
/// @tparam K the type of their keys, if they have some; the keys are left out
template <class T, class K>
class [[nodiscard]] event_stream {
  using core = detail::stream_end<detail::nothing_collected>;
  using wait = decltype(std::declval<detail::inlet&>().wait());

  class next_awaiter {
  public:
    explicit next_awaiter(event_stream& from) noexcept : from_(from) {}
    bool await_ready() noexcept {
      from_.pass_chunk();
      return from_.has_next();
    }
    bool await_suspend(detail::awaiting_task h) noexcept {
      from_.spent_.give_back();
      return wait_.emplace(from_.stream_->collected().wait()).await_suspend(h);
    }
    std::optional<T> await_resume() {
      finish_wait();
      return from_.take();
    }

  protected:
    void finish_wait() {
      if (wait_)
        wait_->await_resume();
      if (from_.chunk_is_out_ || !from_.has_next()) [[unlikely]]
        detail::throw_awaited_twice();
    }

    event_stream& from_;

  private:
    std::optional<wait> wait_;
  };

  class chunk_awaiter : next_awaiter {
  public:
    explicit chunk_awaiter(event_stream& from) noexcept : next_awaiter(from) {}
    using next_awaiter::await_ready;
    using next_awaiter::await_suspend;
    std::span<T> await_resume() {
      this->finish_wait();
      return this->from_.rest_of_chunk();
    }
  };

public:
  /// The type of the items.
  using value_type = T;

  /// Takes the items of a stream. For the library.
  event_stream(emitting_task<detail::nothing_collected> task, std::shared_ptr<core> stream) noexcept
      : task_(std::move(task)), stream_(std::move(stream)) {}
  /// Takes over the stream of `other`, which must not be used any more.
  event_stream(event_stream&& other) noexcept
      : task_(std::move(other.task_)), stream_(std::move(other.stream_)),
        links_(std::exchange(other.links_, nullptr)), spent_(std::exchange(other.spent_, {})),
        at_(other.at_), chunk_is_out_(other.chunk_is_out_) {}
  event_stream& operator=(event_stream&&) = delete;
  /// Kills the stream, unless it has ended.
  ~event_stream() {
    if (stream_ == nullptr)
      return;
    while (links_ != nullptr)
      drop_chunk();
    spent_.give_back();
    if (!stream_->leave())
      task_.cancel(cancellation_level::kill, "its event_stream was destroyed");
  }

  /// Waits for the next item: `co_await items.next()` gives it, and empty once the stream has
  /// handled all events.
  /// Cancelling the awaiting task stops its body at this wait.
  /// @throws task_failure if the stream has stopped early and all its items are taken
  auto next() noexcept { return next_awaiter{*this}; }

  /// Waits for the next items: `co_await items.next_chunk()` gives a span of the items that are
  /// there, at least one, and an empty one once the stream has handled all events. The span is
  /// valid until the next call.
  /// Cancelling the awaiting task stops its body at this wait.
  /// @throws task_failure if the stream has stopped early and all its items are taken
  /// @throws std::logic_error if the items have keys
  auto next_chunk() noexcept { return chunk_awaiter{*this}; }

  /// Returns the stream as a task: for counts, live control, and the terminal event.
  const emitting_task<detail::nothing_collected>& task() const noexcept { return task_; }

private:
  /// Whether the next item, or the end of the stream, is here.
  bool has_next() noexcept {
    if (links_ == nullptr)
      links_ = stream_->collected().take_all();
    return links_ != nullptr;
  }

  /// Whether the stream has ended. @throws task_failure if it has stopped early
  bool has_ended() const {
    if (links_->what != detail::event_link::kind::closed)
      return false;
    const auto* end = stream_->result();
    if (end != nullptr && end->is_ok())
      return true;
    throw task_failure{end != nullptr
                           ? end->error
                           : task_error{error_code::cancelled, "the stream was left behind"}};
  }

  /// Drops the chunk that next_chunk() has given, if it has given one.
  void pass_chunk() noexcept {
    if (std::exchange(chunk_is_out_, false))
      drop_chunk();
  }

  std::span<T> rest_of_chunk() {
    if (has_ended())
      return {};
    auto& chunk = static_cast<detail::event_chunk_base&>(*links_);
    if (chunk.owner->lane() != detail::lane_of_items)
      throw std::logic_error{"next_chunk(): these items have keys, take them by next()"};
    chunk_is_out_ = true;
    return {events_of<T>(chunk) + at_, events_of<T>(chunk) + chunk.size};
  }

  std::optional<T> take() {
    if (has_ended())
      return std::nullopt;
    auto& chunk = static_cast<detail::event_chunk_base&>(*links_);
    std::optional<T> item{chunk.owner->lane() == detail::lane_of_items
                              ? std::move(events_of<T>(chunk)[at_])
                              : std::move(events_of<std::pair<K, T>>(chunk)[at_].second)};
    if (++at_ == chunk.size)
      drop_chunk();
    return item;
  }

  template <class E>
  static E* events_of(detail::event_chunk_base& chunk) noexcept {
    return static_cast<detail::event_chunk<E>&>(chunk).events();
  }

  /// Drops the first link. If it is a chunk, the chunk goes back.
  void drop_chunk() noexcept {
    at_ = 0;
    auto& first = *std::exchange(links_, links_->next);
    if (first.what == detail::event_link::kind::chunk)
      spent_.add(static_cast<detail::event_chunk_base&>(first));
  }

  emitting_task<detail::nothing_collected> task_;
  std::shared_ptr<core> stream_;
  detail::event_link* links_ = nullptr; ///< taken from the inlet; the end stays there
  detail::spent_chunks spent_;
  std::uint32_t at_ = 0;      ///< place of the next item in the first chunk
  bool chunk_is_out_ = false; ///< next_chunk() has given it
};

} // namespace sweet::inline v0_5
