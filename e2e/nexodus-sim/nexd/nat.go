package main

import (
	"context"
	"fmt"
	"math/rand"
	"net"
	"net/netip"
	"os"
	"strings"
	"time"
)

const attempts = 4

// Nat is what the STUN servers tell of this side's NAT.
type Nat struct {
	servers []string
	next    int
	timings Timings
	log     *Log
	port    int
	// As the STUN servers see it; the zero value, which prints as `invalid AddrPort`, when none answered.
	reflexive netip.AddrPort
	// Two servers saw different addresses.
	symmetric bool
}

func newNat(servers []string, port int, timings Timings, log *Log) *Nat {
	shuffled := append([]string{}, servers...)
	rand.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	return &Nat{servers: shuffled, port: port, timings: timings, log: log}
}

func (n *Nat) ask() (netip.AddrPort, error) {
	n.next++
	return askStun(n.servers[n.next%len(n.servers)], n.port, n.timings.stunTimeout)
}

// discover compares the answers of two servers; it tries again a few times, then goes on without.
func (n *Nat) discover(ctx context.Context) {
	err := retry(ctx, n.timings.stunRetry, func() error {
		first, err := n.ask()
		if err != nil {
			return err
		}
		n.reflexive = first
		second, err := n.ask()
		if err != nil {
			return err
		}
		if first != second {
			n.symmetric = true
			n.log.Infof("Symmetric NAT detected. A relay node is required to reach other devices outside of this local network.")
		}
		return nil
	})
	if err != nil {
		n.log.Warnf("STUN discovery error: %v", err)
	}
}

// retry makes four attempts at what the real one tries four times.
func retry(ctx context.Context, wait time.Duration, attempt func() error) error {
	for i := 1; ; i++ {
		err := attempt()
		if err == nil || i == attempts {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// freeUDPPort is the given port, or for 0 one that the system chooses; it fails when the port is taken.
func freeUDPPort(port int) (int, error) {
	socket, err := net.ListenUDP("udp", &net.UDPAddr{Port: port})
	if err != nil {
		return 0, err
	}
	defer socket.Close()
	return socket.LocalAddr().(*net.UDPAddr).Port, nil
}

// listenPort is the WireGuard port: the flag's, else the one of the state if it is free, else a random one.
func listenPort(wanted int, file *StateFile) (int, error) {
	if wanted != 0 {
		return wanted, nil
	}
	if err := file.Load(); err != nil {
		return 0, err
	}
	if kept := file.State.Port; kept != 0 {
		if _, err := freeUDPPort(kept); err == nil {
			return kept, nil
		}
	}
	port, err := freeUDPPort(0)
	if err != nil {
		return 0, err
	}
	file.State.Port = port
	return port, file.Store()
}

// defaultInterface names the interface of the IPv4 default route, from the text of /proc/net/route.
func defaultInterface(routes string) string {
	for _, line := range strings.Split(routes, "\n") {
		if fields := strings.Fields(line); len(fields) > 7 && fields[1] == "00000000" && fields[7] == "00000000" {
			return fields[0]
		}
	}
	return ""
}

// localAddress is the first IPv4 address of the interface with the default route.
func localAddress() (string, error) {
	failed := "unable to determine the ip address of the host, please specify using --local-endpoint-ip: %w"
	routes, err := os.ReadFile("/proc/net/route")
	if err != nil {
		return "", fmt.Errorf(failed, err)
	}
	iface, err := net.InterfaceByName(defaultInterface(string(routes)))
	if err != nil {
		return "", fmt.Errorf(failed, err)
	}
	addresses, err := iface.Addrs()
	if err != nil {
		return "", fmt.Errorf(failed, err)
	}
	for _, address := range addresses {
		if network, ok := address.(*net.IPNet); ok && network.IP.To4() != nil {
			return network.IP.String(), nil
		}
	}
	return "", fmt.Errorf(failed, fmt.Errorf("%s has no IPv4 address", iface.Name))
}
