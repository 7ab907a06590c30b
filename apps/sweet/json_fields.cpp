// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "json_fields.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "did_you_mean.hpp"

namespace sweet::command {

namespace {

// How many names of members are kept for a hint.
constexpr std::size_t most_hints = 100;

// Listens to the parser, which neither recurses nor keeps values.
class field_listener {
  using json = nlohmann::json;

public:
  using number_integer_t = json::number_integer_t;
  using number_unsigned_t = json::number_unsigned_t;
  using number_float_t = json::number_float_t;
  using string_t = json::string_t;
  using binary_t = json::binary_t;

  explicit field_listener(const std::vector<std::string>& fields)
      : fields_(fields), values_(fields.size()) {}

  // -- for the parser -----------------------------------------------------------------------------
  bool null() { return value("null"); }
  bool boolean(bool x) { return value(x ? "true" : "false"); }
  bool number_integer(number_integer_t x) { return value(std::to_string(x)); }
  bool number_unsigned(number_unsigned_t x) { return value(std::to_string(x)); }
  // Also called for integers that are too large for their type.
  bool number_float(number_float_t, const string_t& digits) { return value(digits); }
  bool string(string_t& x) { return value(open_.size() == 1 ? x : json(x).dump()); }
  bool binary(binary_t&) { return false; }

  bool start_object(std::size_t) { return start('{'); }
  bool start_array(std::size_t) { return start('['); }
  bool end_object() { return end('}'); }
  bool end_array() { return end(']'); }

  bool key(string_t& x) {
    if (open_.size() == 1) {
      const auto found = std::find(fields_.begin(), fields_.end(), x);
      // Of members of the same name the last one counts.
      wanted_ = found == fields_.end() ? nullptr : &values_[place_of(found)].emplace();
      if (names_.size() < most_hints)
        names_.push_back(x);
    } else if (wanted_) {
      separate();
      *wanted_ += json(x).dump() + ":";
    }
    return true;
  }

  bool parse_error(std::size_t, const std::string&, const json::exception& e) {
    // "[json.exception.parse_error.101] parse error at line 1, column 9: what"
    const std::string_view what = e.what();
    const auto column = what.find("column ");
    problem_ = fmt::format("is not JSON: {}",
                           column == std::string_view::npos ? what : what.substr(column));
    return false;
  }

  // -- what has been heard ------------------------------------------------------------------------
  json_fields take(std::string_view text) {
    json_fields result;
    result.problem = problem_;
    for (std::size_t i = 0; i < fields_.size() && result.problem.empty(); ++i) {
      if (fields_[i].empty())
        values_[i] = std::string{text};
      else if (!values_[i])
        result.problem = missing(fields_[i]);
      if (result.problem.empty())
        result.values.push_back(*std::move(values_[i]));
    }
    return result;
  }

private:
  using fields_iterator = std::vector<std::string>::const_iterator;

  [[nodiscard]] std::size_t place_of(fields_iterator field) const {
    return static_cast<std::size_t>(field - fields_.begin());
  }

  bool value(std::string_view text) {
    if (!open_.empty() && wanted_) {
      if (open_.back() == '[')
        separate();
      *wanted_ += text;
    }
    return true;
  }

  bool start(char bracket) {
    is_object_ = is_object_ || (open_.empty() && bracket == '{');
    value({&bracket, open_.empty() ? 0U : 1U});
    open_ += bracket;
    return true;
  }

  bool end(char bracket) {
    open_.pop_back();
    if (!open_.empty() && wanted_)
      *wanted_ += bracket;
    return true;
  }

  // A comma, unless it is the first in its array or object.
  void separate() {
    if (wanted_->back() != '[' && wanted_->back() != '{')
      *wanted_ += ',';
  }

  [[nodiscard]] std::string missing(const std::string& field) const {
    if (!is_object_)
      return fmt::format("is no object, so it has no member `{}`", field);
    return fmt::format("has no member `{}`{}", field,
                       did_you_mean(field, {names_.begin(), names_.end()}));
  }

  const std::vector<std::string>& fields_;
  std::vector<std::optional<std::string>> values_;
  std::vector<std::string> names_;
  std::string open_;              ///< the brackets that have not been closed
  std::string* wanted_ = nullptr; ///< the value of the member that is being read, if it is wanted
  bool is_object_ = false;
  std::string problem_;
};

} // namespace

json_fields read_json_fields(std::string_view text, const std::vector<std::string>& fields) {
  field_listener listener{fields};
  nlohmann::json::sax_parse(text, &listener);
  return listener.take(text);
}

} // namespace sweet::command
