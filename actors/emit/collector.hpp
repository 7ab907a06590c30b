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

namespace sweet::inline v0_5 {

namespace detail {

enum collected_lane : std::uint8_t { lane_of_items, lane_of_keyed };

/// Where a receiver's results go, and whether they may have keys.
struct collector_target {
  inlet& to;
  const clock* time; ///< null: no stage asks when a result came
  std::uint32_t credit;
  bool is_last; ///< no stage follows, but the stream's own collection
  bool holds;   ///< results wait for take_held()
};

} // namespace detail

/// Takes the results of a receiver to the next stage or, in the last stage, into the collection of
/// the stream. A handler uses the collector that it is called with, while the handler runs.
///
/// The results of an event go on once it is processed. Those of an event that fails, or that is
/// handled again, are dropped.
///
/// Putting items in never waits: a receiver that has put in more than the next stage has room for
/// gets no further event until that stage has caught up.
/// @tparam T the type of the items
/// @tparam K the type of the keys
template <class T, class K = std::string>
class collector {
public:
  /// The type of the items.
  using item_type = T;
  /// The type of the keys.
  using key_type = K;

  /// Makes a collector. For the library.
  explicit collector(const detail::collector_target& target) noexcept
      : target_(target), items_(target.to, target.time, detail::chunk_stamps::all, target.credit,
                                detail::lane_of_items) {
    if (target.holds)
      items_.hold();
  }

  /// Puts in an item under a key; a later item of the same key replaces it.
  /// @throws std::logic_error in a stage that has another one behind it
  void collect(K key, T item) {
    if (!target_.is_last)
      throw std::logic_error{"collect() with a key is for the last stage; use collect_item()"};
    if (keyed_ == nullptr)
      open_keyed();
    keyed_->put_anyway(std::move(key), std::move(item));
    ++collected_;
  }

  /// Puts in an item without a key.
  void collect_item(T item) {
    items_.put_anyway(std::move(item));
    ++collected_;
  }

  /// Puts in all items of a range, without keys.
  template <std::ranges::input_range Items>
  void collect_items(Items&& items) {
    for (auto&& item : items)
      collect_item(std::forward<decltype(item)>(item));
  }

  /// Puts in the first items of a range, at least one, which collected() does not count. For the
  /// library. @throws what the range throws; the items before are in
  template <class I, class S>
  void collect_some(I at, const S& last) {
    items_.put_some_anyway(std::move(at), last);
  }

  /// Makes the event that is being handled, or the whole batch, count as failed. The stream goes on
  /// whatever its error strategy.
  void collect_error(task_error error) { errors_.push_back(std::move(error)); }

  /// Returns how many items this receiver has put in so far.
  std::uint64_t collected() const noexcept { return collected_; }

  // -- for the library ----------------------------------------------------------------------------
  /// Returns the errors that were reported. For the library.
  std::vector<task_error>& errors() noexcept { return errors_; }

  /// Begins an attempt: its items go on with commit(), or are dropped with roll_back(). For the
  /// library.
  void begin_attempt() noexcept {
    is_attempt_ = true;
    collected_before_ = collected_;
    items_.begin_attempt();
    if (keyed_ != nullptr)
      keyed_->begin_attempt();
  }
  /// Ends an attempt; its items go on. For the library.
  void commit() noexcept {
    is_attempt_ = false;
    items_.commit();
    if (keyed_ != nullptr)
      keyed_->commit();
  }
  /// Ends an attempt; its items and errors are dropped. For the library.
  void roll_back() noexcept {
    is_attempt_ = false;
    collected_ = collected_before_;
    errors_.clear();
    items_.roll_back();
    if (keyed_ != nullptr)
      keyed_->roll_back();
  }

  /// Hands over the items. For the library.
  void flush() noexcept {
    items_.flush();
    if (keyed_ != nullptr)
      keyed_->flush();
  }

  /// Returns where the receiver has to wait for credit; null if it need not. For the library.
  detail::inlet* overdrawn() noexcept {
    if (items_.is_overdrawn())
      return &items_.returned();
    return keyed_ != nullptr && keyed_->is_overdrawn() ? &keyed_->returned() : nullptr;
  }

  /// Takes the items that are held, oldest first, those without a key before those with one. For
  /// the library.
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
  std::uint64_t collected_before_ = 0; ///< collected_ before the attempt at hand
  bool is_attempt_ = false;
};

} // namespace sweet::inline v0_5
