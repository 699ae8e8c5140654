#!/bin/sh
# Options alone are options of the server, which runs as redis and, without a file of its own, answers other containers.
set -e
case "${1:-}" in -*) set -- redis-server "$@" ;; esac
if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then
  find . \! -user redis -exec chown redis '{}' +
  exec setpriv --reuid=redis --regid=redis --init-groups "$0" "$@"
fi
if [ "$1" = redis-server ]; then
  case "${2:-}" in '' | -*) shift; set -- redis-server --protected-mode no "$@" ;; esac
fi
exec "$@"
