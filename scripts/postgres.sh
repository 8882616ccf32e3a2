#!/usr/bin/env bash
# The programs of a PostgreSQL server for the tests: those that are there, else Debian's. The tests
# start a server of their own with them, in a folder of their own.
set -euo pipefail

if [ "${HUB_ADMIN_LAB_NO_POSTGRES:-}" = 1 ]; then
  exit 0
fi
for folder in "${HUB_ADMIN_LAB_POSTGRES:-}" "$(dirname "$(command -v initdb || echo /none/)")" \
  /usr/lib/postgresql/*/bin; do
  if [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ]; then
    exit 0
  fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq
  exec apt-get install -y -qq --no-install-recommends postgresql
fi
echo "No PostgreSQL server here. Install one, name the folder of its programs in" \
  "HUB_ADMIN_LAB_POSTGRES, or leave its tests out with HUB_ADMIN_LAB_NO_POSTGRES=1." >&2
exit 1
