# shellcheck shell=bash
# The private Docker Engine: where its files are, whether it runs, start, stop.
# Sourced after steps.sh.
: "${kind_dir:?}" "${cache:?}"

private=$cache/docker

# A Unix socket's path has at most 107 bytes, and the engine adds up to 40 to its
# run directory. A checkout that is too deep gets that one directory elsewhere.
private_run() {
  local run=$private/run
  ((${#run} <= 66)) || run=${XDG_RUNTIME_DIR:-/tmp}/nexlink-$(cksum <<<"$NEXLINK_ROOT" | cut -d' ' -f1)
  printf '%s' "$run"
}
private_host() { printf 'unix://%s/docker.sock' "$(private_run)"; }

# pid_has PIDFILE TEXT: whether the process of PIDFILE runs and has TEXT in its
# command line. A zombie has none, and a number can be another process's by now.
pid_has() {
  local pid
  pid=$(cat "$1" 2>/dev/null) && [ -n "$pid" ] && grep -Fq -- "$2" "/proc/$pid/cmdline" 2>/dev/null
}
private_runs() { pid_has "$private/dockerd.pid" "$private/dockerd.pid"; }

# Where CAP_SYS_RESOURCE (bit 24) is not even in the bounding set, runc cannot
# grant "all capabilities"; a wrapper then takes it off every request.
write_config() {
  local bounding
  bounding=$(awk '$1 == "CapBnd:" { print $2 }' /proc/self/status)
  if ((0x$bounding >> 24 & 1)); then
    echo '{}' >"$private/daemon.json"
  else
    install -m 755 "$kind_dir/runc-without-sys-resource" "$private/runc"
    jq -n --arg path "$private/runc" \
      '{"runtimes": {"limited": {"path": $path}}, "default-runtime": "limited"}' >"$private/daemon.json"
  fi
}

# start_private starts the engine in a session of its own, so that it outlives the
# script, and returns when it answers.
start_private() {
  local run boot log=$cache/log/engine.log
  run=$(private_run)
  mkdir -p "$private" "$run"
  [ "$run" = "$private/run" ] || echo "the checkout's path is too long for a socket: sockets are in $run"
  if ! private_runs; then
    # After a reboot nothing that the run directory describes is alive. Within one
    # boot the engine needs it to find the containers it left behind.
    boot=$(cat /proc/sys/kernel/random/boot_id)
    [ "$(cat "$private/boot" 2>/dev/null)" = "$boot" ] || rm -rf "${run:?}"/*
    rm -f "$private/dockerd.pid" "$run/docker.sock"
    # dockerd waits in vain for a containerd that it takes for running.
    pid_has "$run/exec/containerd/containerd.pid" containerd || rm -f "$run/exec/containerd/containerd.pid"
    echo "$boot" >"$private/boot"
    write_config
    [ -f "$log" ] && mv "$log" "$log.1"
    # Descriptors of make's job server and of our lock must not stay open in it.
    setsid dockerd --config-file="$private/daemon.json" --host="$(private_host)" --data-root="$private/data" \
      --exec-root="$run/exec" --pidfile="$private/dockerd.pid" </dev/null >"$log" 2>&1 3>&- 4>&- 9>&- &
    local pid=$!
  fi
  for _ in {1..300}; do
    if DOCKER_HOST=$(private_host) docker version; then
      private_host >"$private/host"
      return
    fi
    [ -z "${pid:-}" ] || kill -0 "$pid" || break
    sleep 0.2
  done
  echo "dockerd does not answer; the end of its log:"
  tail -n 15 "$log"
  return 1
}

drop_networks() {
  local containers networks
  local -x DOCKER_HOST
  DOCKER_HOST=$(private_host)
  containers=$(timeout 20 docker ps --quiet) && networks=$(timeout 20 docker network ls --quiet --filter type=custom) || return
  # A network that a running container has cannot be removed.
  xargs --no-run-if-empty timeout 60 docker kill <<<"$containers" && xargs --no-run-if-empty timeout 60 docker network rm <<<"$networks"
}

# stop_private stops the engine and with it every container that it still runs. Its
# networks go before: their bridges and iptables rules would outlive it, and a rule that
# masquerades the addresses of a bridge that is gone breaks the tunnels of the next engine.
stop_private() {
  local pid
  if private_runs; then
    drop_networks || echo "the engine's networks could not be removed; their rules: iptables-save | grep br-"
    pid=$(cat "$private/dockerd.pid")
    kill "$pid"
    for _ in {1..300}; do
      private_runs || break
      sleep 0.2
    done
    if private_runs; then
      echo "dockerd ($pid) is still stopping after 60 s"
      return 1
    fi
  fi
  # The engine mounts its data directory on itself, which would keep it from being removed.
  while mountpoint -q "$private/data"; do umount "$private/data"; done
  rm -f "$private/host" "$private/dockerd.pid"
  rm -rf --one-file-system "$(private_run)"
}
