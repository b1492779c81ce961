#!/bin/sh
# `npm run cli`: the bundled command line where it is that of these sources, which a build makes, else the sources.
# Loading them takes three times as long.
if [ -f dist/cli.js ] && [ -z "$(find src drizzle package.json -newer dist/cli.js -print 2>/dev/null | head -n 1)" ]; then
  exec node dist/cli.js "$@"
fi
exec node --import tsx src/cli/entry.ts "$@"
