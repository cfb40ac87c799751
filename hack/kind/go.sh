# shellcheck shell=bash
# Finds a Go that can build go.mod, with all that it writes kept in the checkout.
# Sourced after steps.sh.
: "${kind_dir:?}" "${cache:?}"

go_wanted=$(awk '$1 == "go" { print $2 }' "$kind_dir/go.mod")
go_toolchain=$(awk '$1 == "toolchain" { print $2 }' "$kind_dir/go.mod")

# at_least HAVE WANTED: compares dotted versions.
at_least() { [ "$(printf '%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2" ]; }

# go_version GO: 1.26.8 for "go version go1.26.8 linux/amd64".
go_version() { GOTOOLCHAIN=local "$1" version | sed -E 's/^go version go([0-9.]+).*/\1/'; }

# newest_go prints the path of the newest Go of this machine, or nothing.
newest_go() {
  local candidate
  for candidate in $(type -ap go) /usr/local/go/bin/go /usr/lib/go-*/bin/go; do
    [ ! -x "$candidate" ] || printf '%s %s\n' "$(go_version "$candidate")" "$candidate"
  done | sort -V | tail -n 1 | cut -d' ' -f2
}

# contain_go keeps caches, modules, checksums and telemetry under .cache.
contain_go() {
  export GOENV=${GOENV:-${XDG_CONFIG_HOME:-$HOME/.config}/go/env} # the user's settings (a proxy, say) still count
  export XDG_CONFIG_HOME=$cache/go/config                         # go writes its telemetry counters there
  export GOPATH=$cache/go GOMODCACHE=$cache/go/mod GOCACHE=$cache/go/build
  export CGO_ENABLED=0 GOFLAGS='-trimpath -buildvcs=false -modcacherw' GOWORK=off
}

# use_go sets $go. A Go from 1.21 on switches to the toolchain of go.mod by
# itself. An older one (Debian 12 has 1.19) can still download that toolchain, as
# it is a module like any other; only unpacking it takes the three touches that
# newer Go does on its own.
use_go() {
  contain_go
  go=$(newest_go)
  [ -n "$go" ] || fail "no Go on this machine, and $go_wanted or newer is needed" \
    'install Go, or run hack/kind/deps as root on Debian or Ubuntu'
  local version
  version=$(go_version "$go")
  if at_least "$version" "$go_wanted"; then
    export GOTOOLCHAIN=local
  elif at_least "$version" 1.21; then
    export GOTOOLCHAIN=auto
  else
    local arch unpacked
    arch=$("$go" env GOARCH)
    unpacked=$(cd "$cache/tmp" && "$go" mod download -json "golang.org/toolchain@v0.0.1-$go_toolchain.linux-$arch" | jq -r .Dir)
    cp "$unpacked/src/_go.mod" "$unpacked/src/go.mod"
    cp "$unpacked/src/cmd/_go.mod" "$unpacked/src/cmd/go.mod"
    chmod +x "$unpacked"/bin/* "$unpacked/pkg/tool/linux_$arch"/*
    export GOTOOLCHAIN=local
    go=$unpacked/bin/go
  fi
}
