package main

import (
	"net/netip"
	"slices"
	"time"
)

const (
	// A way that never worked is left after this time for the next.
	methodTimeout = 30 * time.Second
	// One that did work is given this time to come back.
	restoreTimeout = 180 * time.Second
	// A handshake older than this counts as a peer that is gone: a session ends after 180 s.
	healthyFor = 210 * time.Second
)

// noMethod is the state before a way was chosen.
const noMethod = -1

// method is a way to reach a peer; the first whose condition holds is tried first.
type method struct {
	name     string
	suits    func(own *self, peer Device) bool
	endpoint func(peer Device) string
}

// self is what the choice of a way depends on besides the peer.
type self struct {
	reflexive netip.AddrPort
	symmetric bool
	relayOnly bool
}

var methods = []method{
	{
		name: "direct-local",
		suits: func(own *self, peer Device) bool {
			_, reflexive := endpointsOf(peer)
			return !own.relayOnly && own.reflexive.Addr().String() == hostOf(reflexive)
		},
		endpoint: func(peer Device) string { local, _ := endpointsOf(peer); return local },
	},
	{
		name: "reflexive",
		suits: func(own *self, peer Device) bool {
			return !own.relayOnly && !own.symmetric && !peer.SymmetricNat
		},
		endpoint: func(peer Device) string { _, reflexive := endpointsOf(peer); return reflexive },
	},
}

func endpointsOf(device Device) (local, reflexive string) {
	for _, endpoint := range device.Endpoints {
		if endpoint.Source == "local" {
			local = endpoint.Address
		} else {
			reflexive = endpoint.Address
		}
	}
	return local, reflexive
}

// hostOf is the address of `address:port`, empty when it is none.
func hostOf(address string) string {
	parsed, err := netip.ParseAddrPort(address)
	if err != nil {
		return ""
	}
	return parsed.Addr().String()
}

// peerState is what is known of another device.
type peerState struct {
	device  Device
	method  int
	since   time.Time
	healthy bool
	// When it was seen healthy last.
	healthyAt time.Time
}

// hasFailed tells whether the chosen way is to be left.
func (p *peerState) hasFailed(now time.Time) bool {
	switch {
	case p.healthy || p.since.IsZero():
		return false
	case p.healthyAt.IsZero():
		return now.Sub(p.since) >= methodTimeout
	default:
		return now.Sub(p.healthyAt) >= restoreTimeout
	}
}

func (p *peerState) reset() {
	*p = peerState{device: p.device, method: noMethod}
}

// choose finds the way to use now: the present one, the next when that failed, the first after the last.
func (p *peerState) choose(own *self, now time.Time) int {
	after := p.method
	if p.hasFailed(now) {
		after++
		next := slices.IndexFunc(methods[min(after, len(methods)):], func(m method) bool { return m.suits(own, p.device) })
		if p.method != noMethod && next < 0 {
			p.reset()
			after = 0
		}
	}
	for i := max(after, 0); i < len(methods); i++ {
		if methods[i].suits(own, p.device) {
			return i
		}
	}
	return p.method
}
