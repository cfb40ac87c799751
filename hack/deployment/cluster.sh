# shellcheck shell=bash
# For scripts that work on the cluster of KUBECONFIG. Sourced in the checkout's root.

# The caller's cluster wins over those of hack/kind.
given=${KUBECONFIG:-}
source hack/kind/env.sh
if [ -n "$given" ]; then
  export KUBECONFIG=$given
elif [ "$KUBECONFIG" = /dev/null ]; then
  unset KUBECONFIG # kubectl's own default
fi
export PATH=$PWD/node_modules/.bin:$PATH
namespace=nexlink-system
mapfile -t crds < <(printf 'crd/%s.nexlink.nexodus.io\n' nexlinkexports nexlinkimports nexlinkgateways)
export namespace crds

# fail MESSAGE NEXT-STEP
fail() {
  printf 'error: %s\nnext:  %s\n' "$1" "$2" >&2
  exit 1
}

# quietly COMMAND...: shows its output only when it fails.
quietly() {
  local output
  output=$("$@" 2>&1) || {
    printf '%s\n' "$output" >&2
    return 1
  }
}

type -P kubectl >/dev/null ||
  fail 'there is no kubectl on PATH' 'install it: https://kubernetes.io/docs/tasks/tools'
kubectl version --request-timeout=10s >/dev/null 2>&1 ||
  fail "no cluster answers (KUBECONFIG=${KUBECONFIG:-unset})" 'set KUBECONFIG to a cluster that runs, or make one: hack/kind/up NAME'
