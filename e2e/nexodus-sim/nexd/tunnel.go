package main

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"golang.zx2c4.com/wireguard/device"
	"golang.zx2c4.com/wireguard/tun/netstack"
)

// As the real one has them, whatever the network below.
const (
	tunnelMTU        = 1420
	keepaliveSeconds = 20
)

// Tunnel is WireGuard in this process, with a network stack of its own.
type Tunnel struct {
	net    *netstack.Net
	device *device.Device
}

func newTunnel(ipv4, ipv6, privateKey string, port int, bind *cutBind, log *Log) (*Tunnel, error) {
	key, err := parseKey(privateKey)
	if err != nil {
		return nil, err
	}
	addresses := make([]netip.Addr, 2)
	for i, text := range []string{ipv4, ipv6} {
		if addresses[i], err = netip.ParseAddr(text); err != nil {
			return nil, err
		}
	}
	// A host name as destination of an egress rule is looked up there, through the tunnel.
	tun, stack, err := netstack.CreateNetTUN(addresses, []netip.Addr{netip.MustParseAddr("8.8.8.8")}, tunnelMTU)
	if err != nil {
		return nil, fmt.Errorf("network stack: %w", err)
	}
	wireguard := device.NewDevice(tun, bind, &device.Logger{Verbosef: log.Debugf, Errorf: log.Errorf})
	config := fmt.Sprintf("private_key=%s\nlisten_port=%d\n", hex.EncodeToString(key), port)
	if err := wireguard.IpcSet(config); err != nil {
		return nil, fmt.Errorf("WireGuard: %w", err)
	}
	if err := wireguard.Up(); err != nil {
		return nil, fmt.Errorf("WireGuard on UDP port %d: %w", port, err)
	}
	return &Tunnel{net: stack, device: wireguard}, nil
}

// setPeer adds a peer, or changes the one with that key: its session, if it has one, goes on.
func (t *Tunnel) setPeer(publicKey string, peer peerConfig) error {
	key, err := parseKey(publicKey)
	if err != nil {
		return err
	}
	config := &strings.Builder{}
	fmt.Fprintf(config, "public_key=%s\n", hex.EncodeToString(key))
	for _, ip := range peer.allowedIPs {
		fmt.Fprintf(config, "allowed_ip=%s\n", ip)
	}
	fmt.Fprintf(config, "endpoint=%s\npersistent_keepalive_interval=%d\n", peer.endpoint, keepaliveSeconds)
	return t.device.IpcSet(config.String())
}

func (t *Tunnel) removePeer(publicKey string) error {
	key, err := parseKey(publicKey)
	if err != nil {
		return err
	}
	return t.device.IpcSet(fmt.Sprintf("public_key=%s\nremove=true\n", hex.EncodeToString(key)))
}

// session is a peer as the control socket lists it.
type session struct {
	PublicKey  string
	Endpoint   string
	AllowedIPs []string
	// Seconds since the epoch; 0 for never.
	LatestHandshake string
	Tx, Rx          int64
	Healthy         bool
	handshake       time.Time
}

// sessions lists the peers by their key.
func (t *Tunnel) sessions() (map[string]session, error) {
	text, err := t.device.IpcGet()
	if err != nil {
		return nil, err
	}
	return parseSessions(text), nil
}

func parseSessions(text string) map[string]session {
	all := map[string]session{}
	key := ""
	for _, line := range strings.Split(text, "\n") {
		name, value, _ := strings.Cut(line, "=")
		if name == "public_key" {
			raw, _ := hex.DecodeString(value)
			key = base64.StdEncoding.EncodeToString(raw)
			all[key] = session{PublicKey: key}
			continue
		}
		peer, ok := all[key]
		if !ok {
			continue
		}
		switch name {
		case "endpoint":
			peer.Endpoint = value
		case "last_handshake_time_sec":
			peer.LatestHandshake = value
			if seconds, err := strconv.ParseInt(value, 10, 64); err == nil && seconds > 0 {
				peer.handshake = time.Unix(seconds, 0)
			}
		case "tx_bytes":
			peer.Tx, _ = strconv.ParseInt(value, 10, 64)
		case "rx_bytes":
			peer.Rx, _ = strconv.ParseInt(value, 10, 64)
		case "allowed_ip":
			peer.AllowedIPs = append(peer.AllowedIPs, value)
		}
		all[key] = peer
	}
	return all
}
