# shellcheck shell=bash disable=SC2034
# What quickstart and run-tests share; sourced by both.

build_packages=(g++ cmake ninja-build pkg-config libhwy-dev nlohmann-json3-dev libcli11-dev gemmi-dev
  tao-pegtl-dev libstb-dev libpng-dev libceres-dev)
test_packages=(libgtest-dev libbenchmark-dev libssl-dev zlib1g-dev python3 python3-yaml)
binding_packages=(python3-numpy python3-pytest python3-matplotlib python3-torch python3-pip python3-setuptools
  python3-wheel octave octave-dev)
# Where another Rust is installed, that one is tested.
rust_packages=(cargo rustc rustfmt rust-clippy)
bindgen_packages=(bindgen libclang-dev)
# What dpkg-shlibdeps and cpack need.
debian_packages=(dpkg-dev file python3)
clang_packages=(clang libomp-dev)
format_packages=(clang-format)
# Behind the Emscripten that scripts/get-wasm-tools unpacks.
wasm_packages=(clang-19 lld-19 llvm-19 node-acorn)
# Drives the preview page.
browser_packages=(chromium)

say() { printf '%s\n' "$*"; }

fail() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

is_installed() { [[ "$(dpkg-query --show --showformat '${db:Status-Status}' "$1" 2>/dev/null)" == installed ]]; }

# require_packages LOG PACKAGE...: installs those that are missing, and only those.
require_packages() {
  local log=$1 missing=() package
  shift
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    require_commands
    return
  fi
  for package; do
    is_installed "$package" || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  if ((EUID != 0)); then
    fail "these packages are missing: ${missing[*]}
Install them as root with: apt-get install ${missing[*]}
or build with CMake as README.md says under \"Other systems\"."
  fi
  say "Installing ${#missing[@]} missing packages: ${missing[*]} (log: $log)"
  mkdir -p "$(dirname "$log")"
  if ! { DEBIAN_FRONTEND=noninteractive apt-get update &&
    DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    fail "apt-get could not install: ${missing[*]} (whole log: $log)"
  fi
}

# Not Debian: the tools must be there, and CMake finds or fetches the libraries.
require_commands() {
  local command
  for command in cmake ninja c++; do
    command -v "$command" >/dev/null ||
      fail "'$command' was not found, and this is not a Debian system where it could be installed.
Install CMake 3.25 or newer, Ninja and a C++20 compiler; README.md lists the rest under \"Other systems\"."
  done
}

# run_logged LOG COMMAND...: keeps the output in LOG and shows its end only on failure.
run_logged() {
  local log=$1
  shift
  mkdir -p "$(dirname "$log")"
  if ! "$@" >>"$log" 2>&1; then
    tail -n 40 "$log" >&2
    printf 'failed: %s (whole log: %s)\n' "$*" "$log" >&2
    return 1
  fi
}
