# The image of controller and agent: what `npm run build` left in dist/, on a base
# that has what a Node.js binary needs, which is glibc and libstdc++. Node.js itself
# comes with the build, so that images run what the tests ran.
ARG BASE_IMAGE=gcr.io/distroless/cc-debian12:nonroot
FROM ${BASE_IMAGE}
COPY dist/node dist/controller dist/controller.mjs dist/agent dist/agent.cjs /nexlink/
USER 65532:65532
ENTRYPOINT ["/nexlink/controller"]
