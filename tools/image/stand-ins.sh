#!/usr/bin/env bash
# Makes the base images that the Dockerfile names, for a machine that cannot pull them: Debian by debootstrap, as slim
# as the official image, and Node's release as npm has it. The arguments are podman and the options it is called with.
set -euo pipefail
podman=("$@")

folder=$(mktemp -d --tmpdir sorot-bases-XXXXXX)
trap 'rm -rf "$folder"' EXIT

debian=$folder/debian
debootstrap --variant=minbase bookworm "$debian" >"$folder/log" || { cat "$folder/log" >&2; exit 1; }
# What the official slim image leaves out.
find "$debian/usr/share/doc" -type f ! -name copyright -delete
find "$debian/usr/share/locale" -mindepth 1 ! -name locale.alias -delete
rm -rf "$debian"/usr/share/{info,linda,man}/* "$debian"/usr/share/lintian/overrides
rm -rf "$debian"/var/cache/apt/* "$debian"/var/lib/apt/lists/* "$debian"/var/log/*
tar -C "$debian" -cf "$folder/debian.tar" .
rm -rf "$debian"
"${podman[@]}" import --quiet "$folder/debian.tar" docker.io/library/debian:bookworm-slim

# As the official image has them: node and npm in /usr/local.
mkdir "$folder/context"
unpack() {
  mkdir -p "$folder/context/$2"
  (cd "$folder" && tar -xzf "$(npm pack --silent "$1")" -C "context/$2" --strip-components=1)
}
unpack "node-linux-$(node -p process.arch)@22" node
unpack npm@10 npm
cat >"$folder/Dockerfile" <<'END'
FROM docker.io/library/debian:bookworm-slim
COPY node/bin/node /usr/local/bin/
COPY npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
END
"${podman[@]}" build --quiet --isolation chroot --pull=never --file "$folder/Dockerfile" \
  --tag docker.io/library/node:22-bookworm-slim "$folder/context"
