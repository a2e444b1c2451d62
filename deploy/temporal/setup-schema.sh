#!/bin/sh
# Brings the schemas of Temporal's two databases up to date. Safe to run again: only the versions that
# are missing are applied.
# Reads SQL_HOST, SQL_PORT, SQL_USER and SQL_PLUGIN, as temporal-sql-tool does, and the password that
# Compose mounts.
set -eu

SQL_PASSWORD=$(cat /run/secrets/temporal-database-password)
export SQL_PASSWORD

prepare() {
  temporal-sql-tool --db "$1" setup-schema -v 0.0
  temporal-sql-tool --db "$1" update-schema --schema-name "postgresql/v12/$2"
}

prepare temporal temporal
prepare temporal_visibility visibility
