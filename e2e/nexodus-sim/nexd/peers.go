package main

import (
	"net"
	"reflect"
	"slices"
	"sync"
	"time"
)

type peerConfig struct {
	endpoint   string
	allowedIPs []string
}

// Peers are the other devices of the VPC, as WireGuard is to have them.
type Peers struct {
	publicKey string
	nat       *Nat
	relayOnly bool
	log       *Log

	mu     sync.Mutex
	states map[string]*peerState
	// What WireGuard was told, by public key.
	configs map[string]peerConfig
}

func newPeers(publicKey string, nat *Nat, relayOnly bool, log *Log) *Peers {
	return &Peers{
		publicKey: publicKey, nat: nat, relayOnly: relayOnly, log: log,
		states: map[string]*peerState{}, configs: map[string]peerConfig{},
	}
}

// hasChanged tells whether a device is another for WireGuard than it was.
func hasChanged(a, b Device) bool {
	return !reflect.DeepEqual(a.AllowedIPs, b.AllowedIPs) ||
		!reflect.DeepEqual(a.AdvertiseCidrs, b.AdvertiseCidrs) ||
		!reflect.DeepEqual(a.Endpoints, b.Endpoints) ||
		a.Relay != b.Relay || a.SymmetricNat != b.SymmetricNat || a.SecurityGroupID != b.SecurityGroupID
}

// reconcile takes over the devices and the sessions with them, and makes WireGuard's peers those of the devices.
func (p *Peers) reconcile(tunnel *Tunnel, devices map[string]Device, sessions map[string]session, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.observe(devices, sessions, now)
	p.update(tunnel, now)
	p.removeGone(tunnel, devices)
}

// observe: a device that changed begins anew.
func (p *Peers) observe(devices map[string]Device, sessions map[string]session, now time.Time) {
	for _, device := range devices {
		if device.PublicKey == p.publicKey {
			continue
		}
		state, known := p.states[device.PublicKey]
		if !known || hasChanged(state.device, device) {
			state = &peerState{device: device}
			state.reset()
			p.states[device.PublicKey] = state
			continue
		}
		session, ok := sessions[device.PublicKey]
		if !ok {
			continue
		}
		state.healthy = !session.handshake.IsZero() && now.Sub(session.handshake) <= healthyFor
		if state.healthy {
			state.healthyAt = now
		}
	}
}

// update tells WireGuard what is new or has changed.
func (p *Peers) update(tunnel *Tunnel, now time.Time) {
	own := &self{reflexive: p.nat.reflexive, symmetric: p.nat.symmetric, relayOnly: p.relayOnly}
	for key, state := range p.states {
		chosen := state.choose(own, now)
		if chosen == noMethod || state.device.Relay {
			continue
		}
		device := state.device
		config := peerConfig{methods[chosen].endpoint(device), slices.Concat(device.AllowedIPs, device.AdvertiseCidrs)}
		if former, ok := p.configs[key]; ok && reflect.DeepEqual(former, config) {
			continue
		}
		p.configs[key] = config
		state.method, state.since = chosen, now
		p.log.Debugf("Peer configuration - Method [ %s ] Peer Endpoint IP [ %s ] Peer Public Key [ %s ]", methods[chosen].name, config.endpoint, key)
		// A device without a public address has `invalid AddrPort` there.
		if _, _, err := net.SplitHostPort(config.endpoint); err != nil {
			p.log.Debugf("failed parse the endpoint address for node [ %s ] (likely still converging) : %v", key, err)
			continue
		}
		if err := tunnel.setPeer(key, config); err != nil {
			p.log.Errorf("peer tunnel addition failed: %v", err)
			// All are told again at the next look.
			clear(p.configs)
			return
		}
	}
}

// removeGone forgets devices by their id. What WireGuard was told of one stays: one that comes back with the same
// key, endpoint and addresses is not added again, as with the real one.
func (p *Peers) removeGone(tunnel *Tunnel, devices map[string]Device) {
	for key, state := range p.states {
		if _, ok := devices[state.device.ID]; ok {
			continue
		}
		if err := tunnel.removePeer(key); err != nil {
			p.log.Errorf("failed to delete peer: %v", err)
		}
		delete(p.states, key)
	}
}

// methods names the way to each device.
func (p *Peers) methods() map[string]probed {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := map[string]probed{}
	for key, state := range p.states {
		name := "none"
		if state.method != noMethod {
			name = methods[state.method].name
		}
		all[key] = probed{state.device, name}
	}
	return all
}

type probed struct {
	device Device
	method string
}

// list adds to the sessions which of them are healthy.
func (p *Peers) list(sessions map[string]session) map[string]session {
	p.mu.Lock()
	defer p.mu.Unlock()
	for key, state := range p.states {
		if session, ok := sessions[key]; ok {
			session.Healthy = state.healthy
			sessions[key] = session
		}
	}
	return sessions
}
