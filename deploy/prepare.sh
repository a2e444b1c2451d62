#!/bin/sh
# Makes the passwords and the key that Docker Compose hands to its services, where they are missing.
# Run it once, from anywhere; running it again changes nothing.
set -eu

deploy=$(cd "$(dirname "$0")" && pwd)
# The folder keeps others on this machine out. The files in it can be read by all, since processes in
# containers are other users than you; each container sees only the files that it needs.
mkdir -p "$deploy/secrets/made"
chmod 700 "$deploy/secrets"
cd "$deploy/secrets/made"

random() {
  head -c 32 /dev/urandom
}

password() {
  random | od -An -tx1 | tr -d ' \n'
}

make() {
  [ -s "$1" ] && return
  (umask 077 && printf '%s\n' "$2" >"$1.new")
  chmod 444 "$1.new"
  mv "$1.new" "$1"
  echo "made deploy/secrets/made/$1"
}

make postgresql-password "$(password)"
make owner-database-url "postgresql+asyncpg://owner:$(password)@/mfa_rollout?host=/var/run/postgresql"
make worker-database-url "postgresql+asyncpg://worker:$(password)@postgresql/mfa_rollout"
make api-database-url "postgresql+asyncpg://api:$(password)@postgresql/mfa_rollout"
make temporal-database-password "$(password)"
make tracking-token-key "$(random | base64)"

mkdir -p "$deploy/../people"
