package main

import (
	"fmt"
	"net"
	"strconv"
	"strings"
)

// proxyKey is a port that rules share.
type proxyKey struct {
	// `ingress` or `egress`.
	direction string
	// `tcp` or `udp`.
	protocol string
	port     int
}

// Rule sends what comes to a port on to a destination.
type Rule struct {
	proxyKey
	host     string
	hostPort int
	// Kept in the state. Rules from flags are not, and count as different ones.
	stored bool
}

func (r Rule) destination() string { return net.JoinHostPort(r.host, strconv.Itoa(r.hostPort)) }

func (r Rule) String() string {
	return fmt.Sprintf("%s:%d:%s", r.protocol, r.port, r.destination())
}

func parsePort(text string) (int, error) {
	port, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("invalid port (%s): %w", text, err)
	}
	if port < 1 || port > 65535 {
		return 0, fmt.Errorf("invalid port (%d): out of range 0-65535", port)
	}
	return port, nil
}

// parseRule reads `protocol:port:host:port`; errors are nexd's own.
func parseRule(text, direction string, stored bool) (Rule, error) {
	parts := strings.SplitN(text, ":", 3)
	if strings.Count(text, ":") < 3 {
		return Rule{}, fmt.Errorf("invalid proxy rule format, must specify 4 colon-separated values (%s)", text)
	}
	protocol := strings.ToLower(parts[0])
	if protocol != "tcp" && protocol != "udp" {
		return Rule{}, fmt.Errorf("invalid protocol (%s)", parts[0])
	}
	port, err := parsePort(parts[1])
	if err != nil {
		return Rule{}, err
	}
	host, hostPortText, err := net.SplitHostPort(parts[2])
	if err != nil {
		return Rule{}, fmt.Errorf("invalid destination host:port (%s): %w", parts[2], err)
	}
	if host == "" {
		return Rule{}, fmt.Errorf("invalid destination host:port (%s): host cannot be empty", parts[2])
	}
	hostPort, err := parsePort(hostPortText)
	if err != nil {
		return Rule{}, err
	}
	return Rule{proxyKey{direction, protocol, port}, host, hostPort, stored}, nil
}
