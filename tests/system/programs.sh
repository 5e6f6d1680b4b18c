#!/bin/sh
# Chromium and PostgreSQL for the tests: says which it found, installs Debian's where it may, and fails where it can do neither.
set -eu

install() {
  if ! command -v apt-get >/dev/null; then
    echo "recon: $1 is missing and there is no apt-get to install it with; please install it" >&2
    exit 1
  fi
  sudo=""
  if [ "$(id -u)" != 0 ]; then
    if ! sudo -n true 2>/dev/null; then
      echo "recon: $1 is missing; please run 'sudo apt-get install $1'" >&2
      exit 1
    fi
    sudo="sudo -n"
  fi
  echo "recon: installing Debian's $1 for the tests"
  $sudo apt-get update -qq
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1" >/dev/null
}

chromium() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
initdb() { command -v initdb || ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null | tail -n 1 | grep .; }

chromium >/dev/null || install chromium
echo "recon: browser tests use $(chromium)"
initdb >/dev/null || install postgresql
echo "recon: PostgreSQL tests use $(initdb)"
