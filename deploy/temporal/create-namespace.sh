#!/bin/sh
# Creates the namespace and its search attributes once the server answers. Safe to run again.
# Reads TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE, as the Temporal CLI does, and RETENTION.
set -eu

# A new namespace is known to all parts of the server only after some seconds.
patiently() {
  attempt=0
  until "$@"; do
    attempt=$((attempt + 1))
    if [ "$attempt" -ge 30 ]; then
      echo "gave up after $attempt attempts: $*" >&2
      exit 1
    fi
    sleep 2
  done
}

patiently temporal operator cluster health

temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"

# One call for each: of several names in one call, server 1.32 keeps only one.
add_search_attribute() {
  patiently temporal operator search-attribute create --name "$1" --type "$2"
}

add_search_attribute UserPrincipalName Keyword
add_search_attribute InviteStatus Keyword
add_search_attribute MFARegistrationState Keyword
add_search_attribute SourceBatchId Keyword
add_search_attribute Department Keyword

temporal operator search-attribute list
