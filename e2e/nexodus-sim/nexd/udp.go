package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"
)

const (
	// A flow without a datagram in either direction for this time is forgotten.
	flowIdle = time.Minute
	// How long a read may keep a proxy from noticing that it is to stop.
	readFor         = time.Second
	largestDatagram = 65507
)

// datagrams is a socket of the pod or of the tunnel.
type datagrams interface {
	net.Conn
	net.PacketConn
}

// flow is a client with a socket of its own to the destination.
type flow struct {
	client net.Addr
	out    datagrams
	mu     sync.Mutex
	used   time.Time
}

func (f *flow) touch() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.used = time.Now()
}

func (f *flow) isIdle() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return time.Since(f.used) >= flowIdle
}

func (p *Proxy) listenUDP() (net.PacketConn, error) {
	if p.key.direction == "ingress" {
		return p.stack.ListenUDP(&net.UDPAddr{Port: p.key.port})
	}
	return net.ListenUDP("udp", &net.UDPAddr{Port: p.key.port})
}

// dialUDP looks up the destination anew for each flow. In the tunnel it has to be an address.
func (p *Proxy) dialUDP() (datagrams, error) {
	rule := p.next()
	if p.key.direction == "ingress" {
		conn, err := net.Dial("udp", rule.destination())
		if err != nil {
			return nil, err
		}
		return conn.(*net.UDPConn), nil
	}
	address, err := netip.ParseAddr(rule.host)
	if err != nil {
		return nil, fmt.Errorf("Error dialing UDP proxy destination: %w", err)
	}
	return p.stack.DialUDPAddrPort(netip.AddrPort{}, netip.AddrPortFrom(address, uint16(rule.hostPort)))
}

func (p *Proxy) runUDP(connections *sync.WaitGroup) error {
	listener, err := p.listenUDP()
	if err != nil {
		return fmt.Errorf("Failed to listen on UDP port: %w", err)
	}
	defer listener.Close()
	var flows sync.Map
	buffer := make([]byte, largestDatagram)
	for p.ctx.Err() == nil {
		_ = listener.SetReadDeadline(time.Now().Add(readFor))
		n, client, err := listener.ReadFrom(buffer)
		if err != nil {
			if !errors.Is(err, os.ErrDeadlineExceeded) && !isTimeout(err) {
				p.log.Warnf("Error reading from UDP client: %v", err)
			}
			continue
		}
		known, ok := flows.Load(client.String())
		if !ok {
			out, err := p.dialUDP()
			if err != nil {
				p.log.Warnf("Error creating UDP proxy connection: %v", err)
				continue
			}
			known = &flow{client: client, out: out, used: time.Now()}
			flows.Store(client.String(), known)
			group(connections, func() {
				p.answer(listener, known.(*flow))
				flows.Delete(client.String())
			})
		}
		to := known.(*flow)
		to.touch()
		if _, err := to.out.Write(buffer[:n]); err != nil {
			p.log.Warnf("Error writing to UDP proxy destination: %v", err)
		}
	}
	return nil
}

// answer carries datagrams back until the flow is idle, the destination refuses, or the proxy stops.
func (p *Proxy) answer(listener net.PacketConn, from *flow) {
	defer from.out.Close()
	buffer := make([]byte, largestDatagram)
	for p.ctx.Err() == nil && !from.isIdle() {
		_ = from.out.SetReadDeadline(time.Now().Add(readFor))
		n, err := from.out.Read(buffer)
		if isTimeout(err) {
			continue
		}
		if err != nil {
			p.log.Warnf("Error reading from UDP client: %v", err)
			return
		}
		from.touch()
		if _, err := listener.WriteTo(buffer[:n], from.client); err != nil {
			p.log.Warnf("Error writing back to original UDP source: %v", err)
			return
		}
	}
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}
