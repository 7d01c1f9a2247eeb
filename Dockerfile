# syntax=docker/dockerfile:1
# A node without an embedded database, for linux/amd64 and linux/arm64. Each longer step is a script in docker/.
# For a build that is the same for ever, give the bases with their digests: --build-arg BASE=...@sha256:...
ARG JDK=eclipse-temurin:25.0.3_9-jdk-noble
ARG BASE=registry.access.redhat.com/ubi9/ubi-micro:9.6
ARG TRAINING=debian:13.2-slim

# Java builds for another architecture at full speed; only the stages below run on the one built for.
FROM --platform=$BUILDPLATFORM ${JDK} AS jar
RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY . .
ARG TARGETARCH
# true adds the model by which records are found by their meaning: 35 MB, and agentdb.search.meaning switches it on.
ARG MEANING=false
# Locked, because both architectures are built at once, and two Mavens would spoil one repository.
RUN --mount=type=cache,target=/root/.m2,sharing=locked bash docker/jar.sh /build/layers "${TARGETARCH}"

FROM ${JDK} AS runtime
RUN apt-get update && apt-get install -y --no-install-recommends binutils && rm -rf /var/lib/apt/lists/*
COPY docker/runtime.sh /build/
RUN bash /build/runtime.sh /opt/java

# glibc, bash and coreutils in 25 MB: with a larger base the image exceeds 275 MB. It has no useradd. Its directory is group 0's as well: OpenShift
# runs images as a user of its choice, whose group that is.
# QUIC's native library needs libgcc.
FROM ${BASE} AS node
RUN echo 'agentdb:x:10001:10001::/var/lib/agentdb-sync:/sbin/nologin' >>/etc/passwd \
    && echo 'agentdb:x:10001:' >>/etc/group \
    && install -d -o 10001 -g 0 -m 0770 /var/lib/agentdb-sync /var/lib/agentdb-sync/import \
    && ln -s /opt/agentdb/agentdb-sync /usr/local/bin/agentdb-sync \
    && test -e /usr/lib64/libgcc_s.so.1
COPY --from=runtime /opt/java /opt/java
WORKDIR /opt/agentdb
COPY docker/java.options docker/healthcheck.sh docker/agentdb-sync ./
# From what changes seldom to what changes with every build.
COPY --from=jar /build/layers/dependencies/ ./
COPY --from=jar /build/layers/spring-boot-loader/ ./
COPY --from=jar /build/layers/snapshot-dependencies/ ./
COPY --from=jar /build/layers/application/ ./
# JDK_JAVA_OPTIONS is for whoever runs the container to replace. Half of the memory is heap; beside it stand direct buffers,
# classes, code and threads.
ENV PATH=/opt/java/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    LANG=C.UTF-8 \
    HOME=/var/lib/agentdb-sync \
    JDK_JAVA_OPTIONS="-XX:MaxRAMPercentage=50 -XX:MaxDirectMemorySize=128m" \
    SERVER_PORT=8080 \
    MANAGEMENT_SERVER_PORT=9090 \
    AGENTDB_EMBEDDED_DATADIR=/var/lib/agentdb-sync \
    SPRING_CONFIG_IMPORT=optional:configtree:/run/secrets/agentdb/
USER 10001:10001

# The same files at the same places as in the node's image, with a PostgreSQL beside them.
FROM ${TRAINING} AS training
RUN apt-get update && apt-get install -y --no-install-recommends postgresql && rm -rf /var/lib/apt/lists/*
COPY --from=node /opt /opt
COPY docker/train.sh /build/
ENV PATH=/opt/java/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
USER postgres
RUN bash /build/train.sh /opt/agentdb /tmp/app.aot

FROM node
COPY --from=training /tmp/app.aot ./
ARG VERSION=0.2.0-SNAPSHOT
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
# The first lines replace what the base says of itself, which would else be said of the node.
LABEL name="agentdb-sync" vendor="AgentDB" maintainer="AgentDB" version="${VERSION}" release="${REVISION}" vcs-ref="${REVISION}" \
      build-date="${CREATED}" com.redhat.component="agentdb-sync" url="https://github.com/agentdb/agentdb-sync" \
      summary="A node that synchronizes an AgentDB memory with others." io.k8s.display-name="AgentDB Sync Node" \
      description="Keeps an AgentDB node's memory in PostgreSQL and synchronizes it with other nodes over QUIC." \
      io.k8s.description="Keeps an AgentDB node's memory in PostgreSQL and synchronizes it with other nodes over QUIC." \
      org.opencontainers.image.title="AgentDB Sync Node" \
      org.opencontainers.image.description="Keeps an AgentDB node's memory in PostgreSQL and synchronizes it with other nodes over QUIC." \
      org.opencontainers.image.source="https://github.com/agentdb/agentdb-sync" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"
# So that the node's own files can be written although the root file system is read-only.
VOLUME ["/var/lib/agentdb-sync"]
EXPOSE 8080/tcp 9090/tcp 4433/udp
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["bash", "/opt/agentdb/healthcheck.sh"]
ENTRYPOINT ["java", "-XX:AOTCache=/opt/agentdb/app.aot", "@/opt/agentdb/java.options", "-jar", "/opt/agentdb/app.jar"]
