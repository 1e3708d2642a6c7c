#!/usr/bin/env bash
# Brings segctl: a released binary, whose checksum must fit, or one that is built from these sources.
set -euo pipefail
# shellcheck source=lib.sh
. "${BASH_SOURCE[0]%/*}/lib.sh"

readonly releases=${SEGCTL_RELEASES:-https://github.com/segctl/segctl/releases/download}
sources=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
readonly sources
folder=$(mktemp -d "$RUNNER_TEMP/segctl-bin.XXXXXX")
readonly folder

# The target triple that releases have for this runner.
target() {
    case "$RUNNER_OS-$RUNNER_ARCH" in
        Linux-X64) echo x86_64-unknown-linux-musl ;;
        Linux-ARM64) echo aarch64-unknown-linux-musl ;;
        macOS-X64) echo x86_64-apple-darwin ;;
        macOS-ARM64) echo aarch64-apple-darwin ;;
        Windows-X64) echo x86_64-pc-windows-msvc ;;
        *) return 1 ;;
    esac
}

sha256() {
    if command -v sha256sum >/dev/null; then
        sha256sum "$1"
    else
        shasum -a 256 "$1"
    fi | cut -d ' ' -f 1
}

# Fetches one file; code 1 says that it is not there, and whatever else ends the run.
fetch() {
    local code
    code=$(curl --silent --show-error --location --retry 3 --max-time 300 \
        --output "$2" --write-out '%{http_code}' "$1")
    case $code in
        200) ;;
        404) return 1 ;;
        *) fail "$1 was answered with $code" ;;
    esac
}

# Unpacks the release TAG; code 1 says that there is none for this runner.
from_release() {
    local tag=$1 triple archive said
    triple=$(target) || return 1
    archive=segctl-$tag-$triple.tar.gz
    if [[ $RUNNER_OS == Windows ]]; then
        archive=segctl-$tag-$triple.zip
    fi
    fetch "$releases/$tag/$archive" "$folder/$archive" || return 1
    fetch "$releases/$tag/SHA256SUMS" "$folder/SHA256SUMS" || fail "release $tag has no checksums"
    said=$(awk -v name="$archive" '$2 == name || $2 == "*" name { print $1 }' "$folder/SHA256SUMS")
    if [[ -z $said || $said != "$(sha256 "$folder/$archive")" ]]; then
        fail "the checksum of $archive does not fit"
    fi
    was_built_by_us "$folder/$archive" "$tag"
    if [[ $archive == *.zip ]]; then
        unzip -q "$folder/$archive" -d "$folder" || fail "$archive cannot be unpacked"
    else
        tar -xzf "$folder/$archive" -C "$folder" || fail "$archive cannot be unpacked"
    fi
    cp "$folder/segctl-$tag-$triple"/segctl* "$folder/" || fail "there is no segctl in $archive"
    echo "segctl $tag for $triple, checksum $said"
}

# A checksum beside an archive says that it came over whole. That segctl's own workflow built it from
# the tag is said by its attestation, where the means to check that are there: on github.com, where the
# token is good for that, with a `gh` that knows how.
was_built_by_us() {
    local help
    help=$(gh attestation verify --help 2>/dev/null || true)
    if [[ $GITHUB_SERVER_URL != https://github.com || $help != *--source-ref* ]]; then
        echo 'The attestation of the release is not checked here; its checksum was.'
        return
    fi
    GH_TOKEN=$TOKEN gh attestation verify "$1" --repo segctl/segctl --source-ref "refs/tags/$2" \
        --signer-workflow segctl/segctl/.github/workflows/release.yml >&2 ||
        fail 'the attestation of the release does not fit'
}

from_source() {
    if ! command -v cargo >/dev/null; then
        fail 'there is no release for this runner, and no cargo to build segctl with'
    fi
    cargo build --release --locked --manifest-path "$sources/Cargo.toml" \
        --target-dir "$RUNNER_TEMP/segctl-target"
    cp "$RUNNER_TEMP/segctl-target/release"/segctl{,.exe} "$folder/" 2>/dev/null || [[ -x $folder/segctl ]]
}

case $VERSION in
    installed) command -v segctl >/dev/null || fail 'segctl is not installed on this runner' ;;
    source) from_source ;;
    release)
        tag=v$(sed -n 's/^version = "\([0-9A-Za-z.+-]*\)"$/\1/p' "$sources/Cargo.toml" | head -n 1)
        if ! from_release "$tag"; then
            tell notice "There is no release $tag for this runner, so segctl is built from source."
            from_source
        fi
        ;;
    v[0-9]*)
        if [[ ! $VERSION =~ ^v[0-9A-Za-z.+-]+$ ]]; then
            fail 'version is no version'
        fi
        from_release "$VERSION" || fail "there is no release $VERSION for this runner"
        ;;
    *) fail 'version is one of: release, vX.Y.Z, source, installed' ;;
esac

if [[ $VERSION != installed ]]; then
    printf '%s\n' "$folder" >>"$GITHUB_PATH"
    PATH=$folder:$PATH
fi
segctl --version
