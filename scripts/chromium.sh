#!/usr/bin/env bash
# A Chromium for Playwright: the one that is there, else Playwright's own, else Debian's.
set -euo pipefail

for browser in "${HUB_ADMIN_LAB_CHROMIUM:-}" chromium chromium-browser google-chrome; do
  if [ -n "$browser" ] && command -v "$browser" >/dev/null; then
    exit 0
  fi
done
if (cd "$(dirname "$0")/../ui-tests" && jlpm playwright install chromium); then
  exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq
  exec apt-get install -y -qq --no-install-recommends chromium
fi
echo "No Chromium here. Install one, or name it in HUB_ADMIN_LAB_CHROMIUM." >&2
exit 1
