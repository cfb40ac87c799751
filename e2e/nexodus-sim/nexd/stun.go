package main

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	magicCookie      = 0x2112a442
	xorMappedAddress = 0x0020
)

// mappedAddress reads the XOR-MAPPED-ADDRESS of a STUN answer.
func mappedAddress(answer []byte) (netip.AddrPort, bool) {
	if len(answer) < 20 || binary.BigEndian.Uint16(answer) != 0x0101 {
		return netip.AddrPort{}, false
	}
	for at := 20; at+12 <= len(answer); {
		length := int(binary.BigEndian.Uint16(answer[at+2:]))
		if binary.BigEndian.Uint16(answer[at:]) == xorMappedAddress && answer[at+5] == 1 {
			port := binary.BigEndian.Uint16(answer[at+6:]) ^ magicCookie>>16
			var ip [4]byte
			binary.BigEndian.PutUint32(ip[:], binary.BigEndian.Uint32(answer[at+8:])^magicCookie)
			return netip.AddrPortFrom(netip.AddrFrom4(ip), port), true
		}
		at += 4 + (length+3)/4*4
	}
	return netip.AddrPort{}, false
}

// sharePort lets a socket have the port that WireGuard has.
func sharePort(_, _ string, socket syscall.RawConn) error {
	var failed error
	err := socket.Control(func(fd uintptr) {
		failed = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEPORT, 1)
	})
	if err != nil {
		return err
	}
	return failed
}

// askStun asks a STUN server from the WireGuard port for the address it sees. The socket is connected, so that of
// the two on that port it gets what the server sends.
func askStun(server string, localPort int, timeout time.Duration) (netip.AddrPort, error) {
	dialer := net.Dialer{LocalAddr: &net.UDPAddr{Port: localPort}, Control: sharePort}
	conn, err := dialer.DialContext(context.Background(), "udp4", server)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("failed to dial stun Server %s: %w", server, err)
	}
	defer conn.Close()
	request := make([]byte, 20)
	binary.BigEndian.PutUint16(request, 1)
	binary.BigEndian.PutUint32(request[4:], magicCookie)
	if _, err := rand.Read(request[8:]); err != nil {
		return netip.AddrPort{}, err
	}
	end := time.Now().Add(timeout)
	answer := make([]byte, 1500)
	for time.Now().Before(end) {
		if _, err := conn.Write(request); err != nil {
			return netip.AddrPort{}, fmt.Errorf("stun Server %s: %w", server, err)
		}
		// A question or its answer may be lost.
		again := time.Now().Add(500 * time.Millisecond)
		if again.After(end) {
			again = end
		}
		_ = conn.SetReadDeadline(again)
		for {
			n, err := conn.Read(answer)
			if err != nil {
				break
			}
			if string(answer[8:min(n, 20)]) != string(request[8:20]) {
				continue
			}
			if mapped, ok := mappedAddress(answer[:n]); ok {
				return mapped, nil
			}
		}
	}
	return netip.AddrPort{}, fmt.Errorf("stun Server %s: transaction is timed out", server)
}
