package main

import (
	"sync/atomic"

	"golang.zx2c4.com/wireguard/conn"
)

// cutBind drops every packet of the tunnel, in both directions, while the device is cut.
type cutBind struct {
	conn.Bind
	cut atomic.Bool
}

func newCutBind() *cutBind { return &cutBind{Bind: conn.NewDefaultBind()} }

func (b *cutBind) Open(port uint16) ([]conn.ReceiveFunc, uint16, error) {
	functions, actual, err := b.Bind.Open(port)
	for i, receive := range functions {
		functions[i] = func(packets [][]byte, sizes []int, endpoints []conn.Endpoint) (int, error) {
			n, err := receive(packets, sizes, endpoints)
			if b.cut.Load() {
				// WireGuard passes over packets without a length.
				clear(sizes[:n])
			}
			return n, err
		}
	}
	return functions, actual, err
}

func (b *cutBind) Send(packets [][]byte, endpoint conn.Endpoint) error {
	if b.cut.Load() {
		return nil
	}
	return b.Bind.Send(packets, endpoint)
}
