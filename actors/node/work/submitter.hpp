#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/incarnation.hpp>
#include <sweet/messages/member.hpp>
#include <sweet/node/link/peer.hpp>
#include <sweet/node/wire/frames.hpp>
#include <sweet/node/work/placed_call.hpp>
#include <sweet/strategies/membership/member_table.hpp>
#include <sweet/strategies/placement/lost_work.hpp>

namespace sweet::inline v0_5::detail {

/// Places the tasks of this node on nodes, and places them again where nodes are lost. Any thread.
///
/// Tasks that no node takes now wait in order. Those that ask for the same wait in one line, so
/// that a free slot is offered to each line, not to each task.
class submitter final : public call_desk {
public:
  /// A node, as the membership knows it, and the link to it.
  struct candidate {
    member_view view;
    std::shared_ptr<peer> link; ///< null: this node, or there is none
  };

  /// @param slots how many tasks of this node that may run anywhere run here at a time
  submitter(incarnation itself, std::uint32_t slots, lost_work_options options = {});
  submitter(const submitter&) = delete;
  submitter& operator=(const submitter&) = delete;

  // ---- calls ----

  void submit(placed_call& x) override;
  void cancel(placed_call& x, cancellation_level level) noexcept override;
  /// Notes that a task that was to run here has ended.
  void ended_here();

  // ---- what nodes say ----

  void started(const incarnation& by, const wire::started& x);
  void progressed(const incarnation& by, wire::progress x);
  void said(const incarnation& by, const wire::output& x);
  void finished(const incarnation& by, wire::finished_task x);
  /// Sets how many tasks a node takes at a time.
  void pull(const incarnation& by, std::uint32_t window);

  // ---- what the membership says ----

  /// Sets the nodes that there are.
  void set_nodes(std::vector<candidate> nodes);
  /// Places again what a node has that is lost, or has forgotten it. Its link is not used any more.
  void lost(const incarnation& node, const std::string& why);

  /// Fails what has not ended, and all that comes, with unreachable.
  void close(const std::string& why);

  /// Says what waits for a node, and why: one line for each reason.
  std::vector<std::string> pending() const;
  /// Returns how many tasks have not ended.
  std::size_t size() const;

private:
  struct node {
    member facts;
    member_state state = member_state::joining;
    bool linked = false;
    bool itself = false;
    std::shared_ptr<peer> link;
    std::uint32_t window = 0;
    std::deque<std::uint64_t> tasks; ///< what is there, in the order in which it was submitted
  };
  struct line {
    std::deque<placed_call*> calls;
    std::string why; ///< they wait
  };
  /// What is done once the mutex is free.
  using woken = std::vector<cell*>;

  // With the mutex:
  node* find(const incarnation& x);
  void refresh(std::size_t i);
  task_error said_by(const incarnation& by, task_error x);
  void take_off(const incarnation& by, std::uint64_t id);
  bool place(placed_call& x, std::string& why, woken& ready);
  void place_again(placed_call& x, woken& ready);
  void enqueue(placed_call& x, std::string why);
  void place_waiting(woken& ready);
  void resolve(placed_call& x, wire::finished_task how, woken& ready);
  static std::string line_of(const placed_call& x);
  static void wake_all(const woken& ready) noexcept;

  const incarnation itself_;
  const std::uint32_t slots_;

  mutable std::mutex mutex_;
  // All that follows is under the mutex.
  std::unordered_map<std::uint64_t, placed_call*> calls_;
  std::map<std::string, line> lines_;
  std::vector<node> nodes_;        ///< this one first
  std::vector<member_view> views_; ///< of each, for place()
  lost_work placed_;
  std::uint64_t ids_ = 0;
  std::uint64_t turns_ = 0;
  std::uint32_t running_here_ = 0;
  std::string closed_; ///< why; empty: it is open
};

} // namespace sweet::inline v0_5::detail
