#!/bin/bash
# What users of the official image rely on, in its order: own the data directory, step down, and on an empty data directory
# only: initdb, the database, /docker-entrypoint-initdb.d on a server that listens on its socket alone.
set -Eeo pipefail

die() {
  echo "Error: $1" >&2
  exit 1
}

# $1 from itself, from the file that $1_FILE names, or $2.
from_file() {
  local name="$1" file="$1_FILE"
  [ -z "${!name:-}" ] || [ -z "${!file:-}" ] || die "both $name and $file are set (but are exclusive)"
  if [ -n "${!file:-}" ]; then
    printf -v "$name" '%s' "$(<"${!file}")"
    unset "$file"
  fi
  export "$name"="${!name:-$2}"
}

read_environment() {
  from_file POSTGRES_PASSWORD ''
  from_file POSTGRES_USER postgres
  from_file POSTGRES_DB "$POSTGRES_USER"
  from_file POSTGRES_INITDB_ARGS ''
  : "${POSTGRES_HOST_AUTH_METHOD:=}"
}

own_folders() {
  local user
  user="$(id -u)"
  mkdir -p "$PGDATA" /var/run/postgresql
  chmod 00700 "$PGDATA" || :
  chmod 03775 /var/run/postgresql || :
  if [ "$user" = 0 ]; then
    find "$PGDATA" \! -user postgres -exec chown postgres '{}' +
    find /var/run/postgresql \! -user postgres -exec chown postgres '{}' +
  fi
}

# Sets up a database in the empty data directory; "$@" are the options of the server.
initialize() {
  [ -n "$POSTGRES_PASSWORD" ] || [ "$POSTGRES_HOST_AUTH_METHOD" = trust ] || die \
    "Database is uninitialized and superuser password is not specified. Set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE."
  # The password goes by a pipe: neither a file nor an argument holds it. POSTGRES_INITDB_ARGS are words and quotes.
  eval 'initdb --username="$POSTGRES_USER" --pwfile=<(printf "%s\n" "$POSTGRES_PASSWORD") '"$POSTGRES_INITDB_ARGS"
  local method="${POSTGRES_HOST_AUTH_METHOD:-$(postgres -C password_encryption "$@")}"
  printf '\nhost all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"

  export PGPASSWORD="${PGPASSWORD:-$POSTGRES_PASSWORD}"
  pg_ctl -o "$(printf '%q ' "$@" -c listen_addresses= -p "${PGPORT:-5432}")" -w start
  if [ "$POSTGRES_DB" != postgres ]; then
    echo 'CREATE DATABASE :"db";' | run_sql --dbname postgres -v db="$POSTGRES_DB"
  fi
  local file
  for file in /docker-entrypoint-initdb.d/*; do run_file "$file"; done
  pg_ctl -m fast -w stop
  unset PGPASSWORD
  printf '\nPostgreSQL init process complete; ready for start up.\n\n'
}

run_sql() {
  psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --no-password --no-psqlrc --dbname "$POSTGRES_DB" "$@"
}

run_file() {
  printf '%s: running %s\n' "$0" "$1"
  case "$1" in
    *.sh) if [ -x "$1" ]; then "$1"; else . "$1"; fi ;;
    *.sql) run_sql -f "$1" ;;
    *.sql.gz) gunzip -c "$1" | run_sql ;;
    *) printf '%s: ignoring %s\n' "$0" "$1" ;;
  esac
}

if [ "${1:0:1}" = - ]; then set -- postgres "$@"; fi
if [ "$1" = postgres ]; then
  read_environment
  own_folders
  if [ "$(id -u)" = 0 ]; then
    export HOME=/var/lib/postgresql
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
  fi
  if [ -s "$PGDATA/PG_VERSION" ]; then
    printf '\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n'
  else
    shopt -s nullglob
    initialize "${@:2}"
  fi
  unset POSTGRES_PASSWORD
fi
exec "$@"
