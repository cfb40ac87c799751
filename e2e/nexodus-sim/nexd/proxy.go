package main

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.zx2c4.com/wireguard/tun/netstack"
)

// Proxy is a port with its rules and the connections through it.
type Proxy struct {
	key     proxyKey
	log     *Log
	mu      sync.RWMutex
	rules   []Rule
	counter atomic.Uint64

	// Set at the start. Without a first look at the devices there is no stack, and nexd panics.
	stack  *netstack.Net
	ctx    context.Context
	cancel context.CancelFunc
	// Everything that runs for this proxy.
	running sync.WaitGroup
}

// next takes turns among the rules, without regard to health. The counter is raised first: the second rule begins.
func (p *Proxy) next() Rule {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.rules[p.counter.Add(1)%uint64(len(p.rules))]
}

// start listens, unless it does already.
func (p *Proxy) start(ctx context.Context, stack *netstack.Net) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ctx != nil {
		return
	}
	p.ctx, p.cancel = context.WithCancel(ctx)
	p.stack = stack
	p.running.Add(1)
	go func() {
		defer p.running.Done()
		for {
			// All connections of a listener end before it listens anew.
			connections := &sync.WaitGroup{}
			err := p.run(connections)
			connections.Wait()
			if err == nil {
				return
			}
			p.log.Debugf("Proxy error, restarting: %v", err)
			time.Sleep(time.Second)
		}
	}()
}

// run serves until the proxy is stopped, then it returns nil.
func (p *Proxy) run(connections *sync.WaitGroup) error {
	if p.key.protocol == "udp" {
		return p.runUDP(connections)
	}
	return p.runTCP(connections)
}

// stop ends listening and waits for the last connection.
func (p *Proxy) stop() {
	p.cancel()
	p.running.Wait()
}

func (p *Proxy) has(rule Rule) bool {
	return slices.Contains(p.rules, rule)
}

// group runs a function that is waited for.
func group(wait *sync.WaitGroup, run func()) {
	wait.Add(1)
	go func() {
		defer wait.Done()
		run()
	}()
}
