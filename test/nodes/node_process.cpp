// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// A node in a process of its own, for test/nodes/run: NAME=VALUE... on the command line are what it
// is, lines on the standard input what it does, and each line that it writes is something that has
// happened, as JSON.

#include <sweet/node/certificates.hpp>
#include <sweet/node/node_builder.hpp>
#include <sweet/sweet.hpp>

#include <bit>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <functional>
#include <iostream>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <thread>
#include <type_traits>
#include <unistd.h>
#include <utility>
#include <vector>

#include "json_line.hpp"

using namespace sweet;
using namespace std::chrono_literals;

namespace {

// What nodes run for each other. Those that return a string return the name of the node that has
// run them.
constexpr remote<int(int, int)> add{"add"};
constexpr remote<int(int, std::string)> other_add{"add"};
constexpr remote<std::string(std::string)> echo{"echo"};
constexpr remote<std::vector<double>(std::vector<double>)> doubles{"doubles"};
constexpr remote<std::string(std::uint64_t)> makes{"makes"};
constexpr remote<std::string(int)> sleeps{"sleeps"};
constexpr remote<std::string(int)> blocks{"blocks"};
constexpr remote<std::string(int)> counts{"counts"};
constexpr remote<std::string()> dies{"dies"};
constexpr remote<std::string()> throws{"throws"};
constexpr remote<std::string()> waits{"waits"};
constexpr remote<std::string()> unknown{"unknown"};

/// NAME=VALUE... of the command line.
class settings {
public:
  settings(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
      const std::string word = argv[i];
      const auto at = word.find('=');
      values_[word.substr(0, at)] = at == std::string::npos ? "" : word.substr(at + 1);
    }
  }
  bool has(const std::string& name) const { return values_.contains(name); }
  std::string text(const std::string& name, std::string otherwise = {}) const {
    const auto found = values_.find(name);
    return found == values_.end() ? std::move(otherwise) : found->second;
  }
  int number(const std::string& name, int otherwise) const {
    return has(name) ? std::stoi(text(name)) : otherwise;
  }
  std::vector<std::string> list(const std::string& name) const {
    std::vector<std::string> all;
    std::istringstream in{text(name)};
    for (std::string one; std::getline(in, one, ',');)
      all.push_back(one);
    return all;
  }

private:
  std::map<std::string, std::string> values_;
};

/// A file that processes append to: what they wrote stays, however they end.
class journal {
public:
  explicit journal(const std::string& path)
      : file_(path.empty()
                  ? -1
                  : ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)) {}
  void write(const std::string& line) const {
    if (file_ >= 0 && ::write(file_, (line + '\n').c_str(), line.size() + 1) < 0)
      std::abort();
  }

private:
  int file_;
};

node_builder described(runtime& rt, const settings& s, const journal& starts) {
  const auto name = s.text("name");
  auto x = node_builder(rt)
               .name(name)
               .slots(static_cast<std::uint32_t>(s.number("slots", 4)))
               .detector({.heartbeat = s.number("heartbeat", 100) * 1ms,
                          .min_deviation = s.number("deviation", 50) * 1ms,
                          .pause = s.number("pause", 300) * 1ms})
               .restarts(static_cast<std::uint32_t>(s.number("restarts", 2)))
               .join(s.list("join"));
  if (!s.has("patient"))
    x = x.reconnect(backoff::fixed(50ms));
  if (s.has("lost"))
    x = x.lost_work({.nodes_taken_down = static_cast<std::uint32_t>(s.number("lost", 3)),
                     .nodes_lost = static_cast<std::uint32_t>(s.number("lost", 10))});
  if (s.has("cluster"))
    x = x.cluster(s.text("cluster"));
  if (s.has("listen"))
    x = x.listen(s.text("listen"));
  if (s.has("secret"))
    x = x.secret(s.text("secret"));
  if (s.has("plain"))
    x = x.without_tls();
  if (s.has("certificates")) {
    const auto folder = s.text("certificates") + '/';
    x = x.certificates(folder + name + ".pem", folder + name + ".key", folder + "ca.pem");
  }
  for (auto& role : s.list("roles"))
    x = x.role(role);
  if (s.has("only_submits"))
    return x;
  const auto slow = s.number("slow", 1);
  x = s.has("skew") ? x.provide(other_add, [](int a, std::string) { return a; })
                    : x.provide(add, [](int a, int b) { return a + b; });
  return x.provide(echo, [](std::string text) { return text; })
      .provide(doubles, [](std::vector<double> all) { return all; })
      .provide(makes, [](std::uint64_t size) { return std::string(size, 'x'); })
      .provide(sleeps,
               [name, slow](task_context ctx, int ms) -> async<std::string> {
                 co_await ctx.sleep_for(ms * slow * 1ms);
                 co_return name;
               })
      .provide(blocks,
               [name](int ms) {
                 std::this_thread::sleep_for(ms * 1ms);
                 return name;
               })
      .provide(counts,
               [name, &starts](task_context ctx, remote_origin from, int ms) -> async<std::string> {
                 starts.write("begun " + from.key + ' ' + std::to_string(from.attempt) + ' ' +
                              name);
                 co_await ctx.sleep_for(ms * 1ms);
                 starts.write("done " + from.key + ' ' + std::to_string(from.attempt) + ' ' + name);
                 co_return name;
               })
      .provide(dies,
               [&starts, name]() -> std::string {
                 starts.write("dies " + name);
                 ::kill(::getpid(), SIGKILL);
                 return {};
               })
      .provide(throws, []() -> std::string { throw std::runtime_error{"no paper"}; })
      .provide(waits, [&starts, name](task_context ctx, remote_origin from) -> async<std::string> {
        ctx.on_cancel(
            [&starts, key = from.key, name] { starts.write("stopped " + key + ' ' + name); },
            when_cancelled::graceful_or_kill);
        starts.write("begun " + from.key + ' ' + std::to_string(from.attempt) + ' ' + name);
        co_await ctx.sleep_for(1h);
        co_return name;
      });
}

/// `least_loaded`, `round_robin:gpu` with a role, `on:w1`, `consistent_hash:key`.
placement read_placement(const std::string& text) {
  const auto at = text.find(':');
  const auto how = text.substr(0, at);
  const auto rest = at == std::string::npos ? std::string{} : text.substr(at + 1);
  if (how == "on")
    return placement::on(rest);
  if (how == "consistent_hash")
    return placement::consistent_hash(rest);
  auto x = placement::local();
  if (how == "round_robin")
    x = placement::round_robin();
  else if (how == "least_loaded")
    x = placement::least_loaded();
  else if (how == "two_choices")
    x = placement::two_choices();
  return rest.empty() ? x : x.role(rest);
}

// What a value is in a report; long ones by their size.
json_line& value(json_line& to, const std::string& x) {
  return x.size() > 100 ? to.add("value", x.size()) : to.add("value", x);
}
json_line& value(json_line& to, int x) {
  return to.add("value", x);
}

/// Submits what it is told to, and reports each outcome.
class load {
public:
  load(runtime& rt, const node& from) : rt_(rt), from_(from) {}
  load(const load&) = delete;
  load& operator=(const load&) = delete;

  /// Reads `GROUP N FUNCTION PLACEMENT [ARGUMENT...]`.
  void submit(std::istream& in) {
    std::string group, function, where;
    int n = 0;
    in >> group >> n >> function >> where;
    const auto how = read_placement(where);
    long argument = 0;
    in >> argument;
    const auto ms = static_cast<int>(argument);
    for (int i = 0; i < n; ++i) {
      if (function == "add")
        run(group, i, how, add, i, 1);
      else if (function == "echo")
        run(group, i, how, echo, std::string(static_cast<std::size_t>(argument), 'x'));
      else if (function == "makes")
        run(group, i, how, makes, static_cast<std::uint64_t>(argument));
      else if (function == "sleeps")
        run(group, i, how, sleeps, ms);
      else if (function == "blocks")
        run(group, i, how, blocks, ms);
      else if (function == "counts")
        run(group, i, how, counts, ms);
      else if (function == "dies")
        run(group, i, how, dies);
      else if (function == "throws")
        run(group, i, how, throws);
      else if (function == "waits")
        run(group, i, how, waits);
      else if (function == "unknown")
        run(group, i, how, unknown);
      else if (function == "doubles")
        run_doubles(group, i, how);
      else
        json_line("error").add("text", "no function " + function).print();
    }
    json_line("submitted").add("group", group).add("n", n).print();
  }

  /// Reads `GROUP LEVEL`.
  void cancel(std::istream& in) {
    std::string group, level;
    in >> group >> level;
    const auto how = level == "kill_hard" ? cancellation_level::kill_hard
                     : level == "kill"    ? cancellation_level::kill
                                          : cancellation_level::graceful;
    for (const auto& x : tasks_[group])
      x.stop(how);
  }

  /// Waits until all have ended.
  void wait() const {
    for (const auto& [group, all] : tasks_)
      for (const auto& x : all)
        x.wait();
  }

private:
  template <class R, class... Args>
  void run(const std::string& group, int i, const placement& where, const remote<R(Args...)>& what,
           std::type_identity_t<Args>... args) {
    auto task = async_task::to<R>(rt_)
                    .name(std::string{what.name()})
                    .on(from_, where)
                    .run(what, std::move(args)...);
    task.on_done([group, i](const task_result<R>& outcome) {
      json_line line{"outcome"};
      line.add("group", group).add("index", i).add("ok", outcome.is_ok());
      if (outcome.is_ok())
        value(line, outcome.value());
      else
        line.add("code", to_string(outcome.error().code()))
            .add("error", to_string(outcome.error()));
      line.print();
    });
    keep(group, task);
  }

  template <class R>
  void keep(const std::string& group, const spawning_task<R>& task) {
    tasks_[group].push_back(
        {.stop = [task](cancellation_level level) { static_cast<void>(task.cancel(level)); },
         .wait = [task] { static_cast<void>(task.await()); }});
  }

  /// What numbers can be, there and back.
  void run_doubles(const std::string& group, int i, const placement& where) {
    using limits = std::numeric_limits<double>;
    const std::vector<std::uint64_t> bits = {std::bit_cast<std::uint64_t>(limits::infinity()),
                                             std::bit_cast<std::uint64_t>(-limits::infinity()),
                                             0x7FF8'0000'DEAD'BEEFU,
                                             0x8000'0000'0000'0000U,
                                             1,
                                             std::bit_cast<std::uint64_t>(limits::max())};
    std::vector<double> sent;
    for (const auto x : bits)
      sent.push_back(std::bit_cast<double>(x));
    auto task = async_task::to<std::vector<double>>(rt_).on(from_, where).run(doubles, sent);
    task.on_done([group, i, bits](const task_result<std::vector<double>>& outcome) {
      std::vector<std::uint64_t> back;
      if (outcome.is_ok())
        for (const double x : outcome.value())
          back.push_back(std::bit_cast<std::uint64_t>(x));
      json_line("outcome").add("group", group).add("index", i).add("ok", back == bits).print();
    });
    keep(group, task);
  }

  struct submitted {
    std::function<void(cancellation_level)> stop;
    std::function<void()> wait;
  };

  runtime& rt_;
  const node& from_;
  std::map<std::string, std::vector<submitted>> tasks_;
};

void print_members(const node& x) {
  json_line line{"members"};
  for (const auto& m : x.members())
    if (is_alive(m.state)) // former starts of the same name are gone
      line.add(m.who.name, to_string(m.state) + (m.linked ? " linked" : ""));
  line.print();
}

void print_pending(const node& x) {
  std::string all;
  for (const auto& line : x.pending())
    all += line + '\n';
  json_line("pending").add("text", all).add("waits_for", x.waits_for()).print();
}

void report_members(runtime& rt, const node& x) {
  static_cast<void>(rt.spawn([news = x.watch()]() mutable -> async<void> {
    while (const auto change = co_await news.receive())
      json_line("member")
          .add("name", change->name)
          .add("is", to_string(change->is))
          .add("why", change->why)
          .print();
  }));
}

void serve(runtime& rt, const settings& s, const journal& starts) {
  std::optional<node> self{described(rt, s, starts).start()};
  load tasks{rt, *self};
  report_members(rt, *self);
  json_line("ready").add("address", self->address()).print();
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream in{line};
    std::string verb;
    in >> verb;
    if (verb == "submit") {
      tasks.submit(in);
    } else if (verb == "cancel") {
      tasks.cancel(in);
    } else if (verb == "members") {
      print_members(*self);
    } else if (verb == "pending") {
      print_pending(*self);
    } else if (verb == "drain") {
      self->drain().on_done(
          [](const task_result<void>& x) { json_line("drained").add("ok", x.is_ok()).print(); });
    } else if (verb == "reload") {
      const auto done = self->reload_certificates();
      json_line("reloaded")
          .add("ok", done.is_ok())
          .add("error", done ? "" : to_string(done.error()))
          .print();
    } else if (verb == "descriptors") { // few enough to run out of
      rlimit limit{};
      ::getrlimit(RLIMIT_NOFILE, &limit);
      in >> limit.rlim_cur;
      ::setrlimit(RLIMIT_NOFILE, &limit);
      json_line("limited").print();
    } else if (verb == "pid") {
      json_line("pid").add("pid", ::getpid()).print();
    } else if (verb == "stop") {
      break;
    }
  }
  self->stop();
  tasks.wait();
}

void make_certificates(const settings& s) {
  const auto folder = s.text("make_certificates");
  if (s.has("make_authority"))
    make_authority(folder).unwrap();
  certificate_validity validity;
  if (s.has("seconds"))
    validity = {.from = std::chrono::system_clock::now() - 24h + s.number("seconds", 0) * 1s,
                .days = std::chrono::days{1}};
  for (const auto& name : s.list("names"))
    make_certificate(folder, name, validity).unwrap();
}

} // namespace

int main(int argc, char** argv) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL); // nothing outlives the driver
  const settings s{argc, argv};
  const journal starts{s.text("journal")};
  try {
    if (s.has("make_certificates")) {
      make_certificates(s);
      return 0;
    }
    runtime rt{runtime_options{
        .workers = static_cast<std::size_t>(s.number("workers", 2)),
        .log = [](const log_record& x) {
          json_line("log").add("level", to_string(x.level)).add("text", x.text).print();
        }}};
    serve(rt, s, starts);
    rt.cancel();
    rt.join();
  } catch (const std::exception& e) {
    json_line("failed").add("error", e.what()).print();
    return 1;
  }
  json_line("over").print();
  return 0;
}
