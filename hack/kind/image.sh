# shellcheck shell=bash
# Images made of one directory. Sourced after steps.sh.
: "${cache:?}"

# image_fresh IMAGE INPUTS: whether the engine has IMAGE made from these inputs.
# The mark is on the image itself: it holds for any engine and without .cache.
image_fresh() {
  [ "$(docker image inspect -f '{{index .Config.Labels "nexlink.inputs"}}' "$1" 2>/dev/null)" = "$2" ]
}

# image_import DIR IMAGE INPUTS CHANGE...: makes IMAGE of the files in DIR; a
# CHANGE is a line as in a Dockerfile.
image_import() {
  local directory=$1 image=$2 inputs=$3 change changes=() former
  shift 3
  former=$(docker image inspect -f '{{.Id}}' "$image" 2>/dev/null) || true
  for change in "LABEL nexlink.inputs=$inputs" 'ENV PATH=/usr/local/bin:/usr/sbin:/usr/bin' "$@"; do
    changes+=(--change "$change")
  done
  tar -c -C "$directory" --owner=0 --group=0 --numeric-owner --sort=name . |
    docker import "${changes[@]}" - "$image"
  [ -z "$former" ] || docker image rm "$former" || true # unless something still uses it
}
