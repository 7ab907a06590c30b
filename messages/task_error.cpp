// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_error.hpp>

#include <algorithm>
#include <atomic>
#include <cassert>
#include <memory>
#include <optional>
#include <ostream>
#include <tuple>

namespace sweet::inline v0_5 {

namespace detail {

struct task_error_rep {
  task_error_rep(error_code code_, std::string message_)
      : code(code_), message(std::move(message_)) {}

  // A copy has one owner, whatever the count of the original.
  task_error_rep(const task_error_rep& other)
      : code(other.code), attempt(other.attempt), id(other.id), message(other.message),
        name(other.name), cause(other.cause), other_causes(other.other_causes),
        origin(other.origin), retry_after(other.retry_after) {}

  task_error_rep& operator=(const task_error_rep&) = delete;

  ~task_error_rep() {
    delete text.load(std::memory_order_relaxed); // no other owner is left
  }

  std::atomic<std::uint32_t> owners{1};
  error_code code;
  std::uint32_t attempt = 0;
  task_id id;
  std::string message;
  std::string name;
  task_error cause;
  std::vector<task_error> other_causes;
  std::optional<caf_origin> origin;
  std::optional<std::chrono::nanoseconds> retry_after;
  mutable std::atomic<const std::string*> text{nullptr}; ///< what(), made on first use
};

} // namespace detail

namespace {

using detail::task_error_rep;

const std::string empty_text;
const task_error no_error;
const std::vector<task_error> no_errors;

constexpr std::size_t shown_at_each_end = 16;

void append_line(std::string& out, const task_error& x) {
  out += name_of(x.code());
  if (!x.message().empty()) {
    out += ": ";
    // A message of several lines stays recognisable as one message.
    for (const char c : x.message()) {
      out += c;
      if (c == '\n')
        out += "    ";
    }
  }
  if (x.id() || !x.name().empty()) {
    out += " (task";
    if (x.id())
      out += ' ' + to_string(x.id());
    if (!x.name().empty())
      out += " \"" + x.name() + '"';
    if (x.attempt() > 1)
      out += ", attempt " + std::to_string(x.attempt());
    out += ')';
  }
  if (const auto* origin = x.origin())
    out += " [caf " + origin->category + ' ' + std::to_string(origin->code) + ']';
}

struct placed_error {
  const task_error* error;
  std::uint32_t of; ///< the place of the error whose cause it is
};

// Lists an error and all its causes, each before its own causes. No recursion: a chain can be as
// long as the tree of tasks is deep.
std::vector<placed_error> in_order(const task_error& x) {
  std::vector<placed_error> result;
  std::vector<placed_error> left;
  if (x)
    left.push_back({&x, 0});
  while (!left.empty()) {
    const auto next = left.back();
    left.pop_back();
    const auto place = static_cast<std::uint32_t>(result.size());
    result.push_back(next);
    const auto& others = next.error->other_causes();
    for (auto other = others.rbegin(); other != others.rend(); ++other)
      left.push_back({&*other, place});
    if (const auto& cause = next.error->cause())
      left.push_back({&cause, place});
  }
  return result;
}

bool same_but_causes(const task_error_rep& a, const task_error_rep& b) noexcept {
  return a.code == b.code && a.message == b.message && a.id == b.id && a.name == b.name &&
         a.attempt == b.attempt && a.origin == b.origin && a.retry_after == b.retry_after;
}

} // namespace

task_error::task_error(error_code code, std::string message)
    : rep_(new task_error_rep{code, std::move(message)}) {}

void task_error::retain() const noexcept {
  // Relaxed: the new owner is made from one that keeps the representation alive meanwhile, and the
  // code that hands either of them to another thread orders that hand-over.
  if (rep_ != nullptr)
    rep_->owners.fetch_add(1, std::memory_order_relaxed);
}

void task_error::drop(task_error_rep* rep) noexcept {
  // A loop, since a chain can be as long as the tree of tasks is deep. An error with several causes
  // waits until the last of them is gone, linked by its own first cause: dropping needs no memory.
  task_error_rep* waiting = nullptr;
  for (;;) {
    // Release: the reads of this owner come before the deletion, or before the change in
    // make_own(), by the thread that sees the count after this decrement. Acquire: the last owner
    // sees all of these decrements.
    while (rep != nullptr && rep->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      auto* next = std::exchange(rep->cause.rep_, nullptr);
      if (rep->other_causes.empty())
        delete rep;
      else
        rep->cause.rep_ = std::exchange(waiting, rep);
      rep = next;
    }
    if (waiting == nullptr)
      return;
    auto& others = waiting->other_causes;
    rep = std::exchange(others.back().rep_, nullptr);
    others.pop_back();
    if (others.empty()) {
      auto* next = std::exchange(waiting->cause.rep_, nullptr);
      delete std::exchange(waiting, next);
    }
  }
}

// Returns a representation that only this object refers to, and that may therefore be written.
task_error_rep& task_error::make_own() {
  assert(rep_ != nullptr);
  // Acquire: pairs with the release in drop(), so that the reads of former owners come before our
  // writes. No owner can be added meanwhile: that takes a copy of this object.
  if (rep_->owners.load(std::memory_order_acquire) == 1)
    // Relaxed: there is no other owner to see it.
    delete rep_->text.exchange(nullptr, std::memory_order_relaxed);
  else
    *this = adopt(new task_error_rep{*rep_});
  return *rep_;
}

error_code task_error::code() const noexcept {
  return rep_ != nullptr ? rep_->code : error_code::unknown;
}

const std::string& task_error::message() const noexcept {
  return rep_ != nullptr ? rep_->message : empty_text;
}

task_id task_error::id() const noexcept {
  return rep_ != nullptr ? rep_->id : task_id::none;
}

const std::string& task_error::name() const noexcept {
  return rep_ != nullptr ? rep_->name : empty_text;
}

std::uint32_t task_error::attempt() const noexcept {
  return rep_ != nullptr ? rep_->attempt : 0;
}

const task_error& task_error::cause() const noexcept {
  return rep_ != nullptr ? rep_->cause : no_error;
}

const std::vector<task_error>& task_error::other_causes() const noexcept {
  return rep_ != nullptr ? rep_->other_causes : no_errors;
}

const task_error& task_error::root_cause() const noexcept {
  const auto* result = this;
  while (result->cause())
    result = &result->cause();
  return *result;
}

const caf_origin* task_error::origin() const noexcept {
  return rep_ != nullptr && rep_->origin ? &*rep_->origin : nullptr;
}

task_error task_error::with_task(task_id id, std::string name, std::uint32_t attempt) && {
  if (rep_ != nullptr) {
    auto& own = make_own();
    own.id = id;
    own.name = std::move(name);
    own.attempt = attempt;
  }
  return std::move(*this);
}

task_error task_error::with_task(task_id id, std::string name, std::uint32_t attempt) const& {
  return task_error{*this}.with_task(id, std::move(name), attempt);
}

task_error task_error::with_cause(task_error cause) && {
  if (rep_ == nullptr)
    return cause;
  auto& own = make_own();
  own.cause = std::move(cause);
  own.other_causes.clear();
  return std::move(*this);
}

task_error task_error::with_cause(task_error cause) const& {
  return task_error{*this}.with_cause(std::move(cause));
}

task_error task_error::with_causes(std::vector<task_error> causes) && {
  std::erase_if(causes, [](const task_error& x) { return !x; });
  auto first = causes.empty() ? task_error{} : std::move(causes.front());
  auto result = std::move(*this).with_cause(std::move(first));
  if (causes.size() > 1) {
    causes.erase(causes.begin());
    result.make_own().other_causes = std::move(causes);
  }
  return result;
}

task_error task_error::with_causes(std::vector<task_error> causes) const& {
  return task_error{*this}.with_causes(std::move(causes));
}

task_error task_error::with_origin(caf_origin origin) && {
  assert(origin.code != 0);
  if (rep_ != nullptr)
    make_own().origin = std::move(origin);
  return std::move(*this);
}

task_error task_error::with_origin(caf_origin origin) const& {
  return task_error{*this}.with_origin(std::move(origin));
}

std::optional<std::chrono::nanoseconds> task_error::retry_after() const noexcept {
  return rep_ != nullptr ? rep_->retry_after : std::nullopt;
}

task_error task_error::with_retry_after(std::chrono::nanoseconds wait) && {
  if (rep_ != nullptr)
    make_own().retry_after = std::max(wait, std::chrono::nanoseconds{0});
  return std::move(*this);
}

task_error task_error::with_retry_after(std::chrono::nanoseconds wait) const& {
  return task_error{*this}.with_retry_after(wait);
}

bool task_error::same(const task_error_rep* a, const task_error_rep* b) noexcept {
  std::vector<std::pair<const task_error_rep*, const task_error_rep*>> left;
  for (;;) {
    for (; a != b; a = a->cause.rep_, b = b->cause.rep_) {
      if (a == nullptr || b == nullptr || !same_but_causes(*a, *b) ||
          a->other_causes.size() != b->other_causes.size())
        return false;
      for (std::size_t i = 0; i < a->other_causes.size(); ++i)
        left.emplace_back(a->other_causes[i].rep_, b->other_causes[i].rep_);
    }
    if (left.empty())
      return true;
    std::tie(a, b) = left.back();
    left.pop_back();
  }
}

const char* task_error::what() const noexcept {
  if (rep_ == nullptr)
    return "";
  // Acquire: pairs with the release below, by which another thread has published its text.
  const auto* text = rep_->text.load(std::memory_order_acquire);
  if (text == nullptr) {
    try {
      auto made = std::make_unique<const std::string>(to_string(*this));
      // Release publishes the text; acquire shows the text of the thread that was faster.
      if (rep_->text.compare_exchange_strong(text, made.get(), std::memory_order_acq_rel,
                                             std::memory_order_acquire))
        text = made.release();
    } catch (const std::bad_alloc&) {
      return rep_->message.c_str();
    }
  }
  return text->c_str();
}

std::string to_string(const task_error& x) {
  if (!x)
    return "no error";
  const auto errors = in_order(x);
  const auto count = errors.size();
  std::string result;
  for (std::size_t place = 0; place < count; ++place) {
    if (count > 2 * shown_at_each_end && place >= shown_at_each_end) {
      if (place == shown_at_each_end)
        result +=
            "\n  ... and " + std::to_string(count - 2 * shown_at_each_end) + " more causes, then";
      if (place < count - shown_at_each_end)
        continue;
    }
    // The first cause of an error follows it.
    if (place != 0)
      result += errors[place].of + 1 == place ? "\n  caused by " : "\n  and by ";
    append_line(result, *errors[place].error);
  }
  return result;
}

std::ostream& operator<<(std::ostream& out, const task_error& x) {
  return out << to_string(x);
}

namespace detail {

namespace {

/// The spare errors, by code. They are never destroyed: tasks may outlive the end of main().
class spare_errors {
public:
  static task_error_rep& get(error_code code) noexcept {
    alignas(spare_errors) static std::byte room[sizeof(spare_errors)];
    static auto& all = *new (static_cast<void*>(room)) spare_errors;
    return all.errors_[static_cast<std::size_t>(code)];
  }

private:
  // Their texts have room in the strings themselves.
  static task_error_rep make(std::size_t code) {
    const auto c = static_cast<error_code>(code);
    return {c, c == error_code::cancelled ? "cancelled" : "out of memory"};
  }

  template <std::size_t... Codes>
  explicit spare_errors(std::index_sequence<Codes...>) : errors_{make(Codes)...} {}
  spare_errors()
      : spare_errors(std::make_index_sequence<enum_names<error_code>::values.size()>{}) {}

  task_error_rep errors_[enum_names<error_code>::values.size()];
};

} // namespace

task_error spare_error(error_code code) noexcept {
  task_error_rep& spare = spare_errors::get(code);
  // Relaxed, for the reason that retain() names. The first owner is the array, so the error is
  // never changed or deleted.
  spare.owners.fetch_add(1, std::memory_order_relaxed);
  return task_error::adopt(&spare);
}

std::vector<task_error_level> flatten(const task_error& x) {
  const auto errors = in_order(x);
  std::vector<task_error_level> result;
  result.reserve(errors.size());
  for (const auto& [error, of] : errors)
    result.push_back({error->code(), error->message(), error->id(), error->name(), error->attempt(),
                      error->origin() != nullptr ? *error->origin() : caf_origin{},
                      error->retry_after().value_or(std::chrono::nanoseconds{-1}).count(), of});
  return result;
}

task_error assemble(std::vector<task_error_level> levels) {
  // From the last to the first: the causes of an error have been made before it, in reverse.
  std::vector<std::vector<task_error>> causes(levels.size());
  task_error result;
  for (std::size_t place = levels.size(); place-- > 0;) {
    auto& level = levels[place];
    std::reverse(causes[place].begin(), causes[place].end());
    result = task_error{level.code, std::move(level.message)}
                 .with_task(level.id, std::move(level.name), level.attempt)
                 .with_causes(std::move(causes[place]));
    if (level.retry_after >= 0)
      result = std::move(result).with_retry_after(std::chrono::nanoseconds{level.retry_after});
    if (level.origin.code != 0)
      result = std::move(result).with_origin(std::move(level.origin));
    if (place != 0) // a peer may send any number
      causes[std::min<std::size_t>(level.of, place - 1)].push_back(std::move(result));
  }
  return result;
}

} // namespace detail

} // namespace sweet::inline v0_5
