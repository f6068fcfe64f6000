#!/bin/sh
# Installs align beside this file at the first start (nothing is downloaded) and runs it; without arguments it opens the
# pages in the browser. При первом запуске ставит align рядом с этим файлом (из сети ничего не берётся) и запускает его.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
environment=${ALIGN_ENVIRONMENT:-$here/environment}
python=${PYTHON:-python3}
# Another version in this folder, or the folder in another place, is installed anew: programs there hold their full path.
stamp="$environment $(cat "$here/requirements.txt")"
if [ "$(cat "$environment/ready" 2>/dev/null || true)" != "$stamp" ]; then
  wanted=$(cat "$here/python.txt")
  found=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' || true)
  if [ "$found" != "$wanted" ]; then
    echo "Python $wanted is needed, found: ${found:-none}. Set PYTHON to it. / Нужен Python $wanted; укажите его в PYTHON." >&2
    exit 2
  fi
  echo "Installing, about a minute. / Установка, около минуты." >&2
  "$python" -m venv --clear "$environment"
  "$environment/bin/python" -m pip --isolated install --quiet --disable-pip-version-check --no-index --find-links "$here/wheels" \
    -r "$here/requirements.txt"
  echo "$stamp" > "$environment/ready"
fi
if [ $# = 0 ]; then set -- serve; fi
exec "$environment/bin/align" "$@"
