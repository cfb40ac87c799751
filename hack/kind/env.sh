# shellcheck shell=bash
# The environment of everything that talks to the local engine and its clusters:
#
#   source hack/kind/env.sh
#
# Puts .cache/bin (kind, kubectl, kube-apiserver, etcd) first on PATH, points
# DOCKER_HOST at the private engine where one was started, and KUBECONFIG at the
# clusters that exist now. A DOCKER_HOST that is already set is kept.

NEXLINK_ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
export NEXLINK_ROOT
export NEXLINK_CACHE=$NEXLINK_ROOT/.cache

case ":$PATH:" in
*":$NEXLINK_CACHE/bin:"*) ;;
*) PATH=$NEXLINK_CACHE/bin:$PATH:/usr/sbin:/sbin ;;
esac
export PATH
export KUBEBUILDER_ASSETS=${KUBEBUILDER_ASSETS:-$NEXLINK_CACHE/bin} # where integration tests find kube-apiserver and etcd
export KUBECACHEDIR=$NEXLINK_CACHE/kubectl                          # kubectl caches API discovery in $HOME otherwise
export KIND_EXPERIMENTAL_PROVIDER=docker

if [ -z "${DOCKER_HOST:-}" ] && [ -f "$NEXLINK_CACHE/docker/host" ]; then
  DOCKER_HOST=$(cat "$NEXLINK_CACHE/docker/host")
  export DOCKER_HOST
  export DOCKER_BUILDKIT=0 # Debian's engine comes without BuildKit
fi

# One context per cluster, named kind-NAME. Empty when there is no cluster, so
# that kubectl never falls back to a cluster of the user's own.
KUBECONFIG=$({ find "$NEXLINK_CACHE/kubeconfig" -maxdepth 1 -type f ! -name '*.lock' 2>/dev/null || :; } | sort | paste -sd: -)
export KUBECONFIG=${KUBECONFIG:-/dev/null}
