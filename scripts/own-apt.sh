# shellcheck shell=bash disable=SC2034,SC2154
# An apt of its own, for tools that the system's release does not have; sourced after build-steps.sh. Everything that it
# writes lies below $work, and what it fetches has been checked against Debian's signatures.

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
machine=$(uname -m)-linux-gnu

# The mirror that this system uses already, in either format of its list.
mirror() {
  (cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null || true) |
    sed -n -E 's/^URIs: *([^ ]*debian\/?)( .*)?$/\1/p; s/^deb +(\[[^]]*\] +)?([^ ]*debian\/?) .*/\2/p' | head -n 1
}

own_apt() {
  apt-get --quiet --quiet \
    --option "Dir::Etc::sourcelist=$work/sources.list" --option "Dir::Etc::sourceparts=$work/none" \
    --option "Dir::Etc::preferences=$work/none/preferences" --option "Dir::Etc::preferencesparts=$work/none" \
    --option "Dir::State::lists=$work/lists" --option "Dir::State::status=$work/status" \
    --option "Dir::Cache=$work" --option "Dir::Cache::archives=$work/archives" \
    --option "APT::Sandbox::User=$(id -un)" "$@"
}

# prepare_apt RELEASE: lists of its packages and sources; nothing counts as installed.
prepare_apt() {
  local from
  from=$(mirror)
  [[ -n $from ]] || fail "no Debian mirror is named in /etc/apt"
  [[ -f $keyring ]] || fail "$keyring is missing; install the package debian-archive-keyring"
  mkdir -p "$work"/{none,lists/partial,archives/partial,debs,sources}
  : >"$work/status"
  printf '%s [signed-by=%s] %s %s main\n' deb "$keyring" "$from" "$1" deb-src "$keyring" "$from" "$1" \
    >"$work/sources.list"
  own_apt update
}
