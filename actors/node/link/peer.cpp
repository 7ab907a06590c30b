// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/link/peer.hpp>

#include <iterator>
#include <utility>

namespace sweet::inline v0_5::detail {

namespace {

// What goes into one frame together: less than the 16 KiB of a frame by the largest rest.
constexpr std::size_t frame_budget = 12 * 1024;
// How much is handed to the system at a time. What is urgent passes the rest.
constexpr std::size_t portion = 64 * 1024;

std::size_t size_of(const wire::submitted_task& x) {
  return x.payload.size() + x.name.size() + x.key.size() + 64;
}

std::size_t size_of(const wire::link_frame& x) {
  const auto* said = std::get_if<wire::actors>(&x);
  if (said != nullptr)
    return said->part.size();
  std::size_t size = 512;
  if (const auto* answer = std::get_if<wire::found>(&x))
    for (const auto& one : answer->interface)
      size += one.size();
  return size;
}

// A result that does not fit into a frame of any size is an error, which the submitter hears of.
void give_up(wire::finished_task& x, task_error why) {
  x.end = wire::task_end::error;
  x.error = std::move(why);
  x.payload.clear();
}

// Who submits has held the size against the largest one.
void give_up(wire::submitted_task&, const task_error&) {}

std::size_t size_of(const wire::finished_task& x) {
  // What takes more is large enough to go by itself.
  return x.payload.size() + (x.end == wire::task_end::value ? 64 : frame_budget);
}

} // namespace

peer::peer(incarnation who, wire::outbox_window window) : who_(who), link_(who, window) {}

// ---- what is sent
// --------------------------------------------------------------------------------

void peer::submit(wire::submitted_task task, urgency how) {
  std::lock_guard guard{mutex_};
  submits_.push_back(std::move(task));
  leaves(how);
}

void peer::finish(wire::finished_task task, urgency how) {
  std::lock_guard guard{mutex_};
  results_.push_back(std::move(task));
  leaves(how);
}

void peer::started(std::uint64_t id, std::uint32_t attempt) {
  put(wire::started{id, attempt}, urgency::gathers);
}

void peer::report(wire::progress x) {
  std::lock_guard guard{mutex_};
  // Another report comes; this one is worth no memory while the other end takes nothing.
  if (link_.put(x).is_ok())
    leaves(urgency::gathers);
}

bool peer::output(const wire::output& x) {
  std::lock_guard guard{mutex_};
  if (link_.put(x).is_err())
    return false;
  leaves(urgency::gathers);
  return true;
}

void peer::cancel(std::uint64_t id, cancellation_level level, std::string reason) {
  put(wire::cancel{id, level, std::move(reason)}, urgency::alone);
}

void peer::pull(std::uint32_t slots) {
  put(wire::pull{slots}, urgency::gathers);
}

void peer::leave(std::string reason) {
  put(wire::leave{std::move(reason)}, urgency::gathers);
}

bool peer::talk(wire::link_frame x) {
  std::lock_guard guard{mutex_};
  if (talk_bytes_ > max_actor_backlog)
    return false;
  talk_bytes_ += size_of(x);
  talk_.push_back(std::move(x));
  leaves(urgency::gathers);
  return true;
}

void peer::hang_up(std::string why) {
  std::lock_guard guard{mutex_};
  std::erase_if(talk_, [](const auto& x) { return std::holds_alternative<wire::actors>(x); });
  talk_.push_back(wire::actors_end{std::move(why)});
  leaves(urgency::gathers);
}

bool peer::beat(wire::heartbeat x) {
  std::lock_guard guard{mutex_};
  if (link_.put(x).is_err())
    return false;
  leaves(urgency::alone);
  return true;
}

template <class Frame>
void peer::put(Frame x, urgency how) {
  std::lock_guard guard{mutex_};
  others_.push_back(std::move(x));
  leaves(how);
}

void peer::leaves(urgency how) {
  if (by_ == nullptr || is_blocked_ || is_nudged_)
    return;
  if (how == urgency::alone)
    return send();
  is_nudged_ = true;
  by_->nudge();
}

void peer::pack() {
  pack_small(others_);
  pack<wire::result>(results_, wire::lane::results);
  pack<wire::submit>(submits_, wire::lane::work);
  if (!talk_.empty()) {
    pack_small(talk_);
    talk_bytes_ = 0;
    for (const auto& x : talk_)
      talk_bytes_ += size_of(x);
  }
}

template <class Queue>
void peer::pack_small(Queue& from) {
  auto next = from.begin();
  for (; next != from.end(); ++next) {
    const bool taken = std::visit(
        [this](auto& x) {
          using frame = std::remove_cvref_t<decltype(x)>;
          if constexpr (wire::is_numbered(frame::type))
            return link_.put(x).is_ok();
          else
            return true;
        },
        *next);
    if (!taken)
      break;
  }
  from.erase(from.begin(), next);
}

template <class Frame, class Task>
void peer::pack(std::vector<Task>& gathered, wire::lane where) {
  if (gathered.empty())
    return;
  std::vector<Task> left;
  Frame frame;
  std::size_t size = 0;
  const auto close = [&] {
    if (!frame.tasks.empty())
      static_cast<void>(link_.put(frame)); // there is room
    frame.tasks.clear();
    size = 0;
  };
  for (Task& x : gathered) {
    const auto own = size_of(x);
    if (own > frame_budget) {
      // By itself, in pieces if it has to be.
      Frame alone;
      alone.tasks.push_back(std::move(x));
      auto put = link_.put(alone);
      if (put.is_err() && put.error().code() != error_code::resource_limit) {
        give_up(alone.tasks.front(), put.error());
        put = link_.put(alone);
      }
      if (put.is_err())
        left.push_back(std::move(alone.tasks.front()));
      continue;
    }
    if (size + own > frame_budget)
      close();
    if (link_.full(where)) {
      left.push_back(std::move(x));
      continue;
    }
    size += own;
    frame.tasks.push_back(std::move(x));
  }
  close();
  gathered = std::move(left);
}

void peer::send() {
  while (by_ != nullptr && !is_blocked_) {
    if (sent_ == out_.size()) {
      out_.clear();
      sent_ = 0;
      pack();
      link_.fill(out_, portion);
      if (out_.empty())
        return;
    }
    const auto taken = by_->send(wire::byte_view{out_}.subspan(sent_));
    if (!taken) {
      is_blocked_ = true; // for good: the connection ends
      return;
    }
    sent_ += *taken;
    if (*taken == 0) {
      is_blocked_ = true;
      by_->wait_until_writable();
    }
  }
}

// ---- connections
// ---------------------------------------------------------------------------------

void peer::cut(std::string why) {
  std::lock_guard guard{mutex_};
  if (by_ != nullptr)
    std::exchange(by_, nullptr)->close(std::move(why));
  out_.clear();
  sent_ = 0;
  link_.cut();
}

std::uint64_t peer::received() const {
  std::lock_guard guard{mutex_};
  return link_.received();
}

bool peer::connect(carrier& by, std::uint64_t told, std::uint64_t received) {
  std::lock_guard guard{mutex_};
  if (link_.received() != told || !link_.can_resume(received))
    return false;
  if (by_ != nullptr)
    by_->close("another connection takes its place");
  link_.cut();
  connection_ = link_.connect(received);
  by_ = &by;
  out_.clear();
  sent_ = 0;
  is_nudged_ = is_blocked_ = false;
  return true;
}

void peer::lost(carrier& by) noexcept {
  std::lock_guard guard{mutex_};
  if (by_ != &by)
    return;
  by_ = nullptr;
  out_.clear();
  sent_ = 0;
  link_.cut();
}

void peer::refuse(carrier& by, const wire::refusal& x) {
  std::lock_guard guard{mutex_};
  if (by_ != &by)
    return;
  wire::append_frame(out_, wire::frame_type::refused, wire::encode(x).value());
  send();
}

bool peer::receive(carrier& by, wire::byte_view in, std::vector<wire::link_frame>& to) {
  std::lock_guard guard{mutex_};
  if (by_ != &by)
    return false;
  link_.receive(connection_, in, to);
  return !link_.failed();
}

std::string peer::failure() const {
  std::lock_guard guard{mutex_};
  return link_.failure();
}

bool peer::is_settled() const {
  std::lock_guard guard{mutex_};
  return submits_.empty() && results_.empty() && others_.empty() && talk_.empty() &&
         link_.is_settled();
}

void peer::flush() noexcept {
  std::lock_guard guard{mutex_};
  send();
}

void peer::nudged(carrier& by) noexcept {
  std::lock_guard guard{mutex_};
  if (by_ != &by)
    return;
  is_nudged_ = false;
  send();
}

void peer::writable(carrier& by) noexcept {
  std::lock_guard guard{mutex_};
  if (by_ != &by)
    return;
  is_blocked_ = false;
  send();
}

} // namespace sweet::inline v0_5::detail
