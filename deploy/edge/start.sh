#!/bin/sh
# Starts Caddy for the site of PUBLIC_BASE_URL.
set -eu

SITE=${PUBLIC_BASE_URL%/}
case ${SITE#*://} in
  */*)
    echo "The edge serves no PUBLIC_BASE_URL with a path: leave the path out, or use a proxy of your own." >&2
    exit 2
    ;;
esac
export SITE
exec caddy run --config "$(dirname "$0")/Caddyfile" --adapter caddyfile
