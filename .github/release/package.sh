#!/usr/bin/env bash
# Packs a built segctl for one target, with all that belongs beside it:
#
#   package.sh TARGET BINARY FOLDER
#
# The archive `FOLDER/segctl-vVERSION-TARGET.tar.gz` (`.zip` for Windows) is the same bytes whenever it
# is made of the same files with GNU tar. The binary must run here: completions and manual pages are
# what it prints. SOURCE_DATE_EPOCH dates the files; without it, the last commit does.
set -euo pipefail

if (($# != 3)); then
    echo 'usage: package.sh TARGET BINARY FOLDER' >&2
    exit 64
fi
readonly target=$1 binary=$2 folder=$3
sources=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
readonly sources
version=$("$binary" --version)
version=${version#segctl }
name=segctl-v${version%$'\r'}-$target
readonly version name

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$folder" "$work/$name/completions"
out=$(cd "$folder" && pwd)

case $target in
    *-windows-*) cp "$binary" "$work/$name/segctl.exe" ;;
    *) install -m 755 "$binary" "$work/$name/segctl" ;;
esac
cp "$sources"/{README.md,CHANGELOG.md,LICENSE-APACHE,LICENSE-MIT} "$work/$name/"
"$binary" completions bash >"$work/$name/completions/segctl.bash"
"$binary" completions elvish >"$work/$name/completions/segctl.elv"
"$binary" completions fish >"$work/$name/completions/segctl.fish"
"$binary" completions powershell >"$work/$name/completions/_segctl.ps1"
"$binary" completions zsh >"$work/$name/completions/_segctl"
"$binary" man --out "$work/$name/man/man1"

cd "$work"
if [[ $target == *-windows-* ]]; then
    7z a -bd -tzip "$out/$name.zip" "$name" >/dev/null
    echo "$out/$name.zip"
elif tar --version | grep -q GNU; then
    epoch=${SOURCE_DATE_EPOCH:-$(git -C "$sources" log -1 --format=%ct)}
    tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$epoch" --mode=u+rwX,go+rX,go-w \
        -cf - "$name" | gzip -9n >"$out/$name.tar.gz"
    echo "$out/$name.tar.gz"
else
    tar -czf "$out/$name.tar.gz" "$name"
    echo "$out/$name.tar.gz"
fi
