#!/usr/bin/env bash
# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
#
# dev_waits_for_apt.sh ROOT FOLDER: `./dev deps` waits while another apt holds its locks. The commands that it calls are made here:
# nothing is installed, the lists are locked twice, and time passes at once.
set -euo pipefail
root=$1 folder=$2
rm -rf "$folder"
mkdir -p "$folder/bin"
export DEV_FOLDER=$folder

command() {
  printf '#!/bin/bash\n%s\n' "$2" >"$folder/bin/$1"
  chmod +x "$folder/bin/$1"
}
command sudo 'exec "$@"'
command sleep 'exit 0'
command dpkg-query 'exit 1'
command apt-cache 'exit 1'
command apt-get '
echo "$*" >>"$DEV_FOLDER/calls"
if [[ $* == *update* ]] && (($(grep -c update "$DEV_FOLDER/calls") <= 2)); then
  echo "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 1 (apt-get)" >&2
  exit 100
fi'

PATH=$folder/bin:$PATH "$root/dev" deps format >/dev/null
expected='update -qq
update -qq
update -qq
-o DPkg::Lock::Timeout=600 install -qq -y --no-install-recommends clang-format-19'
diff <(echo "$expected") "$folder/calls"

# What is no lock is an error at once.
rm "$folder/calls"
command apt-get 'echo "$*" >>"$DEV_FOLDER/calls"; echo "E: no network" >&2; exit 100'
if PATH=$folder/bin:$PATH "$root/dev" deps format >/dev/null 2>"$folder/said"; then
  echo "a failing apt-get is no error"
  exit 1
fi
grep -q "no network" "$folder/said"
diff <(echo "update -qq") "$folder/calls"
