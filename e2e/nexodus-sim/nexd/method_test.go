package main

import (
	"net/netip"
	"testing"
	"time"
)

func deviceAt(local, reflexive string) Device {
	return Device{Endpoints: []Endpoint{{"local", local}, {"stun:", reflexive}}}
}

func chosen(p *peerState, own *self, now time.Time) string {
	if i := p.choose(own, now); i != noMethod {
		p.method, p.since = i, now
		return methods[i].name
	}
	return ""
}

func TestWhereAPeerIsLookedFor(t *testing.T) {
	near, far := deviceAt("10.0.0.2:1", "192.0.2.1:1"), deviceAt("10.0.0.2:1", "192.0.2.2:1")
	symmetric := far
	symmetric.SymmetricNat = true
	own := self{reflexive: netip.MustParseAddrPort("192.0.2.1:9")}
	for _, c := range []struct {
		why  string
		own  self
		peer Device
		want string
	}{
		{"behind the same public address", own, near, "direct-local"},
		{"elsewhere", own, far, "reflexive"},
		{"behind symmetric NAT", own, symmetric, ""},
		{"from behind symmetric NAT", self{reflexive: own.reflexive, symmetric: true}, far, ""},
		{"from behind symmetric NAT, next door", self{reflexive: own.reflexive, symmetric: true}, near, "direct-local"},
		{"by one that may use relays only", self{reflexive: own.reflexive, relayOnly: true}, near, ""},
		{"by one without an answer from STUN", self{}, near, "reflexive"},
	} {
		if got := chosen(&peerState{device: c.peer, method: noMethod}, &c.own, time.Now()); got != c.want {
			t.Errorf("%s: %s instead of %s", c.why, got, c.want)
		}
	}
}

func TestAWayThatFailsIsLeft(t *testing.T) {
	own := &self{reflexive: netip.MustParseAddrPort("192.0.2.1:9")}
	peer := &peerState{device: deviceAt("10.0.0.2:1", "192.0.2.1:1"), method: noMethod}
	now := time.Now()
	for i, want := range []string{"direct-local", "direct-local", "reflexive", "reflexive", "direct-local"} {
		if got := chosen(peer, own, now); got != want {
			t.Errorf("look %d: %s instead of %s", i, got, want)
		}
		peer.since = now.Add(-methodTimeout * time.Duration(i%2))
	}
	peer.method, peer.healthyAt = 0, now.Add(-restoreTimeout/2)
	if got := chosen(peer, own, now); got != "direct-local" {
		t.Error("one that worked is left too early for", got)
	}
}

func TestSessionsOfPeers(t *testing.T) {
	text := "private_key=00\npublic_key=0000000000000000000000000000000000000000000000000000000000000000\n" +
		"endpoint=192.0.2.1:5\nlast_handshake_time_sec=7\ntx_bytes=1\nrx_bytes=2\nallowed_ip=100.64.0.1/32\nallowed_ip=200::1/128\n" +
		"public_key=0100000000000000000000000000000000000000000000000000000000000000\nlast_handshake_time_sec=0\n"
	all := parseSessions(text)
	first, second := all["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="], all["AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]
	if len(all) != 2 || first.Endpoint != "192.0.2.1:5" || first.LatestHandshake != "7" || first.Tx != 1 || first.Rx != 2 || len(first.AllowedIPs) != 2 {
		t.Errorf("%+v", first)
	}
	if second.LatestHandshake != "0" || !second.handshake.IsZero() {
		t.Errorf("%+v", second)
	}
}
