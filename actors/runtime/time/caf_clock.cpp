// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/time/caf_clock.hpp>

#include <chrono>
#include <mutex>
#include <new>
#include <unordered_map>
#include <utility>

#include <caf/abstract_actor.hpp>
#include <caf/actor_control_block.hpp>
#include <caf/group.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/message.hpp>
#include <caf/message_id.hpp>
#include <caf/sec.hpp>
#include <caf/system_messages.hpp>

#include <sweet/actors/runtime/system/send_to.hpp>
#include <sweet/actors/runtime/time/deferred_call.hpp>
#include <sweet/actors/runtime/time/timer_service.hpp>
#include <sweet/strategies/later.hpp>

namespace sweet::inline v0_5::detail {

namespace {

struct timeout_list;

/// A message that will be sent at a time. The list that it is in owns it. Once its timer has fired,
/// expire() is pending as a deferred_call, and destroys it, whether or not it is still in a list.
struct timeout : timer_entry, deferred_call {
  explicit timeout(caf::actor_id actor_) noexcept : actor(actor_) {}
  virtual ~timeout() = default;

  virtual void send() = 0;

  const caf::actor_id actor; ///< the actor that the timeout is for
  caf_timeouts* home = nullptr;
  timeout_list* list = nullptr; ///< null: cancelled, but its timer had fired before
  timeout* previous = nullptr;
  timeout* following = nullptr;
};

struct timeout_list {
  timeout* first = nullptr;

  void add(timeout& x) noexcept {
    x.list = this;
    x.following = first;
    if (first != nullptr)
      first->previous = &x;
    first = &x;
  }

  void remove(timeout& x) noexcept {
    (x.previous != nullptr ? x.previous->following : first) = x.following;
    if (x.following != nullptr)
      x.following->previous = x.previous;
    x.list = nullptr;
    x.previous = x.following = nullptr;
  }
};

struct actor_timeouts {
  timeout_list ordinary; ///< one per type, of which there are few
  timeout_list multi;
  timeout_list requests;
  timeout_list messages; ///< to this actor: cancel_timeouts() leaves them alone

  bool empty() const noexcept {
    return ordinary.first == nullptr && multi.first == nullptr && requests.first == nullptr &&
           messages.first == nullptr;
  }
};

using list_of = timeout_list actor_timeouts::*;

/// Destroys cancelled timeouts when no lock is held any more: with them may go an actor or a
/// message, whose destructors are the user's and may come back here.
class graveyard {
public:
  graveyard() = default;
  graveyard(const graveyard&) = delete;
  graveyard& operator=(const graveyard&) = delete;
  ~graveyard() {
    while (first_ != nullptr)
      delete std::exchange(first_, first_->following);
  }

  /// @pre `x` is in no list
  void add(timeout& x) noexcept { x.following = std::exchange(first_, &x); }

private:
  timeout* first_ = nullptr;
};

// Messages to groups belong to no actor; no actor has this id.
constexpr caf::actor_id no_actor = 0;

struct timeout_message final : timeout {
  timeout_message(caf::abstract_actor* self_, caf::atom_value type_, std::uint64_t id_)
      : timeout(self_->id()), self(self_->ctrl()), type(type_), id(id_) {}

  void send() override {
    send_to(*self->get(), self, caf::make_message_id(),
            caf::make_message(caf::timeout_msg{type, id}));
  }

  caf::strong_actor_ptr self;
  caf::atom_value type;
  std::uint64_t id;
};

auto of_type(caf::atom_value type) {
  return [type](const timeout& x) { return static_cast<const timeout_message&>(x).type == type; };
}

struct request_timeout final : timeout {
  request_timeout(caf::abstract_actor* self_, caf::message_id id_)
      : timeout(self_->id()), self(self_->ctrl()), id(id_) {}

  void send() override {
    send_to(*self->get(), self, id, caf::make_message(caf::make_error(caf::sec::request_timeout)));
  }

  caf::strong_actor_ptr self;
  caf::message_id id;
};

struct actor_message final : timeout {
  actor_message(caf::strong_actor_ptr receiver_, caf::mailbox_element_ptr content_)
      : timeout(receiver_->id()), receiver(std::move(receiver_)), content(std::move(content_)) {}

  void send() override { receiver->enqueue(std::move(content), nullptr); }

  caf::strong_actor_ptr receiver;
  caf::mailbox_element_ptr content;
};

struct group_message final : timeout {
  group_message(caf::group target_, caf::strong_actor_ptr sender_, caf::message content_)
      : timeout(no_actor), target(std::move(target_)), sender(std::move(sender_)),
        content(std::move(content_)) {}

  void send() override { target->eq_impl(caf::make_message_id(), sender, nullptr, content); }

  caf::group target;
  caf::strong_actor_ptr sender;
  caf::message content;
};

} // namespace

/// The timeouts of the actors that share a lock.
class alignas(64) caf_timeouts {
public:
  void use(timer_service& timers, std::size_t shard) {
    timers_ = &timers;
    shard_ = shard;
  }

  void add(std::unique_ptr<timeout> x, list_of list, clock::time_point t) {
    std::lock_guard lock{mutex_};
    add_locked(std::move(x), list, t);
  }

  /// Sets the ordinary timeout of a type, in place of the one before.
  void set_ordinary(caf::abstract_actor* self, caf::atom_value type, std::uint64_t id,
                    clock::time_point t) {
    std::lock_guard lock{mutex_};
    if (auto* old = find(self->id(), &actor_timeouts::ordinary, of_type(type))) {
      // An actor with a receive timeout comes here for each message: its timer is used again.
      if (timers_->cancel(*old)) {
        static_cast<timeout_message*>(old)->id = id;
        timers_->arm(*old, t, shard_);
        return;
      }
      old->list->remove(*old); // it has fired
    }
    add_locked(std::make_unique<timeout_message>(self, type, id), &actor_timeouts::ordinary, t);
  }

  void cancel_ordinary(caf::actor_id actor, caf::atom_value type) {
    cancel_one(actor, &actor_timeouts::ordinary, of_type(type));
  }

  void cancel_request(caf::actor_id actor, caf::message_id id) {
    cancel_one(actor, &actor_timeouts::requests,
               [id](const timeout& x) { return static_cast<const request_timeout&>(x).id == id; });
  }

  void cancel_timeouts(caf::actor_id actor) {
    graveyard dead;
    std::lock_guard lock{mutex_};
    const auto found = actors_.find(actor);
    if (found == actors_.end())
      return;
    drop_all(found->second.ordinary, dead);
    drop_all(found->second.multi, dead);
    drop_all(found->second.requests, dead);
    forget_if_empty(actor);
  }

  void cancel_all() {
    graveyard dead;
    std::lock_guard lock{mutex_};
    for (auto& [actor, lists] : actors_) {
      drop_all(lists.ordinary, dead);
      drop_all(lists.multi, dead);
      drop_all(lists.requests, dead);
      drop_all(lists.messages, dead);
    }
    actors_.clear();
    drop_all(late_, dead);
  }

private:
  void add_locked(std::unique_ptr<timeout> x, list_of list, clock::time_point t) {
    x->home = this;
    x->fire = [](timer_entry& e) noexcept {
      auto& fired = static_cast<timeout&>(e);
      fired.home->has_fired(fired);
    };
    x->call = [](deferred_call& c) noexcept {
      auto& fired = static_cast<timeout&>(c);
      fired.home->expire(fired);
    };
    (actors_[x->actor].*list).add(*x);
    timers_->arm(*x.release(), t, shard_);
  }

  /// Leaves the sending to send_fired(): it takes locks and may call anything, so it must not
  /// happen here, under the lock of the timers. One thread at a time sends, so that messages are
  /// sent in the order in which they are due.
  void has_fired(timeout& x) noexcept {
    std::lock_guard lock{fired_mutex_};
    fired_.push(x);
    if (!std::exchange(sending_, true))
      timers_->defer(send_fired_);
  }

  void send_fired() noexcept {
    for (;;) {
      deferred_call* next = nullptr;
      {
        std::lock_guard lock{fired_mutex_};
        sending_ = !fired_.empty();
        if (!sending_)
          return;
        next = &fired_.pop();
      }
      next->call(*next);
    }
  }

  void expire(timeout& x) noexcept {
    std::unique_ptr<timeout> owner{&x};
    {
      std::lock_guard lock{mutex_};
      if (x.list == nullptr)
        return;
      x.list->remove(x);
      forget_if_empty(x.actor);
    }
    try {
      x.send();
    } catch (const std::bad_alloc&) {
      // It is late rather than lost: CAF makes the message only now, and there is no memory.
      std::lock_guard lock{mutex_};
      late_.add(*owner);
      timers_->arm(*owner.release(), later(timers_->now(), std::chrono::milliseconds{10}), shard_);
    }
  }

  template <class Predicate>
  timeout* find(caf::actor_id actor, list_of list, Predicate matches) const {
    const auto found = actors_.find(actor);
    if (found == actors_.end())
      return nullptr;
    auto* x = (found->second.*list).first;
    while (x != nullptr && !matches(*x))
      x = x->following;
    return x;
  }

  template <class Predicate>
  void cancel_one(caf::actor_id actor, list_of list, Predicate matches) {
    graveyard dead;
    std::lock_guard lock{mutex_};
    if (auto* x = find(actor, list, matches)) {
      drop(*x, dead);
      forget_if_empty(actor);
    }
  }

  void drop(timeout& x, graveyard& dead) {
    x.list->remove(x);
    if (timers_->cancel(x))
      dead.add(x);
  }

  void drop_all(timeout_list& list, graveyard& dead) {
    while (list.first != nullptr)
      drop(*list.first, dead);
  }

  void forget_if_empty(caf::actor_id actor) {
    if (const auto found = actors_.find(actor); found != actors_.end() && found->second.empty())
      actors_.erase(found);
  }

  timer_service* timers_ = nullptr;
  std::size_t shard_ = 0;
  std::mutex mutex_; ///< taken before the lock of the timers, never after
  std::unordered_map<caf::actor_id, actor_timeouts> actors_;
  timeout_list late_; ///< timeouts of all actors for which there was no memory

  struct send_call : deferred_call {
    explicit send_call(caf_timeouts& owner) noexcept : home(&owner) {
      call = [](deferred_call& c) noexcept { static_cast<send_call&>(c).home->send_fired(); };
    }
    caf_timeouts* home;
  } send_fired_{*this};
  std::mutex fired_mutex_; ///< no other lock is taken under it
  deferred_list fired_;    // fired_mutex_
  bool sending_ = false;   // fired_mutex_; send_fired_ is deferred or runs
};

caf_clock::caf_clock(timer_service& timers)
    : timers_(timers), shards_(new caf_timeouts[timers.shards()]) {
  for (std::size_t i = 0; i < timers.shards(); ++i)
    shards_[i].use(timers, i);
}

caf_clock::~caf_clock() {
  cancel_all();
}

caf_clock::time_point caf_clock::now() const noexcept {
  return timers_.now();
}

caf_timeouts& caf_clock::timeouts_of(caf::actor_id actor) const noexcept {
  return shards_[actor % timers_.shards()];
}

void caf_clock::set_ordinary_timeout(time_point t, caf::abstract_actor* self, caf::atom_value type,
                                     std::uint64_t id) {
  timeouts_of(self->id()).set_ordinary(self, type, id, t);
}

void caf_clock::set_multi_timeout(time_point t, caf::abstract_actor* self, caf::atom_value type,
                                  std::uint64_t id) {
  timeouts_of(self->id())
      .add(std::make_unique<timeout_message>(self, type, id), &actor_timeouts::multi, t);
}

void caf_clock::set_request_timeout(time_point t, caf::abstract_actor* self, caf::message_id id) {
  timeouts_of(self->id())
      .add(std::make_unique<request_timeout>(self, id), &actor_timeouts::requests, t);
}

void caf_clock::cancel_ordinary_timeout(caf::abstract_actor* self, caf::atom_value type) {
  timeouts_of(self->id()).cancel_ordinary(self->id(), type);
}

void caf_clock::cancel_request_timeout(caf::abstract_actor* self, caf::message_id id) {
  timeouts_of(self->id()).cancel_request(self->id(), id);
}

void caf_clock::cancel_timeouts(caf::abstract_actor* self) {
  timeouts_of(self->id()).cancel_timeouts(self->id());
}

void caf_clock::schedule_message(time_point t, caf::strong_actor_ptr receiver,
                                 caf::mailbox_element_ptr content) {
  timeouts_of(receiver->id())
      .add(std::make_unique<actor_message>(std::move(receiver), std::move(content)),
           &actor_timeouts::messages, t);
}

void caf_clock::schedule_message(time_point t, caf::group target, caf::strong_actor_ptr sender,
                                 caf::message content) {
  timeouts_of(no_actor).add(
      std::make_unique<group_message>(std::move(target), std::move(sender), std::move(content)),
      &actor_timeouts::messages, t);
}

void caf_clock::cancel_all() {
  for (std::size_t i = 0; i < timers_.shards(); ++i)
    shards_[i].cancel_all();
}

} // namespace sweet::inline v0_5::detail
