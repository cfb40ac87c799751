package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/rpc"
	"net/rpc/jsonrpc"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// NexdCtl has the methods of the control socket: each takes a text and gives one.
type NexdCtl struct{ agent *Agent }

func (c *NexdCtl) Status(_ string, result *string) error {
	*result = fmt.Sprintf("Status: %s\n", c.agent.status.Load())
	return nil
}

func (c *NexdCtl) Version(_ string, result *string) error {
	*result = version()
	return nil
}

func (c *NexdCtl) GetTunnelIPv4(_ string, result *string) error {
	*result = c.agent.addresses.Load().ipv4
	return nil
}

func (c *NexdCtl) GetTunnelIPv6(_ string, result *string) error {
	*result = c.agent.addresses.Load().ipv6
	return nil
}

func (c *NexdCtl) ProxyList(_ string, result *string) error {
	list := &strings.Builder{}
	for _, rule := range c.agent.proxies.rules() {
		fmt.Fprintf(list, "--%s %s\n", rule.direction, rule)
	}
	*result = list.String()
	return nil
}

// parse reads a rule; one that cannot be read ends the process.
func (c *NexdCtl) parse(text, direction string) Rule {
	rule, err := parseRule(text, direction, true)
	if err != nil {
		c.agent.log.Fatalf("Failed to parse %s proxy rule (%s): %v", direction, text, err)
	}
	return rule
}

func (c *NexdCtl) add(text, direction string, result *string) error {
	proxy, err := c.agent.proxies.add(c.parse(text, direction))
	if err != nil {
		return err
	}
	proxy.start(c.agent.ctx, c.agent.stack())
	*result = fmt.Sprintf("Added %s proxy rule: %s\n", direction, text)
	return c.agent.proxies.store(c.agent.file)
}

func (c *NexdCtl) remove(text, direction string, result *string) error {
	if err := c.agent.proxies.remove(c.parse(text, direction)); err != nil {
		return err
	}
	// The real one says ingress for both.
	*result = fmt.Sprintf("Removed ingress proxy rule: %s\n", text)
	return c.agent.proxies.store(c.agent.file)
}

func (c *NexdCtl) ProxyAddIngress(rule string, result *string) error {
	return c.add(rule, "ingress", result)
}

func (c *NexdCtl) ProxyAddEgress(rule string, result *string) error {
	return c.add(rule, "egress", result)
}

func (c *NexdCtl) ProxyRemoveIngress(rule string, result *string) error {
	return c.remove(rule, "ingress", result)
}

func (c *NexdCtl) ProxyRemoveEgress(rule string, result *string) error {
	return c.remove(rule, "egress", result)
}

func (c *NexdCtl) ListPeers(_ string, result *string) error {
	sessions := map[string]session{}
	if tunnel := c.agent.tunnel.Load(); tunnel != nil {
		var err error
		if sessions, err = tunnel.sessions(); err != nil {
			return fmt.Errorf("error getting list of peers: %w", err)
		}
	}
	if peers := c.agent.peers.Load(); peers != nil {
		sessions = peers.list(sessions)
	}
	text, err := json.Marshal(struct {
		RelayPresent  bool               `json:"relay-present"`
		RelayRequired bool               `json:"relay-required"`
		Peers         map[string]session `json:"peers"`
	}{false, c.agent.nat.symmetric, sessions})
	*result = string(text)
	return err
}

func (c *NexdCtl) SetDebugOn(_ string, result *string) error {
	c.agent.log.debug.Store(true)
	*result = "Debug logging enabled"
	return nil
}

func (c *NexdCtl) SetDebugOff(_ string, result *string) error {
	c.agent.log.debug.Store(false)
	*result = "Debug logging disabled"
	return nil
}

func (c *NexdCtl) GetDebug(_ string, result *string) error {
	*result = "off"
	if c.agent.log.debug.Load() {
		*result = "on"
	}
	return nil
}

// serveControl listens in place of a socket that was left there, until the context ends; only then is the file
// removed.
func serveControl(ctx context.Context, wait *sync.WaitGroup, agent *Agent) error {
	path := agent.settings.unixSocket
	_ = os.MkdirAll(filepath.Dir(path), 0o755)
	_ = os.Remove(path)
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return fmt.Errorf("CtlServerStart(): %w", err)
	}
	server := rpc.NewServer()
	if err := server.Register(&NexdCtl{agent}); err != nil {
		return fmt.Errorf("CtlServerStart(): %w", err)
	}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go server.ServeCodec(jsonrpc.NewServerCodec(conn))
		}
	}()
	group(wait, func() {
		<-ctx.Done()
		listener.Close()
	})
	return nil
}
