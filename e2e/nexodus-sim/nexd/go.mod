module nexlink.local/nexodus-sim/nexd

go 1.22

require (
	golang.org/x/crypto v0.13.0
	golang.org/x/sys v0.12.0
	golang.zx2c4.com/wireguard v0.0.0-20230325221338-052af4a8072b
)

require (
	github.com/google/btree v1.0.1 // indirect
	golang.org/x/net v0.15.0 // indirect
	golang.org/x/time v0.0.0-20220210224613-90d013bbcef8 // indirect
	golang.zx2c4.com/wintun v0.0.0-20230126152724-0fa3db229ce2 // indirect
	gvisor.dev/gvisor v0.0.0-20230927004350-cbd86285d259 // indirect
)

// What the real nexd is built with: the one above half a year later, and its UDP sockets share
// their port, which the questions to STUN need.
replace golang.zx2c4.com/wireguard => github.com/nexodus-io/wireguard-go v0.0.0-20231101061211-f8033f989d14
