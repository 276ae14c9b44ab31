#!/usr/bin/env bash
# Install Debian's chromium and a Chinese font, for the tests of the page.
set -euo pipefail
run=()
if [ "$(id -u)" -ne 0 ]; then run=(sudo); fi
"${run[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${run[@]}" apt-get install -y -qq chromium fonts-noto-cjk >/dev/null
