# The bot alone: `docker build -t sorot .`, or without Docker `npm run image`, which also measures and tries it.

FROM node:22-bookworm-slim AS node

FROM node AS build
WORKDIR /sorot
COPY package.json package-lock.json .npmrc ./
COPY packages/local-telegram/package.json packages/local-telegram/
COPY tools/keep-own-binaries.js tools/
RUN npm ci --no-audit
COPY . .
# The models are compiled here, so that a start has nothing to compile and nothing to write.
RUN npm run build && node tools/image/collect.js /app

FROM debian:bookworm-slim
COPY --from=node /usr/local/bin/node /usr/local/bin/
COPY --from=build /app /app
WORKDIR /app
ENV NODE_ENV=production
# A number, which a host can see not to be root. All of /app is root's: the bot writes to /tmp alone.
USER 1000:1000
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["node", "tools/image/healthcheck.js", "/healthz"]
CMD ["node", "--max-semi-space-size=1", "dist/main.js"]
