#!/bin/sh
# Creates the product's own database, and the users of its worker and its API; may be run again.
# PGHOST, PGUSER and PGPASSWORD are the owner's; WORKER_PASSWORD and API_PASSWORD become theirs.
set -eu

psql --dbname=postgres --no-psqlrc --quiet --set=ON_ERROR_STOP=1 \
  --set=worker="$WORKER_PASSWORD" --set=api="$API_PASSWORD" <<'SQL'
SELECT 'CREATE DATABASE mfa_rollout'
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'mfa_rollout') \gexec
REVOKE CONNECT ON DATABASE mfa_rollout FROM PUBLIC;
SELECT format('CREATE ROLE %I NOLOGIN', name)
  FROM unnest(ARRAY['mfa_rollout_worker', 'mfa_rollout_api']) AS name
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
SELECT format('CREATE ROLE %I LOGIN', name)
  FROM unnest(ARRAY['worker', 'api']) AS name
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE worker PASSWORD :'worker';
ALTER ROLE api PASSWORD :'api';
GRANT mfa_rollout_worker TO worker;
GRANT mfa_rollout_api TO api;
GRANT CONNECT ON DATABASE mfa_rollout TO worker, api;
SQL
