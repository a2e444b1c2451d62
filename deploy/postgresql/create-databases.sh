#!/bin/sh
# Creates the product's database and Temporal's two, and who may sign in; may be run again.
# PGHOST is the folder of the server's socket. Passwords are read from the secrets that Compose mounts.
set -eu

secrets=${SECRETS:-/run/secrets}
password_in() {
  sed 's|^[^:]*://[^:]*:\([^@]*\)@.*$|\1|' "$secrets/$1"
}

export PGUSER="${PGUSER:-postgres}"
PGPASSWORD=$(cat "$secrets/postgresql-password")
export PGPASSWORD

psql --dbname=postgres --no-psqlrc --quiet --set=ON_ERROR_STOP=1 \
  --set=owner="$(password_in owner-database-url)" \
  --set=worker="$(password_in worker-database-url)" \
  --set=api="$(password_in api-database-url)" \
  --set=temporal="$(cat "$secrets/temporal-database-password")" <<'SQL'
SELECT format('CREATE ROLE %I NOLOGIN', name)
  FROM unnest(ARRAY['mfa_rollout_worker', 'mfa_rollout_api']) AS name
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
SELECT format('CREATE ROLE %I LOGIN', name)
  FROM unnest(ARRAY['owner', 'worker', 'api', 'temporal']) AS name
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE owner PASSWORD :'owner';
ALTER ROLE worker PASSWORD :'worker';
ALTER ROLE api PASSWORD :'api';
ALTER ROLE temporal PASSWORD :'temporal';
GRANT mfa_rollout_worker TO worker;
GRANT mfa_rollout_api TO api;

SELECT format('CREATE DATABASE %I OWNER %I', name, owner)
  FROM (VALUES ('mfa_rollout', 'owner'), ('temporal', 'temporal'), ('temporal_visibility', 'temporal'))
    AS wanted (name, owner)
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = name) \gexec
REVOKE CONNECT ON DATABASE mfa_rollout, temporal, temporal_visibility FROM PUBLIC;
GRANT CONNECT ON DATABASE mfa_rollout TO worker, api;
SQL
