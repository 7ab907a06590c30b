// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/home/lost_sink.hpp>

#include <sweet/actors/runtime/home/log_sink.hpp>
#include <sweet/actors/runtime/home/user_callback.hpp>
#include <sweet/messages/exception_text.hpp>
#include <sweet/messages/log_record.hpp>

#include <utility>

namespace sweet::inline v0_5::detail {

void lost_sink::open() noexcept {
  std::lock_guard guard{mutex_};
  closed_ = false;
}

void lost_sink::add(std::function<void(const lost_message&)> f) {
  std::lock_guard guard{mutex_};
  if (!closed_)
    observers_.push_back(std::move(f));
}

void lost_sink::close() noexcept {
  std::list<std::function<void(const lost_message&)>> gone;
  std::unique_lock lock{mutex_};
  closed_ = true;
  quiet_.wait(lock, [this] { return telling_ == 0; });
  gone.swap(observers_);
  lock.unlock();
}

bool lost_sink::begin_telling() noexcept {
  std::lock_guard guard{mutex_};
  if (closed_ || observers_.empty())
    return false;
  ++telling_;
  return true;
}

void lost_sink::tell(const lost_message& lost) noexcept {
  std::unique_lock lock{mutex_};
  // One that is added meanwhile stands behind: it may be told, too.
  for (auto f = observers_.begin(); f != observers_.end(); ++f) {
    lock.unlock();
    try {
      const user_callback callback{home_};
      (*f)(lost);
    } catch (...) {
      log_.write_made([&lost] {
        return log_record{.level = log_level::error,
                          .task = lost.target,
                          .name = lost.target_name,
                          .text = "a function of on_lost_message() threw: " + exception_text()};
      });
    }
    lock.lock();
  }
  if (--telling_ == 0)
    quiet_.notify_all();
}

} // namespace sweet::inline v0_5::detail
