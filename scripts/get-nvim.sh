#!/bin/sh
# usage: get-nvim.sh [DIR...]
#   DIR ends in nvim-0.12, nvim-0.10 or lua-tools (stylua and luacheck); without any, all three below .editors.
#
# Puts Neovims of newer Debians beside the system: no root, no package database, no other libc for anybody else.
# DIR/bin/nvim names its own loader and, by RPATH, its own libraries. It sets no environment variable, so its children
# (language servers, shells) run on the system's libc. The loader's path is absolute: do not move DIR, run this again.
#
# Needs apt-get, dpkg and Debian's archive keyring; lua-tools needs npm, too.
# Environment: NVIM_MIRROR (default: the one that this machine's own apt uses), NVIM_KEYRING.
set -eu
RECIPE=1 # raise it, and what is there already is made anew
STYLUA=2.5.2
HERE=$(cd "$(dirname "$0")/.." && pwd -P)

say() { printf 'get-nvim: %s\n' "$*" >&2; }

# An apt of its own below $T: all state, lists and archives, and an empty status file, so that it resolves the whole
# closure, libc included. The user's configuration of proxies and the like holds.
apt_for() {
  SUITE=$1
  ARCH=$(dpkg --print-architecture)
  MIRROR=${NVIM_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m1 '/debian/*$')} ||
    { say "this machine's apt names no Debian mirror; set NVIM_MIRROR"; exit 1; }
  KEYRING=${NVIM_KEYRING:-/usr/share/keyrings/debian-archive-keyring.gpg}
  mkdir -p "$T/state/lists/partial" "$T/cache/archives/partial" "$T/root" "$T/tool"
  : >"$T/state/status"
  echo "deb [arch=$ARCH signed-by=$KEYRING] $MIRROR $SUITE main" >"$T/sources.list"
  aptget -o APT::Update::Error-Mode=any update
}
aptget() {
  apt-get -qq -o Dir::Etc::sourcelist="$T/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
    -o Dir::State="$T/state" -o Dir::State::status="$T/state/status" -o Dir::Cache="$T/cache" \
    -o Dir::Log="$T" -o APT::Architecture="$ARCH" -o APT::Architectures="$ARCH" \
    -o APT::Install-Recommends=false -o Acquire::Languages=none -o Acquire::Retries=3 \
    -o APT::Update::Post-Invoke-Success= -o Debug::NoLocking=true "$@"
}

nvim_of() { # suite
  apt_for "$1"
  aptget install -y --download-only neovim patchelf >/dev/null
  for deb in "$T"/cache/archives/*.deb; do
    case ${deb##*/} in
      gcc-*-base_* | libc-gconv-modules-extra_*) ;;
      patchelf_* | libstdc++6_*) dpkg -x "$deb" "$T/tool" ;; # used below, not kept
      *) dpkg -x "$deb" "$T/root" ;;
    esac
  done
  libs=$(dirname "$(find "$T/root" -name libc.so.6)")
  tool_libs=$(dirname "$(find "$T/tool" -name libstdc++.so.6)")
  loader=$(find "$libs" -maxdepth 1 -name 'ld-linux*.so.*')
  mkdir -p "$DIR/bin" "$DIR/lib" "$DIR/share"
  cp "$T/root/usr/bin/nvim" "$DIR/bin/nvim"
  cp -R "$T/root/usr/share/nvim" "$DIR/share/nvim" # found relative to the program, as the parsers are:
  cp -R "$T/root/usr/lib/nvim" "$DIR/lib/nvim"     # without them 0.12 opens each Markdown file with an error
  # Only the libraries that it loads, and libnss_* for ~user.
  "$loader" --library-path "$libs" --list "$DIR/bin/nvim" | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p' |
    while read -r lib; do cp -L "$lib" "$DIR/lib/"; done
  cp -L "$loader" "$libs"/libnss_*.so.* "$DIR/lib/"
  "$loader" --library-path "$libs:$tool_libs" "$T/tool/usr/bin/patchelf" \
    --set-interpreter "$DIR/lib/${loader##*/}" --force-rpath --set-rpath '$ORIGIN/../lib' "$DIR/bin/nvim"
  # It starts, and finds its runtime and parsers.
  "$DIR/bin/nvim" --clean --headless -l /dev/stdin <<'LUA'
assert(vim.treesitter.language.add('markdown') ~= nil or vim.fn.has('nvim-0.11') == 0, 'no markdown parser')
io.write('NVIM ', tostring(vim.version()), '\n')
LUA
}

# luacheck is Lua; the Neovim beside it is its interpreter, as both are of one Debian.
lua_tools() {
  nvim=$(dirname "$DIR")/nvim-0.12
  make_dir "$nvim"
  apt_for forky
  aptget install -y --download-only lua-check >/dev/null
  for deb in "$T"/cache/archives/lua-*.deb; do dpkg -x "$deb" "$T/root"; done
  mkdir -p "$DIR/bin" "$DIR/luacheck"
  cp -R "$T/root/usr/share/lua/5.1/." "$DIR/luacheck/"
  cp -L "$(find "$T/root/usr/lib" -path '*/lua/5.1/lfs.so')" "$DIR/luacheck/"
  cat >"$DIR/luacheck/run.lua" <<LUA
package.path = '$DIR/luacheck/?.lua;$DIR/luacheck/?/init.lua'
package.cpath = '$DIR/luacheck/?.so'
require('luacheck.main')
LUA
  printf '#!/bin/sh\nexec "%s/bin/nvim" --clean --headless -l "%s/luacheck/run.lua" "$@"\n' "$nvim" "$DIR" >"$DIR/bin/luacheck"
  chmod 755 "$DIR/bin/luacheck"
  "$DIR/bin/luacheck" --version >/dev/null
  command -v npm >/dev/null || { say "no npm: stylua is left out"; return; }
  mkdir "$DIR/npm"
  echo '{"name":"lua-tools","private":true}' >"$DIR/npm/package.json"
  (cd "$DIR/npm" && npm install --silent --no-audit --no-fund "@johnnymorganz/stylua-bin@$STYLUA")
  ln -s ../npm/node_modules/.bin/stylua "$DIR/bin/stylua"
  "$DIR/bin/stylua" --version
}

make_dir() (
  mkdir -p "$(dirname "$1")"
  DIR=$(cd "$(dirname "$1")" && pwd -P)/$(basename "$1")
  stamp="$RECIPE $DIR"
  exec 9>"$DIR.lock"
  flock 9 # of two tests that ask at once, one waits for the other's work
  [ "$(cat "$DIR/.stamp" 2>/dev/null)" != "$stamp" ] || exit 0
  say "making $DIR"
  T=$(mktemp -d "${TMPDIR:-/tmp}/get-nvim.XXXXXX")
  trap 'rm -rf "$T"' EXIT
  trap 'exit 1' HUP INT TERM
  chmod 755 "$T" # as root, apt downloads as another user
  rm -rf "$DIR"
  case $DIR in
    */nvim-0.12) nvim_of forky ;;
    */nvim-0.10) nvim_of trixie ;;
    */lua-tools) lua_tools ;;
    *) say "what is $DIR?"; exit 2 ;;
  esac
  printf '%s\n' "$stamp" >"$DIR/.stamp"
)

[ $# -gt 0 ] || set -- "$HERE/.editors/nvim-0.12" "$HERE/.editors/nvim-0.10" "$HERE/.editors/lua-tools"
for dir; do make_dir "$dir"; done
