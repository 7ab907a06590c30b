# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
#
# awk -v to=FOLDER -f pages.awk PAGE.md...
#
# Run in the root of the repository: writes pages to FOLDER as Doxygen is to read them. The title and the headings get identifiers, and
# relative links lead to those, or to the copy of a file under files/; prints the files that copies are wanted of. What a README.md in a
# folder of docs/ links to in that folder lies below it in the tree of pages. Lines keep their numbers, so that warnings name the right
# ones.

FNR == 1 {
  if (out)
    close(out)
  out = to "/" FILENAME
  folder = FILENAME
  if (!sub(/\/[^\/]*$/, "", folder))
    folder = "."
  is_index = FILENAME ~ /^docs\/.*\/README\.md$/
  titled = quoted = 0
}

/^```/ { quoted = !quoted }
!quoted && /^# / && !titled {
  titled = 1
  $0 = $0 " {#" id_of(FILENAME) "}"
}
# The sections of the start page do not stand among the pages.
!quoted && /^##+ / && FILENAME != "README.md" { $0 = $0 " {#" id_of(FILENAME) "_" slug_of($0) "}" }
!quoted && !/^#/ { $0 = with_links($0) }

{ print > out }

# What a page, and a heading in it, are called.
function id_of(name) {
  sub(/\.md$/, "", name)
  gsub(/[^A-Za-z0-9]+/, "_", name)
  return name == "README" ? "mainpage" : "page_" tolower(name)
}
# As GitHub makes the anchor of a heading.
function slug_of(heading) {
  sub(/^#+ +/, "", heading)
  gsub(/[^A-Za-z0-9 _-]/, "", heading)
  gsub(/ /, "-", heading)
  return tolower(heading)
}

function with_links(line,    out, link, cut) {
  out = ""
  while (match(line, /\[[^][]*\]\([^() ]+\)/)) {
    out = out substr(line, 1, RSTART - 1)
    link = substr(line, RSTART, RLENGTH)
    line = substr(line, RSTART + RLENGTH)
    cut = index(link, "](")
    out = out resolved(substr(link, 1, cut), substr(link, cut + 2, length(link) - cut - 2))
  }
  return out line
}

# A link as Doxygen is to read it; `text` is in brackets.
function resolved(text, target,    anchor, name) {
  if (target ~ /^[a-z]+:/)
    return text "(" target ")"
  anchor = ""
  if (match(target, /#.*/)) {
    anchor = "_" substr(target, RSTART + 1)
    target = substr(target, 1, RSTART - 1)
  }
  if (target == "")
    return text "(@ref " id_of(FILENAME) anchor ")"
  name = normal(folder "/" target)
  if (name !~ /\.[a-z]+$/ && system("test -d " name) == 0)
    name = name "/README.md"
  if (name ~ /\.md$/ && is_index && index(name, folder "/") == 1)
    return "@subpage " id_of(name)
  if (name ~ /\.md$/)
    return text "(@ref " id_of(name) anchor ")"
  print name
  return text "(files/" name ".txt)"
}

# A path without . and .. in it.
function normal(path,    parts, stack, count, kept, i, out) {
  count = split(path, parts, "/")
  kept = 0
  for (i = 1; i <= count; i++) {
    if (parts[i] == "..")
      kept--
    else if (parts[i] != ".")
      stack[++kept] = parts[i]
  }
  out = stack[1]
  for (i = 2; i <= kept; i++)
    out = out "/" stack[i]
  return out
}
