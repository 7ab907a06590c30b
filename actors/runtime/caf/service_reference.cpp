// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/caf/service_reference.hpp>

#include <sweet/actors/runtime/caf/task_actor.hpp>
#include <sweet/actors/runtime/cell/block_layout.hpp>
#include <sweet/actors/runtime/cell/lost_mail.hpp>
#include <sweet/actors/runtime/cell/returnable_message.hpp>
#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/cell/visible_task.hpp>
#include <sweet/actors/runtime/cell/workplace.hpp>
#include <sweet/actors/runtime/home/log_sink.hpp>
#include <sweet/actors/runtime/home/lost_sink.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/runtime/home/thread_state.hpp>
#include <sweet/actors/runtime/mail/response_wait.hpp>
#include <sweet/actors/runtime/system/send_to.hpp>
#include <sweet/messages/caf_error.hpp>
#include <sweet/messages/task_error.hpp>

#include <caf/actor_cast.hpp>
#include <caf/actor_config.hpp>
#include <caf/actor_system.hpp>
#include <caf/error.hpp>
#include <caf/local_actor.hpp>
#include <caf/make_actor.hpp>
#include <caf/make_message.hpp>
#include <caf/message.hpp>
#include <caf/sec.hpp>
#include <caf/system_messages.hpp>

#include <algorithm>
#include <new>
#include <utility>

namespace sweet::inline v0_5::detail {

/// A message on its way to a service. It tells the reference when the service takes it, which is
/// when the service looks at the content; or that it has been destroyed before.
class service_reference::tracked final : public caf::mailbox_element, public returnable_message {
public:
  /// Takes `what` once nothing can be thrown any more.
  tracked(waiting_message&& what, service_reference& owner, std::uint64_t incarnation,
          bool hides_sender = false)
      : caf::mailbox_element(hides_sender ? nullptr : caf::strong_actor_ptr{what.what->sender},
                             what.what->mid, forwarding_stack{what.what->stages}),
        what_(std::move(what)), owner_(owner.ctrl()), incarnation_(incarnation) {}
  ~tracked() override {
    if (taken_)
      return;
    if (comes_back())
      reference().or_lose([this] { reference().take_back(incarnation_, std::move(what_)); });
    else
      reference().missed(incarnation_, *what_.what);
  }

  caf::type_erased_tuple& content() override {
    take();
    return what_.what->content();
  }
  const caf::type_erased_tuple& content() const override {
    take();
    return std::as_const(*what_.what).content();
  }
  caf::message move_content_to_message() override {
    take();
    return what_.what->move_content_to_message();
  }
  caf::message copy_content_to_message() const override {
    take();
    return what_.what->copy_content_to_message();
  }

  // -- returnable_message -------------------------------------------------------------------------
  bool comes_back() const noexcept override {
    // Requests that do not hide their sender have been answered when they are destroyed.
    return what_.is_stashed && (sender == nullptr || !mid.is_request());
  }
  void give_back(caf::message content) override {
    reference().or_lose([&] {
      what_.what = caf::make_mailbox_element(std::move(what_.what->sender), what_.what->mid,
                                             std::move(what_.what->stages), std::move(content));
      reference().take_back(incarnation_, std::move(what_));
    });
  }

private:
  service_reference& reference() const noexcept {
    return static_cast<service_reference&>(*owner_->get());
  }

  void take() const {
    if (std::exchange(taken_, true))
      return;
    // No tracked message is const; CAF only looks at some of them as if they were.
    const_cast<tracked&>(*this).sender = what_.what->sender;
    reference().taken(incarnation_);
  }

  waiting_message what_;
  const caf::strong_actor_ptr owner_;
  const std::uint64_t incarnation_;
  mutable bool taken_ = false; ///< written by the service
};

namespace {

bool is_exit_message(const caf::mailbox_element& what) {
  return what.content().size() == 1 && what.content().match_element<caf::exit_msg>(0);
}

/// Whether the sender still waits for the answer, as far as that can be known here.
bool wants_answer(const caf::mailbox_element& request) {
  auto* sender = request.sender ? request.sender->get() : nullptr;
  if (sender == nullptr || sender->getf(caf::abstract_actor::is_terminated_flag))
    return false;
  auto* task = dynamic_cast<task_actor*>(sender);
  return task == nullptr || response_wait::awaits(task->task(), request.mid);
}

/// Whether the service looks at the content of a request before its sender and, at its end, answers
/// unread requests by their senders: then the senders can be kept from it.
bool reads_content_first(const caf::strong_actor_ptr& service) {
  return dynamic_cast<const caf::local_actor*>(service->get()) != nullptr;
}

caf::error no_room(std::size_t room) {
  return to_caf_error(
      task_error{error_code::resource_limit, "no room for the message: " + std::to_string(room) +
                                                 " wait for the service already"});
}

} // namespace

service_reference::service_reference(task_home& home, service_queue_limits limits,
                                     std::string registered)
    : monitorable_actor(caf::actor_config{}.add_flag(is_hidden_flag)), home_(home),
      losses_(home.shared_lost()), limits_(limits), registered_(std::move(registered)) {}

service_reference::~service_reference() = default;

caf::actor service_reference::make(task_home& home, service_queue_limits limits,
                                   const std::string& registered,
                                   std::optional<std::type_index> interface) {
  auto& system = home.actors();
  auto made = caf::make_actor<service_reference, caf::actor>(system.next_actor_id(), system.node(),
                                                             &system, home, limits, registered);
  if (!registered.empty())
    home.services().get<service_registry>().add(registered, made, of(made), interface);
  return made;
}

service_reference& service_reference::of(const caf::actor& made) noexcept {
  return static_cast<service_reference&>(*caf::actor_cast<caf::abstract_actor*>(made));
}

void service_reference::enqueue(caf::mailbox_element_ptr what, actor_host* host) {
  const bool kills = is_exit_message(*what);
  std::unique_lock lock{mutex_};
  if (kills) {
    // An exit message is for the actor that serves now, and for no other.
    if (auto service = service_) {
      lock.unlock();
      service->enqueue(std::move(what), host);
    }
    return;
  }
  if (closed_) {
    lock.unlock();
    return refuse(std::move(what), fail_state(), lost_reason::ended);
  }
  if (service_ == nullptr)
    return keep(std::move(what), limits_.stash, lock);
  if (limits_.mailbox) {
    keep(std::move(what), *limits_.mailbox, lock);
    return pass_on(host);
  }
  const auto service = service_;
  const auto incarnation = incarnation_;
  lock.unlock();
  service->enqueue(
      caf::mailbox_element_ptr{new tracked{{std::move(what), 0, false}, *this, incarnation}}, host);
}

bool service_reference::send(waiting_message next, std::uint64_t incarnation,
                             const caf::strong_actor_ptr& service, actor_host* host) noexcept {
  try {
    const bool hides_sender = next.is_stashed && reads_content_first(service);
    service->enqueue(
        caf::mailbox_element_ptr{new tracked{std::move(next), *this, incarnation, hides_sender}},
        host);
    return true;
  } catch (const std::bad_alloc&) {
    const auto why = error_of_exception();
    if (next.what != nullptr)
      or_lose([&] { refuse(std::move(next.what), to_caf_error(why), lost_reason::no_memory); });
    return false;
  }
}

template <class F>
void service_reference::or_lose(F&& pass_on) noexcept {
  try {
    pass_on();
  } catch (const std::bad_alloc&) {
    log_sink::tell_no_memory();
    lose(nullptr, lost_reason::no_memory);
  }
}

void service_reference::keep(caf::mailbox_element_ptr what, std::size_t room,
                             std::unique_lock<std::mutex>& lock) {
  caf::mailbox_element_ptr refused;
  waiting_message next{std::move(what), next_number_++, service_ == nullptr};
  if (waiting_.size() < room) {
    waiting_.push_back(std::move(next));
  } else if (limits_.overflow == overflow::drop_oldest && room != 0) {
    refused = std::move(waiting_.front().what);
    waiting_.pop_front();
    waiting_.push_back(std::move(next));
  } else {
    refused = std::move(next.what);
  }
  lock.unlock();
  if (refused != nullptr)
    refuse(std::move(refused), no_room(room), lost_reason::full);
}

void service_reference::pass_on(actor_host* host) {
  std::unique_lock lock{mutex_};
  while (service_ != nullptr && !on_its_way_ && !waiting_.empty()) {
    on_its_way_ = limits_.mailbox.has_value();
    auto service = service_;
    const auto incarnation = incarnation_;
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    const bool is_sent = send(std::move(next), incarnation, service, host);
    service = nullptr; // not under the lock: it may be the last reference
    lock.lock();
    if (!is_sent && incarnation == incarnation_)
      on_its_way_ = false;
  }
}

void service_reference::taken(std::uint64_t incarnation) {
  {
    std::lock_guard guard{mutex_};
    if (!limits_.mailbox || incarnation != incarnation_)
      return;
    on_its_way_ = false;
  }
  pass_on(this_thread().driven);
}

void service_reference::missed(std::uint64_t incarnation, const caf::mailbox_element& what) {
  if (!what.mid.is_request())
    lose(&what, lost_reason::unread);
  std::array<caf::strong_actor_ptr, 2> gone;
  {
    std::lock_guard guard{mutex_};
    gone = let_go(incarnation);
  }
  tell_registry();
}

void service_reference::take_back(std::uint64_t incarnation, waiting_message what) {
  std::array<caf::strong_actor_ptr, 2> gone;
  {
    std::unique_lock lock{mutex_};
    if (closed_) {
      lock.unlock();
      return refuse(std::move(what.what), fail_state(), lost_reason::ended);
    }
    const auto behind = std::upper_bound(
        waiting_.begin(), waiting_.end(), what.number,
        [](std::uint64_t number, const auto& other) { return number < other.number; });
    waiting_.insert(behind, std::move(what));
    gone = let_go(incarnation);
  }
  tell_registry();
  // The next incarnation may serve already.
  pass_on(this_thread().driven);
}

std::array<caf::strong_actor_ptr, 2> service_reference::let_go(std::uint64_t incarnation) {
  if (incarnation != incarnation_)
    return {};
  return {std::move(service_), std::move(coming_)};
}

void service_reference::up(const caf::actor& who) {
  auto service = caf::actor_cast<caf::strong_actor_ptr>(who);
  auto not_coming = service;
  caf::strong_actor_ptr gone;
  std::unique_lock lock{mutex_};
  coming_.swap(not_coming);
  const auto incarnation = ++incarnation_;
  on_its_way_ = false;
  // Messages that have waited come first: as long as there are any, new ones join them. If the
  // service ends meanwhile, the rest waits for the next incarnation.
  while (coming_ == service && !limits_.mailbox && !waiting_.empty()) {
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    if (next.what->mid.is_request() && !wants_answer(*next.what))
      lose(next.what.get(), lost_reason::unwanted);
    else
      send(std::move(next), incarnation, service, this_thread().driven);
    lock.lock();
  }
  if (closed_ || coming_ != service)
    return;
  gone = std::exchange(service_, std::move(coming_));
  lock.unlock();
  tell_registry();
  pass_on(this_thread().driven);
}

void service_reference::down() noexcept {
  caf::strong_actor_ptr gone;
  caf::strong_actor_ptr not_coming;
  {
    std::lock_guard guard{mutex_};
    gone.swap(service_);
    not_coming.swap(coming_);
  }
  tell_registry();
}

void service_reference::down(const caf::abstract_actor* service) noexcept {
  caf::strong_actor_ptr gone;
  caf::strong_actor_ptr not_coming;
  {
    std::lock_guard guard{mutex_};
    if (service_ != nullptr && service_->get() == service)
      gone.swap(service_);
    if (coming_ != nullptr && coming_->get() == service)
      not_coming.swap(coming_);
  }
  tell_registry();
}

void service_reference::close(caf::error reason) noexcept {
  caf::strong_actor_ptr gone;
  caf::strong_actor_ptr not_coming;
  {
    std::lock_guard guard{mutex_};
    if (std::exchange(closed_, true))
      return;
    gone.swap(service_);
    not_coming.swap(coming_);
  }
  if (!registered_.empty())
    home_.services().get<service_registry>().remove(registered_, this);
  while (auto next = take_waiting())
    or_lose([&] { refuse(std::move(next), reason, lost_reason::ended); });
  or_lose([&] { cleanup(std::move(reason), this_thread().driven); });
}

caf::mailbox_element_ptr service_reference::take_waiting() noexcept {
  std::lock_guard guard{mutex_};
  if (waiting_.empty())
    return nullptr;
  auto next = std::move(waiting_.front().what);
  waiting_.pop_front();
  return next;
}

void service_reference::refuse(caf::mailbox_element_ptr what, const caf::error& why,
                               lost_reason reason) {
  if (what->mid.is_request() && what->sender)
    send_to(*what->sender->get(), nullptr, what->mid.response_id(),
            caf::make_message(why ? why : caf::make_error(caf::sec::request_receiver_down)),
            this_thread().driven);
  else
    lose(what.get(), reason);
}

void service_reference::lose(const caf::mailbox_element* what, lost_reason reason) noexcept {
  {
    std::lock_guard guard{mutex_};
    ++lost_;
  }
  losses_->lose(reason, [&] {
    lost_message lost;
    if (what != nullptr) {
      lost.type = type_text_of(what->content());
      if (auto* sender = what->sender ? block_actor_behind(*what->sender->get()) : nullptr)
        lost.sender = id_of(visible_task(sender->task()));
    }
    lost.target_name = registered_;
    return lost;
  });
}

void service_reference::tell_registry() noexcept {
  if (registered_.empty())
    return;
  {
    // A closed reference is not in the registry any more, and the runtime may be gone.
    std::lock_guard guard{mutex_};
    if (closed_)
      return;
  }
  home_.services().get<service_registry>().changed(registered_);
}

std::uint64_t service_reference::serving() const {
  std::lock_guard guard{mutex_};
  return service_ != nullptr ? incarnation_ : 0;
}

std::uint64_t service_reference::lost() const {
  std::lock_guard guard{mutex_};
  return lost_;
}

} // namespace sweet::inline v0_5::detail
