# shellcheck shell=bash
# What every script of this folder shares: the environment, one line of progress
# per step, failures with their cause and next step, and content digests.

source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
kind_dir=$NEXLINK_ROOT/hack/kind
cache=$NEXLINK_CACHE
mkdir -p "$cache"/{bin,log,tmp,stamps,kubeconfig}

say() { printf '%s\n' "$*"; }

# fail MESSAGE [NEXT STEP]
fail() {
  printf 'error: %s\n' "$1" >&2
  [ $# -lt 2 ] || printf 'next:  %s\n' "$2" >&2
  exit 1
}

# step TITLE LOG COMMAND...: runs COMMAND (a program or a function, under set -e)
# with its output in .cache/log/LOG.log, and reports one line with the seconds it
# took, or the log's tail. The caller's $next says what to do after a failure.
# Not to be called in a condition: bash ignores set -e there.
step() {
  local title=$1 log=$cache/log/$2.log began=$SECONDS result status
  shift 2
  exec {result}< <(
    set +e
    (set -e; "$@") >"$log" 2>&1 </dev/null
    echo $?
  )
  until read -r -t 30 status <&"$result"; do
    # Above 128 read has timed out; anything else means that the command is gone.
    if (($? <= 128)); then
      status=1
      break
    fi
    say "     … $title: $((SECONDS - began)) s so far, log in ${log#"$NEXLINK_ROOT"/}"
  done
  exec {result}<&-
  if [ "$status" != 0 ]; then
    printf 'error: %s failed after %d s; the end of %s:\n' "$title" $((SECONDS - began)) "${log#"$NEXLINK_ROOT"/}" >&2
    tail -n 20 "$log" | sed 's/^/  | /' >&2
    [ -z "${next:-}" ] || printf 'next:  %s\n' "$next" >&2
    return 1
  fi
  printf '%4d s  %s\n' $((SECONDS - began)) "$title"
}

# lock NAME: one run at a time of what NAME protects; held until the script ends.
lock() {
  exec 9>"$cache/tmp/$1.lock"
  flock --nonblock 9 && return
  say "     … waiting for another run of $1"
  flock 9
}

# digest PATH...: one hash over names and contents of the files below PATHs,
# which are relative to this folder.
digest() {
  (cd "$kind_dir" && find "$@" -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-64)
}
