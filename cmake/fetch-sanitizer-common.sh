#!/usr/bin/env bash
#===- fetch-sanitizer-common.sh - sources from Debian's package ------------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
#   fetch-sanitizer-common.sh VERSION TARBALL_SHA256 TREE_SHA256 CACHE_DIR
#
# Leaves sanitizer_common and interception of LLVM VERSION in
# CACHE_DIR/sanitizer_common-VERSION, laid out as in compiler-rt (lib/...,
# include/sanitizer). Works as root and as an ordinary user.
#
# Source packages are in no machine's package lists by default, and those lists
# may not be writable; so the machine's own apt sources are rewritten to deb-src
# in a scratch folder with lists of its own. Where they are, and their keys, stay
# what the machine's owner chose.
#
# Trust: the whole tarball is compared with TARBALL_SHA256 before anything is
# unpacked, and the unpacked tree with TREE_SHA256 at every call, so that a
# damaged or edited cache is noticed and fetched anew.
#
#===------------------------------------------------------------------------===#

set -euo pipefail

Version=$1
TarballSum=$2
TreeSum=$3
Cache=$4

Package=llvm-toolchain-${Version%%.*}
Tree=$Cache/sanitizer_common-$Version
Wanted=(compiler-rt/lib/sanitizer_common compiler-rt/lib/interception
  compiler-rt/include/sanitizer compiler-rt/LICENSE.TXT)

say() { printf '%s\n' "sanitizer_common: $*"; }
die() {
  printf '%s\n' "sanitizer_common: $*" >&2
  exit 1
}

treeSum() {
  (cd "$1" && find . -type f -print0 | LC_ALL=C sort -z |
    xargs -0 sha256sum | sha256sum | cut -d' ' -f1)
}

if [[ -d $Tree ]]; then
  [[ $(treeSum "$Tree") == "$TreeSum" ]] && exit 0
  say "$Tree is not what was unpacked; fetching it again"
  rm -rf "$Tree"
fi

command -v apt-get >/dev/null || die "this machine has no apt-get"
mkdir -p "$Cache"
Scratch=$(mktemp -d "$Cache/fetch.XXXXXX")
trap 'rm -rf "$Scratch"' EXIT

# --- The machine's sources as deb-src ----------------------------------------
mkdir -p "$Scratch"/{parts,lists/partial,archives/partial,download}
AptEtc=$(apt-config shell D Dir::Etc/d) && eval "AptEtc=${AptEtc#D=}"
for File in "$AptEtc"sources.list.d/*.sources; do
  [[ -e $File ]] || continue
  # A stanza may list both types, and be switched off; a field may be in any case
  # and anywhere in its stanza.
  awk 'BEGIN { RS = ""; FS = "\n" }
       tolower($0) !~ /(^|\n)enabled:[ \t]*(no|false|off|0)/ {
         for (I = 1; I <= NF; I++)
           if (tolower($I) ~ /^types:/) $I = "Types: deb-src"
         for (I = 1; I <= NF; I++)
           if ($I !~ /^#/) print $I
         print ""
       }' "$File" >"$Scratch/parts/$(basename "$File")"
done
for File in "$AptEtc"sources.list "$AptEtc"sources.list.d/*.list; do
  [[ -e $File ]] || continue
  sed -nE 's/^[[:space:]]*deb(-src)?[[:space:]]+/deb-src /p' "$File" | sort -u \
    >"$Scratch/parts/$(basename "$File" .list).list"
done
find "$Scratch/parts" -size 0 -delete

cat >"$Scratch/apt.conf" <<END
Dir::Etc::SourceList "/dev/null";
Dir::Etc::SourceParts "$Scratch/parts";
Dir::State::Lists "$Scratch/lists";
Dir::Cache "$Scratch";
Dir::Cache::Archives "$Scratch/archives";
Acquire::Languages "none";
Acquire::IndexTargets::deb-src::Sources::DefaultEnabled "true";
// The scratch folder belongs to whoever runs this, not to apt's own user.
APT::Sandbox::User "$(id -un)";
// What the machine does after an update is about its own lists.
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear APT::Update::Pre-Invoke;
END
apt() { apt-get -q -c "$Scratch/apt.conf" "$@"; }

say "reading the package lists for sources"
apt update >"$Scratch/log" 2>&1 ||
  say "not all of them could be read"

# The newest Debian revision of this upstream version: all share the tarball.
Revision=$(apt-cache -c "$Scratch/apt.conf" showsrc --only-source "$Package" \
  2>/dev/null | sed -nE "s/^Version: (([0-9]+:)?$Version[-~+].*)/\1/p" |
  sort -V | tail -1) || Revision=
if [[ -z $Revision ]]; then
  tail -15 "$Scratch/log" >&2
  die "no source package $Package $Version in this machine's apt sources"
fi

say "downloading the source of $Package $Revision"
(cd "$Scratch/download" && apt source --download-only --tar-only --only-source \
  "$Package=$Revision" >>"$Scratch/log" 2>&1) || {
  tail -15 "$Scratch/log" >&2
  die "the download of $Package $Revision failed"
}
Tarball=$Scratch/download/${Package}_$Version.orig.tar.xz
[[ -f $Tarball ]] || die "the package has no $(basename "$Tarball")"
Found=$(sha256sum "$Tarball" | cut -d' ' -f1)
[[ $Found == "$TarballSum" ]] ||
  die "$(basename "$Tarball") has checksum $Found instead of $TarballSum"

# --- Unpacking ----------------------------------------------------------------
say "unpacking"
mkdir "$Scratch/tree"
Top=$(
  set +o pipefail # tar is cut off after its first line
  tar -tJf "$Tarball" 2>/dev/null | head -1 | cut -d/ -f1
)
tar -xJf "$Tarball" -C "$Scratch/tree" --strip-components=2 \
  --exclude='*/tests' --exclude='*/tests/*' "${Wanted[@]/#/$Top/}"
Found=$(treeSum "$Scratch/tree")
[[ $Found == "$TreeSum" ]] ||
  die "the unpacked sources have checksum $Found instead of $TreeSum"
rm -rf "$Tree"
mv "$Scratch/tree" "$Tree"
