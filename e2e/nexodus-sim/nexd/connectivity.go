package main

import (
	"encoding/json"
	"net/netip"
	"sync"
	"time"
)

const pingFor = 1200 * time.Millisecond

// reached is what a probe of a tunnel address found.
type reached struct {
	Address     string `json:"wg_ip"`
	IsReachable bool   `json:"is_reachable"`
	Hostname    string `json:"hostname"`
	Latency     string
	Method      string `json:"method"`
}

func (c *NexdCtl) ConnectivityV4(_ string, result *string) error {
	return c.probe(func(device Device) []tunnelIP { return device.IPv4 }, result)
}

func (c *NexdCtl) ConnectivityV6(_ string, result *string) error {
	return c.probe(func(device Device) []tunnelIP { return device.IPv6 }, result)
}

// probe sends an echo request to each peer.
func (c *NexdCtl) probe(addresses func(Device) []tunnelIP, result *string) error {
	found := map[string]reached{}
	if peers, tunnel := c.agent.peers.Load(), c.agent.tunnel.Load(); peers != nil && tunnel != nil {
		var wait sync.WaitGroup
		var mu sync.Mutex
		for _, peer := range peers.methods() {
			for _, ip := range addresses(peer.device) {
				group(&wait, func() {
					took, err := tunnel.ping(ip.Address)
					one := reached{ip.Address, err == nil, peer.device.Hostname, "-", peer.method}
					if err == nil {
						one.Latency = took.String()
					}
					mu.Lock()
					defer mu.Unlock()
					found[ip.Address] = one
				})
			}
		}
		wait.Wait()
	}
	text, err := json.Marshal(struct {
		RelayPresent  bool               `json:"relay-present"`
		RelayRequired bool               `json:"relay-required"`
		Peers         map[string]reached `json:"peers"`
	}{false, c.agent.nat.symmetric, found})
	*result = string(text)
	return err
}

// ping returns how long an echo took.
func (t *Tunnel) ping(address string) (time.Duration, error) {
	to, err := netip.ParseAddr(address)
	if err != nil {
		return 0, err
	}
	conn, err := t.net.DialPingAddr(netip.Addr{}, to)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	// Type, code, checksum (filled in by the network stack), id, sequence; the ICMPv6 type differs.
	request := make([]byte, 64)
	request[0] = 8
	if to.Is6() {
		request[0] = 128
	}
	began := time.Now()
	_ = conn.SetReadDeadline(began.Add(pingFor))
	if _, err := conn.Write(request); err != nil {
		return 0, err
	}
	_, err = conn.Read(make([]byte, 1500))
	return time.Since(began), err
}
