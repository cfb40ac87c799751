package main

import (
	"reflect"
	"strings"
	"testing"
)

func noEnv(string) string { return "" }

func TestFlagsStandBeforeAndAfterTheCommand(t *testing.T) {
	line, err := parseCommandLine([]string{"--state-dir", "/s", "--unix-socket", "/x", "proxy", "--listen-port=5", "--egress", "a,b", "--egress", "c"}, noEnv)
	if err != nil || line.Command != "proxy" || line.text("state-dir") != "/s" || line.text("unix-socket") != "/x" || line.int("listen-port") != 5 {
		t.Fatal(line, err)
	}
	if got := line.slice("egress"); !reflect.DeepEqual(got, []string{"a", "b", "c"}) {
		t.Error(got)
	}
}

func TestFlagsAreRefused(t *testing.T) {
	for message, argv := range map[string][]string{
		"not defined: -unix-socket": {"proxy", "--unix-socket", "/x"},
		"not defined: -ingress":     {"--ingress", "tcp:1:h:2", "proxy"},
		"not defined: -nonsense":    {"proxy", "--nonsense"},
		"needs an argument":         {"proxy", "--listen-port"},
		"invalid value":             {"proxy", "--listen-port", "x"},
	} {
		if _, err := parseCommandLine(argv, noEnv); err == nil || !strings.Contains(err.Error(), message) {
			t.Errorf("%v: %v", argv, err)
		}
	}
}

func TestAFlagGoesBeforeItsVariable(t *testing.T) {
	env := map[string]string{"NEXD_SERVICE_URL": "https://env", "NEXD_STUN_SERVER": "a:1,b:2", "NEXD_USERNAME": ""}
	line, err := parseCommandLine([]string{"proxy", "--service-url", "https://flag"}, func(name string) string { return env[name] })
	if err != nil || line.text("service-url") != "https://flag" || line.isSet("username") {
		t.Fatal(line, err)
	}
	if got := line.slice("stun-server"); !reflect.DeepEqual(got, []string{"a:1", "b:2"}) {
		t.Error(got)
	}
}

func TestSettings(t *testing.T) {
	for _, c := range []struct {
		argv    []string
		api     string
		refusal string
	}{
		{argv: []string{"--reg-key", "RK:x", "--service-url", "https://n.test:8443/x"}, api: "https://api.n.test:8443"},
		{argv: []string{"--reg-key", "https://n.test#RK:x"}, api: "https://api.n.test"},
		{argv: []string{"--reg-key", "RK:x"}, api: "https://api.try.nexodus.io"},
		{argv: []string{"--reg-key", "https://n.test#RK:x", "--service-url", "https://n.test"}, refusal: "mutually exclusive"},
		{argv: []string{"--reg-key", "RK:x", "--vpc-id", "v"}, refusal: "mutually exclusive"},
		{argv: []string{"--reg-key", "RK:x", "--service-url", "http://n.test"}, refusal: "'https://' URL scheme is required"},
		{argv: []string{"--reg-key", "RK:x", "--stun-server", "a:1"}, refusal: "at least two stun servers"},
		{argv: []string{"--reg-key", "RK:x", "--request-ip", "::1"}, refusal: "only supports IPv4"},
		{argv: []string{"--username", "u"}, refusal: "cannot ask anybody"},
	} {
		line, err := parseCommandLine(append([]string{"proxy"}, c.argv...), noEnv)
		if err != nil {
			t.Fatal(err)
		}
		settings, err := settingsOf(line)
		if c.refusal != "" && (err == nil || !strings.Contains(err.Error(), c.refusal)) {
			t.Errorf("%v: %v", c.argv, err)
		}
		if c.refusal == "" && (err != nil || settings.apiURL != c.api || settings.regKey != "RK:x") {
			t.Errorf("%v: %+v %v", c.argv, settings, err)
		}
	}
}
