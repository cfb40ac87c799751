package main

import (
	"strings"
	"testing"
)

func TestRulesAreReadAndWritten(t *testing.T) {
	for text, written := range map[string]string{
		"tcp:80:web:8080":            "tcp:80:web:8080",
		"UDP:53:10.0.0.1:53":         "udp:53:10.0.0.1:53",
		"tcp:443:[200::5]:8443":      "tcp:443:[200::5]:8443",
		"tcp:1:100.64.0.1:65535":     "tcp:1:100.64.0.1:65535",
		"tcp:80:[::ffff:1.2.3.4]:80": "tcp:80:[::ffff:1.2.3.4]:80",
	} {
		if rule, err := parseRule(text, "egress", true); err != nil || rule.String() != written {
			t.Errorf("%s: %s %v", text, rule, err)
		}
	}
}

func TestRulesAreRefusedAsByNexd(t *testing.T) {
	for text, message := range map[string]string{
		"tcp:80:x":         "must specify 4 colon-separated values",
		"icmp:80:x:1":      "invalid protocol (icmp)",
		"tcp:notaport:x:1": `invalid port (notaport): strconv.Atoi: parsing "notaport": invalid syntax`,
		"tcp:0:x:1":        "invalid port (0): out of range 0-65535",
		"tcp:80::1":        "host cannot be empty",
		"tcp:80:200::5:1":  "too many colons in address",
	} {
		if _, err := parseRule(text, "egress", true); err == nil || !strings.Contains(err.Error(), message) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestTheSecondRuleBegins(t *testing.T) {
	proxies := newProxies(newLog(discard{}, ""))
	var proxy *Proxy
	for _, text := range []string{"tcp:80:a:1", "tcp:80:b:1"} {
		rule, _ := parseRule(text, "egress", true)
		proxy, _ = proxies.add(rule)
		if _, err := proxies.add(rule); err != errDuplicateRule {
			t.Error(err)
		}
	}
	if first, second := proxy.next(), proxy.next(); first.host != "b" || second.host != "a" {
		t.Error(first, second)
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
