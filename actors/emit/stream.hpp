#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/collection.hpp>
#include <sweet/actors/emit/collector.hpp>
#include <sweet/actors/emit/emitter.hpp>
#include <sweet/actors/emit/event_handler.hpp>
#include <sweet/actors/emit/sender_ops.hpp>
#include <sweet/actors/emit/stream_core.hpp>
#include <sweet/messages/final_event.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

namespace sweet::inline v0_5::detail {

/// The part of a stream that is left for its handles: the terminal event.
template <class C>
class stream_end : public stream_core {
public:
  using stream_core::stream_core;

  /// The terminal event; null until the stream has ended, and for good if it was left behind. Any
  /// thread.
  final_event<C>* result() noexcept {
    // Acquire, with the release of finish().
    return has_ended_.load(std::memory_order_acquire) ? &*result_ : nullptr;
  }

protected:
  void set_result(stream_summary summary, C collected) {
    result_.emplace(final_event<C>{std::move(summary), std::move(collected)});
    has_ended_.store(true, std::memory_order_release);
  }

private:
  std::optional<final_event<C>> result_;
  std::atomic<bool> has_ended_{false};
};

/// A stream of events of type E whose last stage gives an Output (a collector, or none).
template <class E, class Output, class Gatherer>
class stream final : public stream_end<typename Gatherer::value_type> {
  using base = stream_end<typename Gatherer::value_type>;

public:
  /// Makes the body of a sender.
  using make_sender_body = std::function<cell&(emitter<E>&, std::size_t index)>;

  /// @param senders how many there are @param receivers at most, in the first stage
  stream(task_home& home, stream_options options, std::uint32_t senders, make_sender_body body,
         Gatherer gatherer, std::uint32_t receivers)
      : base(home, std::move(options)), body_(std::move(body)), gatherer_(std::move(gatherer)),
        receivers_(receivers), senders_(senders) {}

  ~stream() override { this->discard_rest(); }

  /// Makes the outlets of the senders. Called after all stages have been added.
  void connect() {
    const auto credit = this->chunks(chunk_capacity<E>, receivers_);
    const auto stamps = this->asks_when() ? chunk_stamps::all : chunk_stamps::for_sleepers;
    for (auto& s : senders_)
      s.emits.emplace(this->first(), this->time(), stamps, credit, this->options().overflow,
                      this->has_stages() ? nullptr : this);
  }

  std::size_t senders() const noexcept override { return senders_.size(); }
  cell& make_sender(std::size_t index) override {
    auto& s = senders_[index];
    cell& task = body_(*s.emits, index);
    s.ops.wrap(task, *s.emits, *this);
    return task;
  }

  std::uint64_t handed_over() const noexcept override {
    std::uint64_t all = 0;
    for (const auto& s : senders_)
      all += s.emits->handed_over();
    return all;
  }
  std::uint64_t dropped_by_senders() const noexcept override {
    std::uint64_t all = 0;
    for (const auto& s : senders_)
      all += s.emits->dropped();
    return all;
  }

  void accept(event_chunk_base& chunk) override {
    if constexpr (is_collector<Output> && !std::is_same_v<Gatherer, gather_nothing>) {
      using item = typename Output::item_type;
      using keyed = std::pair<typename Output::key_type, item>;
      if (chunk.owner->lane() == lane_of_items) {
        for (item *i = static_cast<event_chunk<item>&>(chunk).events(), *end = i + chunk.size;
             i != end; ++i)
          gatherer_.add(std::move(*i));
      } else {
        for (keyed *i = static_cast<event_chunk<keyed>&>(chunk).events(), *end = i + chunk.size;
             i != end; ++i)
          gatherer_.add(std::move(i->first), std::move(i->second));
      }
    }
  }

  void finish(stream_summary summary) override {
    this->set_result(std::move(summary), gatherer_.take());
  }

private:
  struct sender {
    std::optional<emitter<E>> emits;
    sender_ops ops;
  };

  make_sender_body body_;
  Gatherer gatherer_;
  const std::uint32_t receivers_;
  std::deque<sender> senders_;
};

} // namespace sweet::inline v0_5::detail
