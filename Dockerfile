# syntax=docker/dockerfile:1
# One image for every process of the product, `mfa-rollout worker` and `mfa-rollout api`, and one for
# the simulated tenant (`--target simulated-tenant`), which production neither needs nor has.

FROM python:3.13-slim-trixie AS build
COPY --from=ghcr.io/astral-sh/uv:0.13.9 /uv /usr/local/bin/uv
ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_PROJECT_ENVIRONMENT=/opt/mfa-rollout \
    UV_PYTHON_DOWNLOADS=never
WORKDIR /build
# The dependencies first: this layer stays as it is until the lock changes.
RUN --mount=type=cache,target=/root/.cache/uv \
    --mount=type=bind,source=pyproject.toml,target=pyproject.toml \
    --mount=type=bind,source=simulated_tenant/pyproject.toml,target=simulated_tenant/pyproject.toml \
    --mount=type=bind,source=uv.lock,target=uv.lock \
    uv sync --locked --no-dev --extra traces --no-install-workspace
COPY . .
RUN --mount=type=cache,target=/root/.cache/uv \
    uv sync --locked --no-dev --extra traces --no-editable

FROM build AS build-simulated-tenant
RUN --mount=type=cache,target=/root/.cache/uv \
    UV_PROJECT_ENVIRONMENT=/opt/simulated-tenant \
    uv sync --locked --no-dev --no-editable --package mfa-rollout-simulated-tenant

FROM python:3.13-slim-trixie AS base
# The folders belong to the user in the image, so that new volumes over them do, too.
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /var/lib/mfa-rollout mfa-rollout \
    && install --directory --owner=mfa-rollout --group=mfa-rollout --mode=700 \
        /var/lib/mfa-rollout /tenant \
    # Of the command line, which may run as whoever owns the files of people.
    && install --directory --mode=1777 /var/lib/mfa-rollout-admin
ENV PYTHONUNBUFFERED=1

FROM base AS simulated-tenant
COPY --from=build-simulated-tenant /opt/simulated-tenant /opt/simulated-tenant
ENV PATH=/opt/simulated-tenant/bin:$PATH
USER 10001:10001
ENTRYPOINT ["simulated-tenant"]

FROM base
COPY --from=build /opt/mfa-rollout /opt/mfa-rollout
ENV PATH=/opt/mfa-rollout/bin:$PATH
USER 10001:10001
WORKDIR /var/lib/mfa-rollout
ENTRYPOINT ["mfa-rollout"]
CMD ["--help"]
