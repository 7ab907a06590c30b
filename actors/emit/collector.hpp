#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/wire/event_link.hpp>
#include <sweet/actors/emit/wire/outlet.hpp>
#include <sweet/messages/task_error.hpp>

#include <cstdint>
#include <memory>
#include <ranges>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace sweet {

namespace detail {

enum collected_lane : std::uint8_t { lane_of_items, lane_of_keyed };

/// Where a receiver's events go on, and whether they may have keys.
struct collector_target {
  inlet& to;
  const clock* time; ///< null: nobody asks when it came
  std::uint32_t credit;
  bool is_last; ///< there is no stage behind, but the stream's own collection
  bool holds;   ///< what there is waits for take_held()
};

} // namespace detail

/// Where a receiver puts what it makes of events: into what the stream collects, or, in a stage
/// with another one behind, in front of that. By the handler that it was handed to, while it runs.
///
/// What an event has collected goes on once it is processed; of one that fails, or is handled
/// again, nothing does.
///
/// Never waits: a receiver that has put more than the next one has room for gets no further event
/// until that has caught up.
template <class T, class K = std::string>
class collector {
public:
  using item_type = T;
  using key_type = K;

  /// For the library.
  explicit collector(const detail::collector_target& target) noexcept
      : target_(target), items_(target.to, target.time, detail::chunk_stamps::all, target.credit,
                                detail::lane_of_items) {
    if (target.holds)
      items_.hold();
  }

  /// Under a key; a later item of the same key takes the place of the earlier one.
  /// @throws std::logic_error in a stage that has another one behind
  void collect(K key, T item) {
    if (!target_.is_last)
      throw std::logic_error{"collect() with a key is for the last stage; use collect_item()"};
    if (keyed_ == nullptr)
      open_keyed();
    keyed_->put_anyway(std::move(key), std::move(item));
    ++collected_;
  }

  void collect_item(T item) {
    items_.put_anyway(std::move(item));
    ++collected_;
  }

  template <std::ranges::input_range Items>
  void collect_items(Items&& items) {
    for (auto&& item : items)
      collect_item(std::forward<decltype(item)>(item));
  }

  /// The event that is being handled, or the whole batch, counts as failed; the stream goes on
  /// whatever its error strategy.
  void collect_error(task_error error) { errors_.push_back(std::move(error)); }

  /// How many items this receiver has put in so far.
  std::uint64_t collected() const noexcept { return collected_; }

  // -- for the library ----------------------------------------------------------------------------
  std::vector<task_error>& errors() noexcept { return errors_; }

  // What is put in from begin_attempt() on goes on with commit(), or is taken back.
  void begin_attempt() noexcept {
    is_attempt_ = true;
    collected_before_ = collected_;
    items_.begin_attempt();
    if (keyed_ != nullptr)
      keyed_->begin_attempt();
  }
  void commit() noexcept {
    is_attempt_ = false;
    items_.commit();
    if (keyed_ != nullptr)
      keyed_->commit();
  }
  void roll_back() noexcept {
    is_attempt_ = false;
    collected_ = collected_before_;
    errors_.clear();
    items_.roll_back();
    if (keyed_ != nullptr)
      keyed_->roll_back();
  }

  void flush() noexcept {
    items_.flush();
    if (keyed_ != nullptr)
      keyed_->flush();
  }

  /// Where it has to wait for credit; null if it need not.
  detail::inlet* overdrawn() noexcept {
    if (items_.is_overdrawn())
      return &items_.returned();
    return keyed_ != nullptr && keyed_->is_overdrawn() ? &keyed_->returned() : nullptr;
  }

  /// What is held, oldest first; of what has a key and what has none, this behind that.
  detail::event_link* take_held() noexcept {
    flush();
    detail::event_link* held = items_.take_held();
    if (keyed_ == nullptr)
      return held;
    auto* end = &held;
    while (*end != nullptr)
      end = &(*end)->next;
    *end = keyed_->take_held();
    return held;
  }

private:
  void open_keyed() {
    keyed_ = std::make_unique<detail::outlet<std::pair<K, T>>>(
        target_.to, target_.time, detail::chunk_stamps::all, target_.credit, detail::lane_of_keyed);
    if (target_.holds)
      keyed_->hold();
    if (is_attempt_)
      keyed_->begin_attempt();
  }

  detail::collector_target target_;
  detail::outlet<T> items_;
  std::unique_ptr<detail::outlet<std::pair<K, T>>> keyed_; ///< made when it is first needed
  std::vector<task_error> errors_;
  std::uint64_t collected_ = 0;
  std::uint64_t collected_before_ = 0; ///< the event that is handled, or tried
  bool is_attempt_ = false;
};

} // namespace sweet
