# shellcheck shell=bash
# A minimal Debian in a folder, for tests that install into one; sourced after scripts/build-steps.sh.

# Options of the tests: --suite NAME, --mirror URL.
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
mirror=

require_debootstrap() {
  ((EUID == 0)) || fail "a clean root can be made by root alone"
  command -v debootstrap >/dev/null || fail "debootstrap was not found (Debian: apt-get install debootstrap)"
}

# make_clean_root DIR: nothing is done where DIR has one.
make_clean_root() {
  local root=$1
  [[ ! -e $root/etc/debian_version ]] || return 0
  say "A minimal Debian $suite in $root"
  debootstrap --variant=minbase "$suite" "$root" ${mirror:+"$mirror"} >"$root.log" 2>&1 || {
    tail -n 20 "$root.log" >&2
    fail "debootstrap failed"
  }
  rm -f "$root.log"
}
