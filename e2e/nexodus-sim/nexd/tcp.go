package main

import (
	"fmt"
	"io"
	"net"
	"sync"
)

// listenTCP listens in the tunnel for ingress, on all interfaces of the pod for egress.
func (p *Proxy) listenTCP() (net.Listener, error) {
	if p.key.direction == "ingress" {
		return p.stack.ListenTCP(&net.TCPAddr{Port: p.key.port})
	}
	return net.Listen("tcp", fmt.Sprintf(":%d", p.key.port))
}

func (p *Proxy) runTCP(connections *sync.WaitGroup) error {
	listener, err := p.listenTCP()
	if err != nil {
		p.log.Errorf("Error creating listener: %v", err)
		return err
	}
	defer listener.Close()
	failed := make(chan error, 1)
	group(connections, func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				failed <- err
				return
			}
			group(connections, func() { p.forward(connections, conn) })
		}
	})
	select {
	case <-p.ctx.Done():
		return nil
	case err := <-failed:
		return err
	}
}

// forward dials for a connection that was accepted already, without a time limit. The end of the client ends both;
// that of the server is not passed on.
func (p *Proxy) forward(connections *sync.WaitGroup, in net.Conn) {
	defer in.Close()
	destination := p.next().destination()
	var out net.Conn
	var err error
	if p.key.direction == "egress" {
		out, err = p.stack.DialContext(p.ctx, "tcp", destination)
	} else {
		out, err = net.Dial("tcp", destination)
	}
	if err != nil {
		p.log.Debugf("Connection to %s: %v", destination, err)
		return
	}
	defer out.Close()
	group(connections, func() { _, _ = io.Copy(in, out) })
	_, _ = io.Copy(out, in)
}
