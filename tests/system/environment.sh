#!/bin/sh
# Makes .venv with the given Python, and says what to do where that is not possible.
set -eu
python=${1:-python3}
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  echo "recon: Python 3.11 or newer is needed; 'make PYTHON=/path/to/python3.11 ...' names one" >&2
  exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "recon: installing Debian's python$version-venv, which this Python needs to make environments"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "python$version-venv" >/dev/null
  else
    echo "recon: this Python cannot make environments; ask for the package python$version-venv" >&2
    exit 1
  fi
fi
rm -rf .venv
"$python" -m venv .venv
