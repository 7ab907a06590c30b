#!/usr/bin/env bash
# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
#
# What stands under "Use it in a project" in the README, as a stranger types it, in a Debian that has none of the packages:
#     ./dev fresh 12 test/package/readme.sh
# Installs packages and ~/.local; wants to be root.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
((EUID == 0)) || { echo "readme.sh: be root, in a system to throw away" >&2; exit 1; }
. /etc/os-release
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# block NUMBER LANGUAGE: that code block of the section
block() {
  awk -v number="$1" -v start="\`\`\`$2" '
    /^## / { section = $0 }
    section == "## Use it in a project" && inside && /^```$/ { exit }
    inside { print }
    section == "## Use it in a project" && $0 == start && ++seen == number { inside = 1 }' README.md
}
first_program() { awk '/^```$/ && inside { exit } inside { print } /^```cpp$/ { inside = 1 }' README.md; }

# Nobody asks, and nobody is there to answer; root needs no sudo.
export DEBIAN_FRONTEND=noninteractive
echo 'APT::Get::Assume-Yes "true";' >/etc/apt/apt.conf.d/90readme
sudo() { "$@"; }

case $VERSION_ID in
  12) packages=1 ;;
  13) packages=2 ;;
  *) echo "readme.sh: the README has no packages for Debian $VERSION_ID" >&2; exit 1 ;;
esac
apt-get -qq update
set -x
eval "$(block $packages sh)" >"$folder/apt.log"
[[ $VERSION_ID != 12 ]] || ! command -v g++ || echo "g++ is here, too"
eval "$(block 3 sh)"

set +x
mkdir "$folder/my_program"
block 1 cmake >"$folder/my_program/CMakeLists.txt"
first_program >"$folder/my_program/main.cpp"
cd "$folder/my_program"
blocks=("$(cd "$OLDPWD" && block 4 sh)" "$(cd "$OLDPWD" && block 5 sh)")
set -x
[[ $(eval "${blocks[0]}" | tee /dev/stderr | tail -1) == "6765, slow but sure" ]]
eval "${blocks[1]}"
[[ $(./my_program) == "6765, slow but sure" ]]
