// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/actors/actor_directory.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

#include <caf/actor_cast.hpp>
#include <caf/actor_registry.hpp>
#include <caf/io/middleman.hpp>
#include <caf/node_id.hpp>

#include <sweet/messages/error_code.hpp>
#include <sweet/messages/task_error.hpp>
#include <sweet/node/actors/actor_scribe.hpp>

namespace sweet::inline v0_5::detail {

namespace {

constexpr std::size_t max_name = 255;
// So that FOUND fits into one frame.
constexpr std::size_t max_interface = 12 * 1024;
// What one node may have asked for and not got yet; the oldest go.
constexpr std::size_t max_asked = 1024;

std::string joined(const actor_interface& x) {
  if (x.empty())
    return "no statically typed interface";
  std::string all;
  for (const auto& one : x)
    all += (all.empty() ? "" : ", ") + one;
  return "the interface " + all;
}

} // namespace

actor_directory::actor_directory(caf::actor_system& sys, std::string name, logger log)
    : sys_(sys), name_(std::move(name)), node_(to_string(sys.node())), log_(std::move(log)) {}

actor_directory::~actor_directory() = default;

std::string actor_directory::why_not() const {
  return sys_.has_middleman() ? std::string{}
                              : "actors of other nodes need the middleman of CAF: set "
                                "runtime_options::configure to a "
                                "function that calls config.load<caf::io::middleman>()";
}

template <class F>
void actor_directory::post(F f) {
  sys_.middleman().backend().post(
      [self = shared_from_this(), f = std::move(f)]() mutable { f(*self); });
}

// ---- what the node asks
// --------------------------------------------------------------------------

task_result<void> actor_directory::publish(std::string name, caf::strong_actor_ptr who,
                                           actor_interface what) {
  if (auto why = why_not(); !why.empty())
    return task_error{error_code::invalid_state, std::move(why)};
  if (name.empty() || name.size() > max_name)
    return task_error{error_code::invalid_data, "the name of a published actor has 1 to 255 bytes"};
  if (who == nullptr)
    return task_error{error_code::invalid_data, "there is no actor to publish as " + name};
  if (who->node() != sys_.node())
    return task_error{error_code::invalid_data,
                      "the actor to publish as " + name + " is one of another node, which can"};
  std::size_t size = 0;
  for (const auto& x : what)
    size += x.size() + sizeof(std::uint32_t);
  if (size > max_interface)
    return task_error{error_code::invalid_data, "the interface of " + name + " is too large"};
  post([name = std::move(name), who = std::move(who),
        what = std::move(what)](actor_directory& self) mutable {
    self.published_.insert_or_assign(name, published{std::move(who), std::move(what)});
    if (const auto* mine = self.find_own(name))
      for (auto x = self.searches_.begin(); x != self.searches_.end();) {
        auto& wanted = x->second;
        const bool fits = wanted.what.name == name &&
                          (wanted.what.node.empty() || wanted.what.node == self.name_);
        if (fits)
          self.set_found(wanted, mine->who, mine->what, self.name_);
        x = fits ? self.searches_.erase(x) : std::next(x);
      }
    for (auto& [start, x] : self.links_)
      std::erase_if(x.asked, [&, &to = x, &from = start](const wire::lookup& asked) {
        return asked.name == name && self.tell(from, to, asked);
      });
  });
  return {};
}

void actor_directory::unpublish(std::string name) {
  if (sys_.has_middleman())
    post([name = std::move(name)](actor_directory& self) { self.published_.erase(name); });
}

completion_result<caf::strong_actor_ptr> actor_directory::find(actor_query what) {
  auto [set, result] = completion<caf::strong_actor_ptr>{};
  if (auto why = why_not(); !why.empty()) {
    set.fail(task_error{error_code::invalid_state, std::move(why)});
    return result;
  }
  post([wanted = search{std::move(what), std::move(set)}](actor_directory& self) mutable {
    self.forget_searches();
    if (wanted.what.node.empty() || wanted.what.node == self.name_)
      if (const auto* mine = self.find_own(wanted.what.name))
        return self.set_found(wanted, mine->who, mine->what, self.name_);
    const auto id = ++self.last_search_;
    const auto& added = self.searches_.emplace(id, std::move(wanted)).first->second;
    for (auto& [start, x] : self.links_)
      self.ask(x, id, added);
  });
  return result;
}

const actor_directory::published* actor_directory::find_own(const std::string& name) {
  const auto found = published_.find(name);
  if (found == published_.end())
    return nullptr;
  const auto* const who = caf::actor_cast<caf::abstract_actor*>(found->second.who);
  // CAF knows those by their numbers that are alive.
  sys_.registry().put(who->id(), found->second.who);
  if (sys_.registry().get(who->id()) != nullptr)
    return &found->second;
  published_.erase(found);
  return nullptr;
}

void actor_directory::set_found(search& x, caf::strong_actor_ptr who, const actor_interface& what,
                                const std::string& where) {
  if (who == nullptr)
    x.set.fail(task_error{error_code::unreachable, x.what.name + " on " + where + " has ended"});
  else if (!x.what.what.empty() && !sys_.assignable(what, x.what.what))
    x.set.fail(task_error{error_code::invalid_data, x.what.name + " on " + where + " has " +
                                                        joined(what) + ", and not " +
                                                        joined(x.what.what)});
  else
    x.set(std::move(who));
}

void actor_directory::forget_searches() {
  std::erase_if(searches_, [](const auto& x) { return !x.second.set.is_wanted(); });
}

// ---- links
// ---------------------------------------------------------------------------------------

void actor_directory::linked(const incarnation& start, std::string name, std::shared_ptr<peer> by) {
  if (!sys_.has_middleman())
    return;
  post([start, name = std::move(name), by = std::move(by)](actor_directory& self) mutable {
    auto& added = self.links_[start];
    added.name = std::move(name);
    added.by = std::move(by);
    self.forget_searches();
    for (const auto& [id, x] : self.searches_)
      self.ask(added, id, x);
  });
}

void actor_directory::lost(const incarnation& start, std::string why) {
  if (!sys_.has_middleman())
    return;
  post([start, why = std::move(why)](actor_directory& self) {
    if (auto gone = self.links_.extract(start))
      self.end(gone.mapped(), why, log_level::info);
  });
}

void actor_directory::close(std::string why) {
  if (!sys_.has_middleman())
    return;
  post([why = std::move(why)](actor_directory& self) {
    for (auto& [start, x] : std::exchange(self.links_, {}))
      self.end(x, why, log_level::info);
    for (auto& [id, x] : std::exchange(self.searches_, {}))
      x.set.fail(task_error{error_code::unreachable, why});
    self.published_.clear();
  });
}

void actor_directory::came(const incarnation& start, wire::link_frame&& x) {
  // Without CAF's middleman nothing is published here, and nothing looked for.
  if (sys_.has_middleman())
    post([start, x = std::move(x)](actor_directory& self) mutable { self.take(start, x); });
}

void actor_directory::take(const incarnation& start, wire::link_frame& x) {
  const auto found = links_.find(start);
  if (found == links_.end() || !found->second.failure.empty())
    return;
  auto& from = found->second;
  if (auto* asked = std::get_if<wire::lookup>(&x))
    return take(from, std::move(*asked));
  if (const auto* said = std::get_if<wire::actors>(&x))
    return take(start, from, *said);
  if (const auto* answer = std::get_if<wire::found>(&x))
    return take(start, from, *answer);
  if (const auto* done = std::get_if<wire::actors_end>(&x))
    return take(from, *done);
}

void actor_directory::take(other& from, wire::lookup x) {
  if (x.name.size() > max_name)
    return give_up(from, "LOOKUP of a name of " + std::to_string(x.name.size()) + " bytes");
  if (!knows(from, x.node))
    return;
  const auto start = from.by->who();
  if (tell(start, from, x))
    return;
  if (from.asked.size() == max_asked)
    from.asked.pop_front();
  from.asked.push_back(std::move(x));
}

bool actor_directory::tell(const incarnation& start, other& to, const wire::lookup& x) {
  const auto* mine = find_own(x.name);
  if (mine == nullptr)
    return false;
  if (!to.ends && !open(start, to))
    return true; // it has failed
  if (!to.by->talk(
          wire::found{x.id, mine->who->id(), node_, {mine->what.begin(), mine->what.end()}}))
    give_up(to, "it asks for actors, and does not take the answers");
  return true;
}

void actor_directory::ask(other& who, std::uint64_t id, const search& x) {
  if (x.what.node.empty() || x.what.node == who.name)
    who.by->talk(wire::lookup{id, x.what.name, node_});
}

void actor_directory::take(const incarnation& start, other& from, const wire::found& x) {
  if (!knows(from, x.node))
    return;
  const auto asked = searches_.find(x.id);
  if (asked == searches_.end())
    return;
  if (from.ends) // and so does the handle that the answer is about
    return ask(from, x.id, asked->second);
  if (!open(start, from))
    return;
  set_found(asked->second, from.actors->actor(x.actor),
            actor_interface{x.interface.begin(), x.interface.end()}, from.name);
  searches_.erase(asked);
}

void actor_directory::take(const incarnation& start, other& from, const wire::actors& x) {
  if (from.ends)
    return; // it was under way
  if (from.node == caf::none)
    return give_up(from, "ACTORS before any LOOKUP or FOUND");
  if (!open(start, from))
    return;
  if (auto why = from.actors->feed(x.part); !why.empty())
    give_up(from, why);
}

void actor_directory::take(other& from, const wire::actors_end& x) {
  if (std::exchange(from.ends, false))
    return;
  end(from, "the other node has ended it: " + x.reason, log_level::warning);
  from.by->hang_up("as the other node has");
}

// ---- what actors say
// -----------------------------------------------------------------------------

bool actor_directory::knows(other& who, const std::string& node) {
  caf::node_id told;
  if (!caf::node_id::can_parse(node) || caf::parse(node, told) || told == caf::none) {
    give_up(who, "a name of CAF for its node that makes no sense");
    return false;
  }
  if (told == sys_.node() || (who.node != caf::none && who.node != told)) {
    give_up(who, "it has the name in CAF of this node, or another one than before: " + node);
    return false;
  }
  who.node = std::move(told);
  return true;
}

bool actor_directory::open(const incarnation& start, other& who) {
  if (who.actors != nullptr)
    return true;
  auto made = caf::make_counted<actor_scribe>(
      sys_, who.node, who.by,
      [this, name = who.name](std::string why) {
        log_(log_level::warning, "actors of " + name + ": " + why);
      },
      [weak = weak_from_this(), start](const std::string& why) {
        const auto self = weak.lock();
        if (self == nullptr)
          return;
        const auto found = self->links_.find(start);
        if (found == self->links_.end() || found->second.actors == nullptr)
          return;
        auto& x = found->second;
        self->end(x, why, log_level::warning);
        x.by->hang_up(why);
        x.ends = true;
      });
  if (!made->open()) {
    give_up(who, "another node has the name in CAF that it has");
    return false;
  }
  who.actors = std::move(made);
  return true;
}

void actor_directory::end(other& who, const std::string& why, log_level how) {
  if (const auto actors = std::exchange(who.actors, nullptr)) {
    log_(how, "the actors of " + who.name + " are out of reach: " + why);
    actors->end(why);
  }
}

void actor_directory::give_up(other& who, const std::string& why) {
  who.failure = why;
  end(who, why, log_level::warning);
  who.by->hang_up(why);
  who.by->cut("its actors: " + why);
}

} // namespace sweet::inline v0_5::detail
