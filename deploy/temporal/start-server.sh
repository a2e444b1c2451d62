#!/bin/sh
# Starts Temporal's server with the password that Compose mounts; its image reads it from nowhere else
# than the environment.
set -eu

POSTGRES_PWD=$(cat /run/secrets/temporal-database-password)
export POSTGRES_PWD
exec /etc/temporal/entrypoint.sh
