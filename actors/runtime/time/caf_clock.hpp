#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstdint>
#include <memory>

#include <caf/actor_clock.hpp>

namespace sweet::inline v0_5::detail {

class caf_timeouts;
class timer_service;

/// The clock of ordinary CAF actors, on the timers and the clock of the runtime: delayed_send,
/// request timeouts and receive timeouts cost a timer each, whatever their number, and a virtual
/// clock moves them too.
///
/// As in CAF, a pending timeout keeps its actor alive, and requests do not take their timeout back
/// when they are answered. Messages are sent by the timer thread while it holds no lock.
///
/// Thread safe. Constant time, except cancel_request_timeout(), which looks through the timeouts of
/// the actor (CAF 0.17.6 never calls it), and the functions that cancel many timeouts.
class caf_clock final : public caf::actor_clock {
public:
  /// @pre `timers` outlives this
  explicit caf_clock(timer_service& timers);

  caf_clock(const caf_clock&) = delete;
  caf_clock& operator=(const caf_clock&) = delete;

  /// Cancels all timeouts.
  /// @pre `timers` is stopped
  ~caf_clock() override;

  time_point now() const noexcept override;

  void set_ordinary_timeout(time_point t, caf::abstract_actor* self, caf::atom_value type,
                            std::uint64_t id) override;
  void set_multi_timeout(time_point t, caf::abstract_actor* self, caf::atom_value type,
                         std::uint64_t id) override;
  void set_request_timeout(time_point t, caf::abstract_actor* self, caf::message_id id) override;
  void cancel_ordinary_timeout(caf::abstract_actor* self, caf::atom_value type) override;
  void cancel_request_timeout(caf::abstract_actor* self, caf::message_id id) override;
  /// Cancels the timeouts of an actor, but, as in CAF, not the messages that are scheduled for it.
  void cancel_timeouts(caf::abstract_actor* self) override;
  void schedule_message(time_point t, caf::strong_actor_ptr receiver,
                        caf::mailbox_element_ptr content) override;
  void schedule_message(time_point t, caf::group target, caf::strong_actor_ptr sender,
                        caf::message content) override;
  void cancel_all() override;

private:
  caf_timeouts& timeouts_of(std::uint64_t actor) const noexcept;

  timer_service& timers_;
  const std::unique_ptr<caf_timeouts[]> shards_; ///< as many as the timers have
};

} // namespace sweet::inline v0_5::detail
