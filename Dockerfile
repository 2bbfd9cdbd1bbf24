# The images of producer, worker, the surefill command and the local Reloadly: docker build --target worker .
# The tests run on this version of Node too.
FROM node:24-bookworm-slim AS build
WORKDIR /src
# Nobody is there to answer a question of the package manager.
ENV CI=true

# What decides the dependencies comes first, so that a change of the code alone does not install them again.
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY apps/producer/package.json apps/producer/
COPY apps/worker/package.json apps/worker/
COPY packages/reloadly-client/package.json packages/reloadly-client/
COPY packages/reloadly-sandbox/package.json packages/reloadly-sandbox/
COPY packages/runtime/package.json packages/runtime/
COPY packages/topup/package.json packages/topup/
COPY packages/topup-store/package.json packages/topup-store/
COPY packages/campaign/package.json packages/campaign/
COPY packages/sdk/package.json packages/sdk/
COPY packages/audit/package.json packages/audit/
COPY packages/access/package.json packages/access/
COPY packages/provider/package.json packages/provider/
COPY apps/cli/package.json apps/cli/
COPY apps/console/package.json apps/console/
COPY proof/package.json proof/
COPY test/openapi/package.json test/openapi/
RUN npx --yes "$(node -p 'require("./package.json").packageManager')" --pm-on-fail=ignore install --frozen-lockfile

COPY tsconfig.base.json ./
COPY apps apps
COPY packages packages
RUN node_modules/.bin/tsc -b apps/producer apps/worker apps/cli packages/sdk packages/reloadly-sandbox \
  && cd apps/console && node_modules/.bin/vite build
# One folder for each image: its compiled code and the dependencies it runs with, nothing else.
RUN for app in producer worker cli reloadly-sandbox; do \
      npx --yes "$(node -p 'require("./package.json").packageManager')" --pm-on-fail=ignore \
        --filter "@surefill/$app" --prod deploy "/out/$app" || exit 1; \
    done

FROM node:24-bookworm-slim AS runtime
ENV NODE_ENV=production
# docker build --build-arg BUILD_COMMIT="$(git rev-parse --short HEAD)"
ARG BUILD_COMMIT=unknown
ENV BUILD_COMMIT=$BUILD_COMMIT
WORKDIR /app
# A volume that is mounted here takes its owner from this folder.
RUN install --directory --owner=node --group=node --mode=0700 /state
# The user that the image brings along; it owns nothing else and can write nowhere else.
USER node

FROM runtime AS producer
COPY --from=build /out/producer ./
EXPOSE 3000
CMD ["node", "dist/main.js"]

FROM runtime AS worker
COPY --from=build /out/worker ./
EXPOSE 3001
CMD ["node", "dist/main.js"]

FROM runtime AS cli
COPY --from=build /out/cli ./
ENTRYPOINT ["node", "dist/main.js"]

FROM runtime AS sandbox
COPY --from=build /out/reloadly-sandbox ./
EXPOSE 4010
CMD ["node", "bin/reloadly-sandbox.js", "--host", "0.0.0.0", "--port", "4010"]
