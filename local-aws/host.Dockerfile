# The server and the Web Adapter as this machine built them, where the real base images cannot be pulled.
FROM scratch
COPY root/ /
ENV AWS_LWA_READINESS_CHECK_PATH=/healthz AWS_LWA_READINESS_CHECK_HEALTHY_STATUS=200-299
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/mcp-server"]
