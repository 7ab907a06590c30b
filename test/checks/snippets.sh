#!/usr/bin/env bash
# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
#
# snippets.sh ROOT: each C++ or TOML block of the README and of docs/ stands behind a line `<!-- FILE: NAME -->` and is, to
# the letter, what stands between `// [NAME]` and `// [/NAME]` in that file (`# [NAME]` in TOML); or the line is
# `<!-- not from an example -->`.
set -euo pipefail
cd "$1"
status=0
quotes=0
while IFS= read -r page; do
  origin=
  number=0
  while IFS= read -r line; do
    number=$((number + 1))
    if [[ $line =~ ^\<\!--\ (.*)\ --\>$ ]]; then
      origin=${BASH_REMATCH[1]}
    elif [[ $line == '```cpp' || $line == '```toml' ]]; then
      if [[ $line == '```cpp' ]]; then mark='// '; else mark='# '; fi
      block=$(awk -v from="$number" 'NR > from && /^```$/ { exit } NR > from { print }' "$page")
      quotes=$((quotes + 1))
      if [[ $origin == 'not from an example' ]]; then
        :
      elif [[ $origin =~ ^([^ :]+):\ ([a-z_]+)$ && -f ${BASH_REMATCH[1]} ]]; then
        name=${BASH_REMATCH[2]}
        cut=$(awk -v mark="$mark" -v name="$name" '{ bare = $0; sub(/^ +/, "", bare) } bare == mark "[/" name "]" { inside = 0 } inside { print } bare == mark "[" name "]" { inside = 1 }' "${BASH_REMATCH[1]}")
        if [[ -z $cut || $block != "$cut" ]]; then
          echo "$page:$number: this is not what stands under [$name] in ${BASH_REMATCH[1]}; copy it from there"
          status=1
        fi
      else
        echo "$page:$number: say where this comes from: <!-- FILE: NAME --> in the line before the block"
        status=1
      fi
      origin=
    elif [[ -n $line ]]; then
      origin=
    fi
  done <"$page"
done < <(git ls-files --cached --others --exclude-standard README.md 'docs/*.md' 'docs/**/*.md' 2>/dev/null || find README.md docs -name '*.md')
echo "$quotes quotes checked"
exit $status
