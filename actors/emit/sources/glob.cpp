// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/sources/glob.hpp>

#include <algorithm>
#include <stdexcept>
#include <system_error>

#include <fnmatch.h>

#include <sweet/actors/emit/sources/byte_stream.hpp>

namespace sweet::inline v0_5 {

static_assert(event_source<glob_source>);

namespace {

using part = glob_reader::part;

part make_part(std::string_view text) {
  if (text == "**")
    return {part::kind::any_folders};
  part result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 1).find_first_of("*?[") != std::string_view::npos)
      return {part::kind::pattern, std::string{text}};
    if (text[i] == '\\' && i + 1 < text.size())
      ++i;
    result.text += text[i];
  }
  return result;
}

std::vector<part> parse(std::string_view pattern) {
  std::vector<part> parts;
  if (pattern.starts_with('/'))
    parts.push_back({part::kind::name, "/"});
  for (;;) {
    const auto begin = std::min(pattern.find_first_not_of('/'), pattern.size());
    const auto end = std::min(pattern.find('/', begin), pattern.size());
    // An empty name, if the pattern ends with a slash.
    parts.push_back(make_part(pattern.substr(begin, end - begin)));
    if (end == pattern.size())
      break;
    pattern.remove_prefix(end);
  }
  if (parts.back().what == part::kind::any_folders)
    parts.push_back({part::kind::pattern, "*"});
  return parts;
}

} // namespace

glob_reader::glob_reader(std::shared_ptr<const std::vector<part>> parts)
    : parts_(std::move(parts)), found_(1) {}

glob_reader::result glob_reader::next() {
  for (;;) {
    result given;
    if (!found_.empty()) {
      auto found = std::move(found_.back());
      found_.pop_back();
      given = look_at(std::move(found));
    } else if (levels_.empty()) {
      return std::nullopt;
    } else {
      std::error_code error;
      auto& top = levels_.back();
      if (const auto* entry = top.entries.next(error)) {
        given = hold_against(*entry, top.folder);
      } else {
        if (error)
          given = detail::io_error(top.folder.path.string(), error.value());
        levels_.pop_back();
      }
    }
    if (given)
      return given;
  }
}

// Follows plain names, up to the end or to the next part that is a pattern.
glob_reader::result glob_reader::look_at(beginning found) {
  for (; found.next < parts_->size(); ++found.next) {
    const auto& next = (*parts_)[found.next];
    if (next.what != part::kind::name)
      return look_into(std::move(found));
    found.path /= next.text;
  }
  std::error_code error;
  const auto status = std::filesystem::symlink_status(found.path, error);
  if (std::filesystem::exists(status))
    return std::move(found.path);
  if (error && !detail::is_absence(error))
    return detail::io_error(found.path.string(), error.value());
  return std::nullopt;
}

glob_reader::result glob_reader::look_into(beginning folder) {
  std::error_code error;
  detail::folder_entries entries{folder.path.empty() ? "." : folder.path, error};
  if (error) {
    if (detail::is_absence(error))
      return std::nullopt;
    return detail::io_error(folder.path.empty() ? "." : folder.path.string(), error.value());
  }
  if ((*parts_)[folder.next].what == part::kind::any_folders)
    found_.push_back({folder.path, folder.next + 1});
  levels_.push_back({std::move(folder), std::move(entries)});
  return std::nullopt;
}

glob_reader::result glob_reader::hold_against(const std::filesystem::directory_entry& entry,
                                              const beginning& folder) {
  std::error_code ignored;
  const auto name = entry.path().filename();
  const auto& against = (*parts_)[folder.next];
  if (against.what == part::kind::any_folders) {
    if (!name.native().starts_with('.') && !entry.is_symlink(ignored) &&
        entry.is_directory(ignored))
      found_.push_back({folder.path / name, folder.next});
  } else if (::fnmatch(against.text.c_str(), name.c_str(), FNM_PERIOD) == 0) {
    if (folder.next + 1 == parts_->size())
      return folder.path / name;
    if (entry.is_directory(ignored))
      found_.push_back({folder.path / name, folder.next + 1});
  }
  return std::nullopt;
}

glob_source::glob_source(std::string_view pattern) {
  if (pattern.empty())
    throw std::invalid_argument{"glob: the pattern is empty"};
  auto parts = parse(pattern);
  const auto any = std::count_if(parts.begin(), parts.end(),
                                 [](const part& x) { return x.what == part::kind::any_folders; });
  if (any > 1)
    throw std::invalid_argument{"glob: a pattern has `**` once at most: " + std::string{pattern}};
  parts_ = std::make_shared<const std::vector<part>>(std::move(parts));
}

glob_reader glob_source::open() const {
  return glob_reader{parts_};
}

glob_source source::glob(std::string_view pattern) {
  return glob_source{pattern};
}

} // namespace sweet::inline v0_5
