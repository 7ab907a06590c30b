#!/usr/bin/env bash
# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
#
# unit.sh BUILD FOLDER: the unit for systemd that is installed runs the command that is installed with it, whatever the prefix, and
# systemd finds nothing wrong with it.
set -euo pipefail
build=$1 folder=$2
rm -rf "$folder"
cmake "-DCMAKE_INSTALL_PREFIX=$folder" -P "$build/apps/sweet/cmake_install.cmake" >/dev/null
unit=$folder/lib/systemd/system/sweet-node@.service
grep -qx "ExecStart=$folder/bin/sweet node /etc/sweet/%i.toml" "$unit" || { grep ExecStart "$unit"; exit 1; }
said=$(systemd-analyze verify --man=no "$unit" 2>&1) || { echo "$said"; exit 1; }
[[ -z $said ]] || { echo "$said"; exit 1; }
