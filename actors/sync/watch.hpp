#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/operation.hpp>
#include <sweet/actors/sync/watch_core.hpp>

#include <concepts>
#include <cstdint>
#include <memory>
#include <utility>

namespace sweet::inline v0_5 {

template <class T>
class watch_sender;

/// The end of a watch that looks at its value, and waits for the next one. Each receiver marks what
/// it has seen; a copy begins with the mark of the original. For one thread at a time; copies are
/// independent of each other.
template <class T>
class watch_receiver {
public:
  /// Makes a receiver that has seen the present value. For the library.
  explicit watch_receiver(std::shared_ptr<detail::watch_core<T>> core) noexcept
      : core_(std::move(core)), seen_(core_->add_receiver()) {}
  /// Makes another receiver of the same watch, which has seen what the other one has.
  watch_receiver(const watch_receiver& other) noexcept : core_(other.core_), seen_(other.seen_) {
    if (core_ != nullptr)
      static_cast<void>(core_->add_receiver());
  }
  /// Takes the place of another receiver, which must not be used any more.
  watch_receiver(watch_receiver&& other) noexcept = default;
  /// Looks at the watch of the other one from now on.
  watch_receiver& operator=(watch_receiver other) noexcept {
    std::swap(core_, other.core_);
    std::swap(seen_, other.seen_);
    return *this;
  }
  ~watch_receiver() {
    if (core_ != nullptr)
      core_->remove_receiver();
  }

  /// Returns a copy of the last value, which counts as seen from then on.
  /// @throws what copying the value throws; it is not seen then
  T get() { return core_->get(seen_); }

  /// Waits for a value that this receiver has not seen: `while (co_await rx.changed())
  /// use(rx.get())`, in a callable `rx.changed().await()`. Gives true, and the last value counts as
  /// seen, also if there were several; false once all senders have gone and the last value has been
  /// seen. A wait that is stopped, or loses in a select(), leaves the mark as it was. The receiver
  /// must stay where it is until then.
  auto changed() noexcept {
    return operation<typename detail::watch_core<T>::changed_arm>{std::in_place, *core_, seen_};
  }
  /// Tells whether there is a value that this receiver has not seen: changed() does not wait.
  bool has_changed() const noexcept { return core_->has_changed(seen_); }
  /// Tells whether all senders have gone: the last value stays.
  bool is_closed() const noexcept { return core_->is_closed(); }

private:
  std::shared_ptr<detail::watch_core<T>> core_;
  std::uint64_t seen_;
};

/// The end of a watch that sets its value. Copies set the same one; once the last of them is
/// destroyed, receivers that have seen the last value hear of it. Any thread, and each copy by any
/// number at once.
template <class T>
class watch_sender {
public:
  /// Makes the first sender of a watch. For the library.
  explicit watch_sender(std::shared_ptr<detail::watch_core<T>> core) noexcept
      : core_(std::move(core)) {
    core_->add_sender();
  }
  /// Makes another sender to the same watch.
  watch_sender(const watch_sender& other) noexcept : core_(other.core_) {
    if (core_ != nullptr)
      core_->add_sender();
  }
  /// Takes the place of another sender, which must not be used any more.
  watch_sender(watch_sender&& other) noexcept = default;
  /// Sets the value of the watch of the other one from now on.
  watch_sender& operator=(watch_sender other) noexcept {
    std::swap(core_, other.core_);
    return *this;
  }
  ~watch_sender() {
    if (core_ != nullptr)
      core_->remove_sender();
  }

  /// Sets the value, and wakes all receivers that wait, in the order in which they came. An equal
  /// value counts as a change. Without receivers the value is there for later ones, see
  /// subscribe().
  /// @throws std::bad_alloc if there is no memory; the value stays as it was
  void set(T value) { core_->set(std::move(value)); }

  /// Changes the value by `f(value)`, where `value` is a `T&`, and wakes the receivers as set()
  /// does. If `f` returns a `bool` that is false, the value stays as it was and nobody is woken.
  /// No other sender comes between; receivers get the former value meanwhile. The value is copied
  /// for that. `f` must not set or modify the same watch, and must not wait.
  /// @throws what copying the value and `f` throw, and std::bad_alloc; the value stays as it was
  template <std::invocable<T&> F>
  void modify(F&& f) {
    core_->modify(std::forward<F>(f));
  }

  /// Returns a copy of the last value. @throws what copying the value throws
  T get() const {
    std::uint64_t mark = 0;
    return core_->get(mark);
  }
  /// Returns a new receiver, which has seen the present value.
  watch_receiver<T> subscribe() const noexcept { return watch_receiver<T>{core_}; }
  /// Tells whether there are receivers.
  bool is_wanted() const noexcept { return core_->is_wanted(); }

private:
  std::shared_ptr<detail::watch_core<T>> core_;
};

/// A value of which the last state matters: a configuration, a status, a position. Receivers wait
/// for a change and get the latest value; those between are skipped.
///
///     auto [tx, rx] = sweet::watch<config>{load()};
///     ctx.spawn(serves, rx);
///     tx.modify([](config& c) { c.verbose = true; });
///
///     while (co_await rx.changed()) // in serves
///       apply(rx.get());
///
/// The ends are handles: tasks take copies of them, and the value lives as long as any of them.
/// A watch needs no runtime, works between tasks of several ones, and goes on after they have
/// ended. Its operations allocate nothing, but for a place for a further value if it is set while
/// copies of the former one are being made; that place is used again.
/// @tparam T can be copied, by several threads at once, which may take its time and throw; its move
/// constructor must be noexcept, and must not use the watch; nor may the destructor of what was
/// moved from. Values are destroyed, and copied for receivers, while no lock is held
template <class T>
struct watch {
  /// Makes a watch with a value, which counts as seen.
  explicit watch(T initial) : watch(std::make_shared<detail::watch_core<T>>(std::move(initial))) {}

  watch_sender<T> sender;     ///< the end that sets the value
  watch_receiver<T> receiver; ///< the end that looks at it

private:
  explicit watch(const std::shared_ptr<detail::watch_core<T>>& core) noexcept
      : sender(core), receiver(core) {}
};

} // namespace sweet::inline v0_5
