# Keyward in a container: `docker build -t keyward .`, then docs/operations.md.
FROM node:24-bookworm-slim AS build
WORKDIR /app
# Apart from the sources, so that a change of those alone does not install everything anew.
COPY package.json package-lock.json ./
RUN npm ci --no-fund --no-audit
COPY . .
RUN npm run build \
  && npm prune --omit=dev --no-fund --no-audit \
  && rm -rf .next/cache

FROM node:24-bookworm-slim
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 DATA_DIR=/data PORT=3000
WORKDIR /app
# Owned by root: whoever takes over the process changes no code of it. Nothing but DATA_DIR has to be writable.
COPY --from=build /app/package.json /app/next.config.ts ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/.next ./.next
COPY --from=build /app/public ./public
COPY --from=build /app/drizzle ./drizzle
RUN install -d -o node -g node -m 0700 /data
VOLUME /data
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/api/health`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Not npm: signals go to the process itself.
CMD ["node", "--max-semi-space-size=32", "dist/main.js"]
