# An image that holds segctl, the certificates of the public authorities, and nothing else: no shell,
# no package manager, no root. It is made from the released static binaries, so that it holds the very
# bytes whose checksums are published; `.github/workflows/release.yml` lays them out as
# `image/linux/amd64/segctl` and `image/linux/arm64/segctl`, with `image/ca-certificates.crt`:
#
#   docker buildx build --platform linux/amd64,linux/arm64 --build-arg SOURCE_DATE_EPOCH=0 --tag segctl .
#
# It is used with the workspace mounted read-only:
#
#   docker run --rm --volume "$PWD:/work:ro" --env UNLEASH_TOKEN segctl plan
#
# A target of the embedded server, and `import`, write into the workspace: mount it without `:ro`, and
# give `--user "$(id -u):$(id -g)"`.
FROM scratch

ARG TARGETPLATFORM
# Where segctl looks for the authorities that it trusts.
COPY --chmod=0644 image/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --chmod=0755 image/${TARGETPLATFORM}/segctl /usr/local/bin/segctl

LABEL org.opencontainers.image.title="segctl" \
      org.opencontainers.image.description="Keeps the audience segments of a feature-flag system equal to YAML files in Git" \
      org.opencontainers.image.source="https://github.com/segctl/segctl" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"

# The number of distroless images for `nonroot`; a number, so that `runAsNonRoot` can be checked.
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/usr/local/bin/segctl"]
CMD ["--help"]
