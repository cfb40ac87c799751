package main

import (
	"net/http"
	"time"
)

// afterFailure is a pause the real one does not make: it asks again at once and takes a whole core.
const afterFailure = 100 * time.Millisecond

// reconcile makes addresses and peers those of the service; without its event stream it opens that again first.
func (a *Agent) reconcile() {
	if err := a.reconcileDevices(); err != nil && a.ctx.Err() == nil {
		a.log.Errorf("Failed to reconcile state with the nexodus API server: error: %v", err)
		a.reconciled = false
		time.Sleep(afterFailure)
		return
	}
	if !a.reconciled && a.ctx.Err() == nil {
		a.reconciled = true
		a.log.Infof("Nexodus agent has reconciled state with API server")
	}
}

func (a *Agent) reconcileDevices() error {
	devices, err := a.watch.Devices(a.ctx)
	if err != nil {
		return err
	}
	if own, ok := devices[a.device.ID]; ok {
		if err := a.assign(own); err != nil {
			return err
		}
	}
	tunnel := a.tunnel.Load()
	if tunnel == nil {
		return nil
	}
	sessions, err := tunnel.sessions()
	if err != nil {
		return err
	}
	a.peers.Load().reconcile(tunnel, devices, sessions, time.Now())
	return nil
}

// assign takes over the tunnel addresses. Only the first ones get a network stack: when they change, the real one's
// rules stay with the old stack.
func (a *Agent) assign(own Device) error {
	if len(own.IPv4) == 0 || len(own.IPv6) == 0 {
		return nil
	}
	given := addresses{own.IPv4[0].Address, own.IPv6[0].Address}
	if *a.addresses.Load() != given {
		a.log.Infof("New local Wireguard interface addresses assigned IPv4 [ %s ] IPv6 [ %s ]", given.ipv4, given.ipv6)
		a.addresses.Store(&given)
	}
	if a.tunnel.Load() != nil {
		return nil
	}
	tunnel, err := newTunnel(given.ipv4, given.ipv6, a.file.State.PrivateKey, a.nat.port, a.bind, a.log)
	if err != nil {
		return err
	}
	a.tunnel.Store(tunnel)
	return nil
}

// checkNat asks STUN again; others are told of an address that changed.
func (a *Agent) checkNat() {
	if a.nat.symmetric {
		return
	}
	now, err := a.nat.ask()
	if err != nil {
		a.log.Debugf("stun request error: %v", err)
		return
	}
	before := a.nat.reflexive
	if now == before {
		return
	}
	a.log.Infof("detected a NAT binding changed for this device %s from %s to %s, updating peers", a.device.ID, before, now)
	a.nat.reflexive = now
	change := map[string]any{"endpoints": a.endpoints()}
	if err := a.api.call(a.ctx, http.MethodPatch, "/api/devices/"+a.device.ID, change, &Device{}); err != nil {
		a.nat.reflexive = before
		a.log.Debugf("failed to update this device's new NAT binding, likely still reconnecting to the api-server, retrying in 20s: %v", err)
		return
	}
	if err := a.reconcileDevices(); err != nil {
		a.log.Debugf("reconcile failed %v", err)
	}
}
