#!/usr/bin/env bash
# A Node that is too old is told so in one line, with exit code 1, by whatever is started with it.
# usage: old-node.sh FOLDER_OF_NODE
set -uo pipefail
export PATH="$1:$PATH"
line="Keyward needs Node 20.19 or newer, and this is Node $(node --version | tr -d v)."
for command in "node dist/main.js" "node dist/cli.js --help" "npm start --silent" "npm run build --silent"; do
  said=$($command 2>&1)
  code=$?
  if [ "$code" != 1 ] || [ "$said" != "$line" ]; then
    printf '%s: exit code %s, and this instead of the one line:\n%s\n' "$command" "$code" "$said"
    exit 1
  fi
done
