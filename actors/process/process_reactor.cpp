// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/process_reactor.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <sweet/actors/process/child_process.hpp>
#include <sweet/actors/process/leftover_patience.hpp>
#include <sweet/actors/process/own_children.hpp>
#include <sweet/actors/process/pidfd.hpp>
#include <sweet/actors/process/process_family.hpp>
#include <sweet/actors/process/process_mark.hpp>

namespace sweet::inline v0_5::detail {

namespace {

[[noreturn]] void throw_errno(const char* what) {
  throw std::system_error{errno, std::generic_category(), what};
}

unique_fd checked(int fd, const char* what) {
  if (fd < 0)
    throw_errno(what);
  return unique_fd{fd};
}

void require_child_status() {
  struct sigaction action{};
  ::sigaction(SIGCHLD, nullptr, &action);
  if (action.sa_handler == SIG_IGN || (action.sa_flags & SA_NOCLDWAIT) != 0)
    throw std::system_error{
        ECHILD, std::generic_category(),
        "SIGCHLD is ignored, so the ends of child processes would be lost; set it to SIG_DFL"};
}

// Another thread may have killed the child meanwhile: then it has no deadline any more.
child_process::clock::time_point due(const child_process& x) {
  return x.deadline().value_or(child_process::clock::time_point::max());
}

process_spec marked(process_spec spec, const std::string& mark) {
  spec.env[own_children::variable] = with_own_marks(own_children::variable, mark);
  return spec;
}

} // namespace

class process_reactor::impl {
public:
  impl()
      : epoll_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
        wake_(checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")),
        null_(checked(::open("/dev/null", O_RDWR | O_CLOEXEC), "/dev/null")) {
    require_child_status();
    if (!open_pidfd(::getpid()))
      throw_errno("child processes need pidfd_open, which came with Linux 5.3");
    epoll_event wake{};
    wake.events = EPOLLIN;
    wake.data.u64 = wake_up;
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), &wake) != 0)
      throw_errno("epoll_ctl");
    // No signal handler of the program runs on this thread.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    const struct restores_mask {
      const sigset_t& mask;
      ~restores_mask() { ::pthread_sigmask(SIG_SETMASK, &mask, nullptr); }
    } at_end{before};
    try {
      thread_ = std::thread{[this] { run(); }};
    } catch (const std::system_error& e) {
      throw std::system_error{e.code(), "the thread that watches processes cannot be started"};
    }
  }

  // Called once, before the last reference goes: handles may hold on to what is left.
  void stop() {
    {
      std::lock_guard lock{mutex_};
      stopping_ = true;
    }
    wake();
    thread_.join();
  }

  // Looks at a child that has got a deadline.
  void look_at(std::uint64_t key) noexcept {
    {
      std::lock_guard lock{mutex_};
      // There is room, see watch(); a child that is in it already is looked at anyway.
      if (children_.contains(key) &&
          std::find(changed_.begin(), changed_.end(), key) == changed_.end())
        changed_.push_back(key);
    }
    wake();
  }

  bool adopt_orphans() {
    sigset_t ended;
    sigemptyset(&ended);
    sigaddset(&ended, SIGCHLD);
    unique_fd signal{checked(::signalfd(-1, &ended, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd")};
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = child_signal;
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, signal.get(), &event) != 0)
      throw_errno("epoll_ctl");
    child_ended_ = std::move(signal);
    const auto all_own = own_children::orphans().empty();
    // Fails only before Linux 3.4.
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    return all_own;
  }

  static std::variant<handle, spawn_failure> start(const std::shared_ptr<impl>& self,
                                                   const process_spec& spec, completion done) {
    auto started = child_process::clock::now();
    const auto with_family = spec.scope == process_scope::descendants;
    const auto mark = with_family ? new_process_mark() : std::string{};
    auto spawned =
        with_family ? spawn_child(marked(spec, mark), self->null_) : spawn_child(spec, self->null_);
    if (auto* failure = std::get_if<spawn_failure>(&spawned))
      return std::move(*failure);
    auto& made = std::get<spawned_child>(spawned);
    std::optional<process_family> family;
    if (with_family)
      family.emplace(made.pid, mark);
    auto child = std::make_shared<child_process>(std::move(made), started, std::move(family),
                                                 self->view_, spec.on_output, std::move(done));
    std::uint64_t key = 0;
    if (auto error = self->watch(child, key)) {
      child->kill();
      own_children::wait(child->pid());
      return spawn_failure{error, "cannot watch `" + spec.argv.front() +
                                      "`: " + std::generic_category().message(error)};
    }
    return handle{self, key, std::move(child)};
  }

  [[nodiscard]] std::size_t running() const {
    std::lock_guard lock{mutex_};
    return children_.size();
  }

private:
  // The number that epoll hands back: made of a child's key and the place of its descriptor, or one
  // of these.
  static constexpr std::uint64_t sources_per_child = 4;
  static constexpr std::uint64_t wake_up = 0;
  static constexpr std::uint64_t child_signal = 1;

  // The lock keeps the reactor away until all is set up, or undone.
  int watch(const std::shared_ptr<child_process>& child, std::uint64_t& key) {
    std::lock_guard lock{mutex_};
    key = next_key_++;
    auto sources = child->sources();
    for (std::size_t i = 0; i < sources.size(); ++i) {
      if (!sources[i].fd)
        continue;
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = key * sources_per_child + i;
      if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, sources[i].fd.get(), &event) != 0) {
        auto error = errno;
        for (auto& source : sources)
          source.close();
        return error;
      }
      sources[i].epoll = epoll_.get();
    }
    children_.emplace(key, child);
    if (changed_.capacity() < children_.size())
      changed_.reserve(2 * children_.size());
    return 0;
  }

  void run() {
    std::array<epoll_event, 64> events;
    while (true) {
      auto n =
          ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), timeout());
      for (int i = 0; i < n; ++i) {
        auto key = events[static_cast<std::size_t>(i)].data.u64;
        if (key == wake_up)
          on_wake();
        else if (key == child_signal)
          on_child_signal();
        else
          on_event(key / sources_per_child, key % sources_per_child);
      }
      on_time();
      view_.forget();
      if (stop_at_ && child_process::clock::now() >= *stop_at_)
        give_up_all();
      if (stop_at_ && running() == 0)
        return;
    }
  }

  void wake() {
    std::uint64_t one = 1;
    // A counter far from its limit takes a 1.
    [[maybe_unused]] auto written = ::write(wake_.get(), &one, sizeof one);
  }

  [[nodiscard]] std::shared_ptr<child_process> find(std::uint64_t key) const {
    std::lock_guard lock{mutex_};
    auto found = children_.find(key);
    return found != children_.end() ? found->second : nullptr;
  }

  void on_event(std::uint64_t key, std::size_t index) {
    auto child = find(key);
    // An event of the same batch may have closed the descriptor, or ended the child.
    if (!child || !child->sources()[index].fd)
      return;
    child->on_readable(child->sources()[index], buffer_);
    after(key, child);
  }

  void on_time() {
    const auto now = child_process::clock::now();
    // A copy, because children may leave the map.
    for (auto& [key, child] : std::map{with_deadline_}) {
      if (due(*child) > now)
        continue;
      child->on_deadline(buffer_);
      after(key, child);
    }
  }

  void after(std::uint64_t key, const std::shared_ptr<child_process>& child) {
    if (child->deadline())
      with_deadline_.emplace(key, child);
    else
      with_deadline_.erase(key);
    if (!child->ended())
      return;
    {
      std::lock_guard lock{mutex_};
      children_.erase(key);
    }
    child->complete();
  }

  void on_wake() {
    std::uint64_t count = 0;
    [[maybe_unused]] auto drained = ::read(wake_.get(), &count, sizeof count);
    std::vector<std::uint64_t> changed;
    {
      std::lock_guard lock{mutex_};
      changed = changed_;
      changed_.clear();
      if (stopping_ && !stop_at_) {
        stop_at_ = child_process::clock::now() + 2 * leftover_patience;
        for (auto& [key, child] : children_) {
          child->kill();
          changed.push_back(key);
        }
      }
    }
    for (auto key : changed)
      if (auto child = find(key))
        after(key, child);
  }

  // A child has ended: one of ours, whose pidfd tells that as well, or an orphan.
  void on_child_signal() {
    signalfd_siginfo info{};
    while (::read(child_ended_.get(), &info, sizeof info) == sizeof info) {
    }
    static_cast<void>(own_children::orphans());
  }

  void give_up_all() {
    std::unordered_map<std::uint64_t, std::shared_ptr<child_process>> all;
    {
      std::lock_guard lock{mutex_};
      all = children_;
    }
    for (auto& [key, child] : all) {
      child->give_up(buffer_);
      after(key, child);
    }
  }

  [[nodiscard]] int timeout() const {
    using time_point = child_process::clock::time_point;
    auto earliest = stop_at_.value_or(time_point::max());
    for (auto& [key, child] : with_deadline_)
      earliest = std::min(earliest, due(*child));
    if (earliest == time_point::max())
      return -1;
    // A deadline that is further away is looked at again.
    const auto left = std::min<child_process::clock::duration>(
        earliest - child_process::clock::now(), std::chrono::hours{1});
    return static_cast<int>(
        std::max<std::int64_t>(std::chrono::ceil<std::chrono::milliseconds>(left).count(), 0));
  }

  const unique_fd epoll_;
  const unique_fd wake_;
  const unique_fd null_;
  unique_fd child_ended_; ///< SIGCHLD, once orphans are adopted
  process_view view_;     ///< of one round of the loop
  std::array<char, 65536> buffer_;
  // Children that were told to terminate, or whose process has left something behind; nearly always
  // none.
  std::map<std::uint64_t, std::shared_ptr<child_process>> with_deadline_;
  // Set once the reactor is to end: children that have not ended by then are given up.
  std::optional<child_process::clock::time_point> stop_at_;

  mutable std::mutex mutex_;
  std::unordered_map<std::uint64_t, std::shared_ptr<child_process>> children_;
  std::uint64_t next_key_ = 1;
  std::vector<std::uint64_t> changed_;
  bool stopping_ = false;

  std::thread thread_;
};

process_reactor::process_reactor() : impl_(std::make_shared<impl>()) {}

process_reactor::~process_reactor() {
  impl_->stop();
}

bool process_reactor::adopt_orphans() {
  return impl_->adopt_orphans();
}

std::variant<process_reactor::handle, spawn_failure>
process_reactor::start(const process_spec& spec, completion done) {
  return impl::start(impl_, spec, std::move(done));
}

std::size_t process_reactor::running() const {
  return impl_->running();
}

process_reactor::handle::handle(std::shared_ptr<impl> reactor, std::uint64_t key,
                                std::shared_ptr<child_process> child) noexcept
    : reactor_(std::move(reactor)), key_(key), child_(std::move(child)) {}

pid_t process_reactor::handle::pid() const noexcept {
  return child_->pid();
}

int process_reactor::handle::terminate(std::chrono::nanoseconds grace) const {
  auto error = child_->terminate(grace);
  if (error == 0)
    reactor_->look_at(key_);
  return error;
}

int process_reactor::handle::kill() const noexcept {
  const auto error = child_->kill();
  if (error == 0)
    reactor_->look_at(key_);
  return error;
}

} // namespace sweet::inline v0_5::detail
