// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/node_core.hpp>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>
#include <stdexcept>
#include <utility>

#include <sweet/actors/task/scope.hpp>
#include <sweet/actors/task/sleep.hpp>
#include <sweet/actors/task/spawn.hpp>
#include <sweet/asio/io.hpp>
#include <sweet/asio/use_wait.hpp>
#include <sweet/messages/fails_with.hpp>
#include <sweet/messages/version.hpp>
#include <sweet/node/checked_setting.hpp>
#include <sweet/node/link/greet.hpp>
#include <sweet/node/link/host_port.hpp>
#include <sweet/node/link/port.hpp>

namespace sweet::inline v0_5::detail {

namespace {

using namespace std::chrono_literals;
using tcp = boost::asio::ip::tcp;

// Connections that have not said hello: a stranger's take no more than this.
constexpr std::size_t max_strangers = 64;
// What watchers may be behind.
constexpr std::size_t watch_limit = 1024;
constexpr std::size_t dial_limit = 1024;
// How long a connection is waited for; after that the table has it tried anew.
constexpr auto connect_time = 1s;
// How long no connection is taken when descriptors have run out.
constexpr auto accept_pause = 100ms;

std::chrono::steady_clock::time_point now() {
  return std::chrono::steady_clock::now();
}

incarnation drawn() {
  wire::nonce random;
  wire::secure_random(random);
  const wire::byte_view in = random;
  return {wire::number_at<std::uint64_t>(in), wire::number_at<std::uint64_t>(in.subspan(8)), 1};
}

std::optional<tls::tls_context> read_tls(const node_settings& x) {
  if (x.certificates)
    return checked_setting(tls::tls_context::from_files(*x.certificates, x.name));
  if (x.secret.empty() || x.without_tls)
    return std::nullopt;
  return checked_setting(tls::tls_context::from_secret(x.secret));
}

member first_facts(const node_settings& x, const incarnation& life, std::string address,
                   std::vector<task_type> types) {
  member facts;
  facts.name = x.name;
  facts.incarnation = life;
  facts.address = std::move(address);
  facts.roles = x.roles;
  facts.slots = x.slots;
  facts.task_types = std::move(types);
  return facts;
}

} // namespace

/// Holds the mutex. What calls functions of the program's own is done once it is free: they may ask
/// the node something.
class node_core::decision {
public:
  explicit decision(node_core& node) : node_(node), lock_(node.mutex_) {}
  decision(const decision&) = delete;
  decision& operator=(const decision&) = delete;
  ~decision() {
    const auto notes = std::exchange(node_.notes_, {});
    const auto orphans = std::exchange(node_.orphans_, {});
    lock_.unlock();
    for (const auto& [submitter, why] : orphans)
      node_.executor_->orphan(submitter, why);
    for (const auto& [level, text] : notes)
      node_.log(level, text);
  }

private:
  node_core& node_;
  std::unique_lock<std::mutex> lock_;
};

class node_core::attempt {
public:
  /// @returns null if there is one already
  static std::unique_ptr<attempt> begin(node_core& node, const std::string& address) {
    std::lock_guard guard{node.mutex_};
    if (!node.dialed_.insert(address).second)
      return nullptr;
    return std::make_unique<attempt>(node, address);
  }

  attempt(node_core& node, std::string address) : node_(node), address_(std::move(address)) {}
  attempt(const attempt&) = delete;
  attempt& operator=(const attempt&) = delete;
  ~attempt() {
    std::lock_guard guard{node_.mutex_};
    node_.dialed_.erase(address_);
  }

private:
  node_core& node_;
  std::string address_;
};

node_core::node_core(runtime& rt, node_settings settings)
    : rt_(rt), settings_(std::move(settings)), life_(drawn()),
      key_prefix_(to_string(life_.start())), acceptor_(open_port(rt, settings_)),
      executor_(std::make_shared<executor>(life_, settings_.slots, settings_.provided)),
      submitter_(life_, settings_.slots, settings_.lost),
      actors_(std::make_shared<actor_directory>(
          rt.system(), settings_.name,
          [&rt, name = settings_.name](log_level level, std::string text) {
            rt.log({level, {}, name, std::move(text), now()});
          })),
      strangers_(rt.home(), max_strangers), dials_(dial_limit), changes_(watch_limit),
      tls_(read_tls(settings_)),
      table_(first_facts(settings_, life_, address_of(acceptor_, settings_), executor_->types()),
             settings_.membership, now()),
      timer_(io(rt)) {
  checked_setting(wire::check_settings(introduce(0)));
  checked_setting(wire::check_hello(table_.hello_for()));
  for (const auto& x : settings_.provided)
    if (const auto arrives = x->check(); !arrives)
      throw std::invalid_argument{
          "node_builder: " + x->type().name +
          " cannot be called from other nodes: " + arrives.error().message()};
  for (const auto& seed : settings_.membership.seeds)
    checked_setting(read_host_port(seed));
  tell_submitter();
}

// ---- the tree
// -------------------------------------------------------------------------------------

async<void> node_core::run(task_context ctx) {
  {
    const decision deciding{*this};
    arm();
  }
  auto tasks = ctx.spawn([this](task_context own) { return executor_->serve(own); });
  co_await ctx.scope("links", child_failure::collect, [this](task_context links) -> async<void> {
    if (acceptor_.is_open())
      static_cast<void>(links.spawn([this](task_context own) { return accept(own); }));
    while (auto address = co_await dials_.receiver.receive())
      static_cast<void>(
          links.spawn([this](task_context own, std::string to) { return dial(own, std::move(to)); },
                      std::move(*address)));
  });
}

async<void> node_core::accept(task_context ctx) {
  co_await ctx.scope(child_failure::collect, [this](task_context links) -> async<void> {
    for (;;) {
      auto [error, socket] = co_await acceptor_.async_accept(boost::asio::as_tuple(use_wait));
      if (error) {
        log(log_level::warning, "no connection is taken for a while: " + error.message());
        co_await links.sleep_for(accept_pause);
        continue;
      }
      boost::system::error_code gone; // already
      auto place =
          co_await strangers_.enter(links, socket.remote_endpoint(gone).address().to_string());
      const auto number = place.number();
      const auto talks = links.spawn(
          [this](task_context own, tcp::socket with, strangers::place stranger) {
            return talk(own, std::move(with), {}, {}, std::move(stranger));
          },
          std::move(socket), std::move(place));
      strangers_.belongs(number, talks.share());
    }
  });
}

async<void> node_core::dial(task_context ctx, std::string address) {
  auto own = attempt::begin(*this, address);
  if (own == nullptr)
    co_return; // the table tries again
  const auto to = read_host_port(address).value();
  const auto socket = std::make_shared<tcp::socket>(io(ctx));
  try {
    tcp::resolver resolver{io(ctx)};
    const auto found = co_await resolver.async_resolve(to.host, to.port, use_wait);
    for (const auto& x : found)
      if (!is_safe(x.endpoint().address(), settings_)) {
        log(log_level::warning, "no connection: " + is_unsafe(address));
        co_return;
      }
    // Kept by the task below, see greet().
    co_await ctx.with_timeout(connect_time, [socket, found]() -> async<void> {
      const auto [error, at] =
          co_await boost::asio::async_connect(*socket, found, boost::asio::as_tuple(use_wait));
      if (error)
        co_await fails_with{task_error{error_code::io, error.message()}};
    });
  } catch (const boost::system::system_error& e) {
    log(log_level::debug, "no connection to " + address + ": " + e.code().message());
    co_return;
  } catch (const task_failure& e) {
    log(log_level::debug, "no connection to " + address + ": " + e.error().root_cause().message());
    co_return;
  }
  co_await talk(ctx, std::move(*socket), std::move(address), std::move(own), {});
}

async<void> node_core::talk(task_context ctx, tcp::socket socket, std::string dialed,
                            std::unique_ptr<attempt> own, strangers::place place) {
  socket.set_option(tcp::no_delay{true});
  let_urgent_frames_pass(socket);
  link_number number = 0;
  {
    std::lock_guard guard{mutex_};
    number = ++numbers_;
  }
  const struct at_end {
    node_core& node;
    link_number number;
    ~at_end() { node.over(number); }
  } ends{*this, number};

  const bool is_server = dialed.empty();
  using side = wire::handshake::side;
  const auto said =
      std::make_shared<greeting>(greeting{.over = open(std::move(socket), is_server),
                                          .side = is_server ? side::server : side::client,
                                          .introduced = introduce(number)});
  try {
    // The tasks below use it until they have ended, which may be after this frame is gone.
    co_await ctx.with_timeout(wire::handshake_time, [said] { return greet(said); });
  } catch (const task_failure& e) {
    said->failure = e.error().root_cause().code() == error_code::timeout
                        ? "the hello was not over after 5 s"
                        : e.error().root_cause().message();
  }
  if (!said->failure.empty() || !said->hello || !said->hello->done()) {
    const auto* no = said->hello && said->hello->refused() ? &*said->hello->refused() : nullptr;
    if (no != nullptr && no->reason == static_cast<std::uint8_t>(wire::refusal_reason::itself)) {
      // It is one of the addresses to join, as where all nodes have the same ones.
      const decision deciding{*this};
      carry_out(table_.met_itself(dialed, now()));
      co_return;
    }
    log(log_level::warning,
        "no link by " + (is_server ? "a connection" : dialed) + ": " + said->failure);
    if (said->hello && said->hello->held_life() != 0) {
      const decision deciding{*this};
      carry_out(table_.refused(said->hello->held_life(), now()));
    }
    co_return;
  }
  const auto& hello = said->hello;
  place = {};
  const auto by = std::make_shared<connection>(std::move(said->over), number, hello->peer(),
                                               shared_from_this(), *this);
  std::string why;
  {
    const decision deciding{*this};
    auto& mine = opened_[number];
    mine.by = by;
    mine.received = hello->said().received;
    if (!is_server)
      carry_out(table_.hello(number, hello->said().node, dialed, now()));
    else if (const auto* beat = std::get_if<wire::heartbeat>(&*said->first))
      carry_out(table_.heartbeat(number, beat->news, now()));
    else if (const auto* no = std::get_if<wire::refusal>(&*said->first)) {
      carry_out(table_.refused(no->held_life, now()));
      mine.closed = to_string(*no);
    }
    why = std::move(mine.closed);
    const auto held_life = mine.held_life;
    opened_.erase(number);
    if (by->carried() == nullptr) {
      wire::refusal no{static_cast<std::uint8_t>(wire::refusal_reason::other), why,
                       said->introduced.versions, hello->peer().versions, held_life};
      wire::bytes last;
      wire::append_frame(last, wire::frame_type::refused, wire::encode(no).value());
      static_cast<void>(by->send(last));
    } else {
      carried_[number] = by;
    }
  }
  own.reset();
  if (by->carried() == nullptr) {
    by->close(why);
    log(log_level::info, "no link to " + hello->peer().name + ": " + why);
    co_return;
  }
  by->run(std::move(said->rest));
  const auto ended = co_await by->ended().get();
  log(log_level::info, "the link to " + hello->peer().name + " is lost: " + ended.unwrap());
}

wire::handshake_settings node_core::introduce(link_number number) {
  wire::handshake_settings x;
  x.versions.library = "sweet " + std::string{version()};
  x.cluster = settings_.cluster;
  x.name = settings_.name;
  x.secret = settings_.secret;
  {
    std::lock_guard guard{mutex_};
    x.life = table_.itself().incarnation;
  }
  x.say = [this, number](const wire::introduction& to, const wire::hello* theirs) {
    const decision deciding{*this};
    return say(number, to, theirs);
  };
  return x;
}

hello_stream node_core::open(tcp::socket socket, bool is_server) const {
  std::lock_guard guard{mutex_};
  hello_stream over{std::move(socket), nullptr};
  using side = tls::tls_session::side;
  if (tls_)
    over.tls = std::make_unique<tls::tls_session>(is_server ? side::server : side::client, *tls_);
  return over;
}

// ---- what connections tell
// -----------------------------------------------------------------------

void node_core::heard(connection& by) {
  const decision deciding{*this};
  carry_out(table_.heard(by.number(), now()));
}

void node_core::came(connection& by, std::vector<wire::link_frame>&& frames) {
  const auto& link = by.carried();
  for (wire::link_frame& x : frames) {
    if (auto* results = std::get_if<wire::result>(&x)) {
      for (auto& one : results->tasks)
        submitter_.finished(by.who(), std::move(one));
    } else if (auto* work = std::get_if<wire::submit>(&x)) {
      for (auto& one : work->tasks)
        executor_->take(link, by.who(), by.name(), std::move(one));
    } else if (auto* no = std::get_if<wire::cancel>(&x)) {
      executor_->cancel(by.who(), std::move(*no));
    } else if (const auto* begun = std::get_if<wire::started>(&x)) {
      submitter_.started(by.who(), *begun);
    } else if (auto* far = std::get_if<wire::progress>(&x)) {
      submitter_.progressed(by.who(), std::move(*far));
    } else if (const auto* text = std::get_if<wire::output>(&x)) {
      submitter_.said(by.who(), *text);
    } else if (const auto* more = std::get_if<wire::pull>(&x)) {
      submitter_.pull(by.who(), more->slots);
    } else if (const auto* beat = std::get_if<wire::heartbeat>(&x)) {
      const decision deciding{*this};
      carry_out(table_.heartbeat(by.number(), beat->news, now()));
    } else if (const auto* why = std::get_if<wire::refusal>(&x)) {
      const decision deciding{*this};
      carry_out(table_.refused(why->held_life, now()));
      by.close("the other end has closed it: " + to_string(*why));
    } else if (!std::holds_alternative<wire::leave>(x)) { // the link has taken note of that
      actors_->came(by.who().start(), std::move(x));
    }
  }
}

void node_core::over(link_number number) {
  const decision deciding{*this};
  opened_.erase(number);
  if (const auto found = carried_.find(number); found != carried_.end()) {
    found->second->close("this node ends it");
    carried_.erase(found);
  }
  carry_out(table_.link_lost(number, now()));
  tell_submitter();
}

void node_core::tick() {
  const decision deciding{*this};
  armed_ = time_point::max();
  carry_out(table_.tick(now()));
  if (const auto time = now(); time - reported_ >= settings_.membership.detector.heartbeat) {
    reported_ = time;
    executor_->report();
  }
}

// ---- with the mutex of the table
// -----------------------------------------------------------------

std::variant<wire::hello, wire::refusal>
node_core::say(link_number number, const wire::introduction& to, const wire::hello* theirs) {
  auto& mine = opened_[number];
  if (theirs != nullptr)
    carry_out(table_.hello(number, theirs->node, {}, now()));
  if (mine.closed.empty() && table_.keeps_link(to.life, theirs == nullptr))
    mine.closed = "there is a link already";
  if (!mine.closed.empty())
    return wire::refusal{static_cast<std::uint8_t>(wire::refusal_reason::other),
                         mine.closed,
                         {},
                         {},
                         mine.held_life};
  wire::hello said;
  // The present connection goes on until the table has decided: this one may not be taken.
  if (const auto found = links_.find(to.life.start()); found != links_.end())
    said.received = mine.told = found->second->received();
  said.node = theirs == nullptr ? table_.hello_for() : table_.hello_for(number);
  return said;
}

void node_core::carry_out(membership_news news) {
  for (const auto& x : news.changes)
    change(x);
  for (const auto& x : news.close)
    close(x);
  for (const auto& x : news.ready)
    attach(x);
  for (auto& x : news.connect)
    static_cast<void>(dials_.sender.try_send(std::move(x))); // if it is full: the table tries again
  for (const auto x : news.heartbeats)
    beat(x);
  for (auto& x : news.notes)
    note(log_level::warning, std::move(x));
  if (news.superseded)
    note(log_level::error, "another node has taken the name or the address of " + settings_.name +
                               ": this one is no member any more");
  if (!news.changes.empty() || !news.ready.empty() || table_.version() != told_)
    tell_submitter();
  arm();
}

void node_core::change(const member_change& x) {
  const bool is_bad = x.is == member_state::suspect || x.is == member_state::down;
  note(is_bad ? log_level::warning : log_level::info,
       "node " + x.name + " is " + to_string(x.is) + ": " + x.why);
  static_cast<void>(changes_.sender.send(x));
  if (!is_alive(x.is) && !same_start(x.incarnation, life_))
    forget(x.incarnation.start(), x.name + " is " + to_string(x.is) + ": " + x.why);
}

void node_core::close(const membership_news::closed_link& x) {
  if (const auto carried = carried_.find(x.link); carried != carried_.end()) {
    auto& by = *carried->second;
    by.carried()->refuse(
        by, {static_cast<std::uint8_t>(wire::refusal_reason::other), x.why, {}, {}, x.held_life});
    by.close(x.why);
  } else {
    auto& mine = opened_[x.link];
    mine.closed = x.why.empty() ? "it is closed" : x.why;
    mine.held_life = x.held_life;
  }
}

void node_core::attach(const membership_news::ready_link& x) {
  const auto start = x.incarnation.start();
  auto& mine = opened_.at(x.link);
  auto found = links_.find(start);
  if (!x.resumed || found == links_.end()) {
    if (found != links_.end())
      forget(start, "it has begun anew");
    found = links_.emplace(start, std::make_shared<peer>(start)).first;
    mine.received = mine.told = 0;
    if (table_.itself().draining)
      stop_taking(*found->second);
    else
      found->second->pull(executor_->window());
    actors_->linked(start, mine.by->name(), found->second);
  }
  mine.by->carry(found->second);
  if (!found->second->connect(*mine.by, mine.told, mine.received)) {
    mine.by->carry(nullptr);
    mine.closed = "another connection has come before it";
  }
}

void node_core::stop_taking(peer& from) {
  from.pull(0);
  from.leave("it drains");
}

void node_core::beat(link_number number) {
  const auto e = link_of(number);
  if (e == nullptr)
    return;
  for (std::size_t most = settings_.membership.list_limit; most != 0; most /= 2) {
    const auto news = table_.next_heartbeat(number, most);
    if (!news || e->beat({*news}))
      return;
  }
}

void node_core::forget(const incarnation& start, const std::string& why) {
  if (const auto found = links_.find(start); found != links_.end()) {
    found->second->cut(why);
    links_.erase(found);
    actors_->lost(start, why);
  }
  orphans_.emplace_back(start, why);
  submitter_.lost(start, why);
}

void node_core::tell_submitter() {
  std::vector<submitter::candidate> all;
  for (const auto& view : table_.nodes()) {
    const auto link = links_.find(view.who->incarnation.start());
    all.push_back({view, link == links_.end() ? nullptr : link->second});
  }
  submitter_.set_nodes(std::move(all));
  told_ = table_.version();
}

void node_core::arm() {
  const auto next = table_.next_tick().value_or(time_point::max());
  if (next >= armed_)
    return;
  armed_ = next;
  boost::asio::post(timer_.get_executor(), [self = shared_from_this(), next] {
    self->timer_.expires_at(next);
    self->timer_.async_wait([self](const boost::system::error_code& error) {
      if (!error)
        self->tick();
    });
  });
}

void node_core::note(log_level level, std::string text) {
  notes_.emplace_back(level, std::move(text));
}

void node_core::log(log_level level, std::string text) const {
  rt_.log({level, {}, settings_.name, std::move(text), now()});
}

std::shared_ptr<peer> node_core::link_of(link_number number) const {
  if (const auto found = carried_.find(number); found != carried_.end())
    return found->second->carried();
  const auto found = opened_.find(number);
  return found == opened_.end() || !found->second.by ? nullptr : found->second.by->carried();
}

// ---- what it is asked
// ----------------------------------------------------------------------------

task_result<void> node_core::reload_certificates() {
  const decision deciding{*this};
  if (!tls_)
    return {};
  auto next = tls_->reload();
  if (!next) {
    note(log_level::warning, "the certificates stay as they were: " + next.error().message());
    return next.error();
  }
  tls_ = std::move(next).value();
  return {};
}

void node_core::drain() {
  const decision deciding{*this};
  executor_->drain();
  carry_out(table_.drain());
  for (const auto& [start, x] : links_)
    stop_taking(*x);
}

bool node_core::is_drained() const {
  std::lock_guard guard{mutex_};
  return executor_->size() == 0 &&
         std::ranges::all_of(links_, [](const auto& x) { return x.second->is_settled(); });
}

void node_core::leave() {
  const decision deciding{*this};
  carry_out(table_.leave());
  boost::asio::post(timer_.get_executor(), [self = shared_from_this()] { self->timer_.cancel(); });
}

void node_core::give_up() {
  submitter_.close("node " + settings_.name + " has ended");
  actors_->close("node " + settings_.name + " has ended");
  // Nothing accepts any more: whoever comes next may have the port.
  boost::system::error_code ignored;
  acceptor_.close(ignored);
}

std::vector<node_member> node_core::members() const {
  std::lock_guard guard{mutex_};
  std::vector<node_member> all;
  for (const auto& x : table_.nodes())
    all.push_back({*x.who, x.state, x.linked, x.itself});
  return all;
}

member node_core::itself() const {
  std::lock_guard guard{mutex_};
  return table_.itself();
}

std::string node_core::waits_for() const {
  std::lock_guard guard{mutex_};
  return table_.waits_for();
}

} // namespace sweet::inline v0_5::detail
