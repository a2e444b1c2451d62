"""The whole rollout on one machine: Temporal, a simulated tenant, a worker and the API."""
