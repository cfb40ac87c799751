# shellcheck shell=bash
# Which clusters are ours, and of which address family. Sourced after steps.sh.
: "${kind_dir:?}" "${cache:?}"

# ip_family NAME: `dual` where Pods and Services have IPv4 and IPv6, else `ipv4`.
ip_family() {
  case " ${KIND_DUAL_STACK-nexlink-c} " in
  *" $1 "*) echo dual ;;
  *) echo ipv4 ;;
  esac
}

# our_clusters [DOCKER PS FILTER...]: names of the clusters made from this
# checkout, running or not: their nodes mount its audit policy.
our_clusters() {
  docker ps --all --filter label=io.x-k8s.kind.cluster --filter "volume=$kind_dir/cluster/audit-policy.yaml" "$@" \
    --format '{{.Label "io.x-k8s.kind.cluster"}}' | sort -u
}

# delete_cluster NAME
delete_cluster() {
  kind delete cluster --name "$1" --kubeconfig "$cache/kubeconfig/$1"
  rm -f "$cache/kubeconfig/$1"
}
