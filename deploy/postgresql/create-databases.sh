#!/bin/sh
# Creates the product's database and Temporal's two, and who may sign in; may be run again.
# PGHOST is the server, or the folder of its socket, and PGUSER its administrator. Passwords are read
# from the secrets that are mounted.
set -eu

secrets=${SECRETS:-/run/secrets}
password_in() {
  sed 's|^[^:]*://[^:]*:\([^@]*\)@.*$|\1|' "$secrets/$1"
}

export PGUSER="${PGUSER:-postgres}"
# What is there already is no news.
export PGOPTIONS="-c client_min_messages=warning"
PGPASSWORD=$(cat "$secrets/postgresql-password")
export PGPASSWORD

# Where Temporal is elsewhere, there is no such secret, and no such user.
temporal=
with_temporal=off
if [ -e "$secrets/temporal-database-password" ]; then
  temporal=$(cat "$secrets/temporal-database-password")
  with_temporal=on
fi

psql --dbname=postgres --no-psqlrc --quiet --set=ON_ERROR_STOP=1 \
  --set=owner="$(password_in owner-database-url)" \
  --set=worker="$(password_in worker-database-url)" \
  --set=api="$(password_in api-database-url)" \
  --set=temporal="$temporal" --set=with_temporal="$with_temporal" <<'SQL'
SELECT format('CREATE ROLE %I NOLOGIN', name)
  FROM unnest(ARRAY['mfa_rollout_worker', 'mfa_rollout_api']) AS name
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
SELECT format('CREATE ROLE %I LOGIN', name)
  FROM unnest(ARRAY['owner', 'worker', 'api']) AS name
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE owner PASSWORD :'owner';
ALTER ROLE worker PASSWORD :'worker';
ALTER ROLE api PASSWORD :'api';
GRANT mfa_rollout_worker TO worker;
GRANT mfa_rollout_api TO api;

-- An administrator who is no superuser may make a database only for a role that they have.
GRANT owner TO CURRENT_USER;
SELECT 'CREATE DATABASE mfa_rollout OWNER owner'
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'mfa_rollout') \gexec
REVOKE CONNECT ON DATABASE mfa_rollout FROM PUBLIC;
GRANT CONNECT ON DATABASE mfa_rollout TO worker, api;

\if :with_temporal
SELECT 'CREATE ROLE temporal LOGIN'
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'temporal') \gexec
ALTER ROLE temporal PASSWORD :'temporal';
GRANT temporal TO CURRENT_USER;
SELECT format('CREATE DATABASE %I OWNER temporal', name)
  FROM unnest(ARRAY['temporal', 'temporal_visibility']) AS name
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = name) \gexec
REVOKE CONNECT ON DATABASE temporal, temporal_visibility FROM PUBLIC;
\endif
SQL
