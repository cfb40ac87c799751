package main

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"os/user"
	"path/filepath"
	"strings"
)

const defaultServiceURL = "https://try.nexodus.io"

var defaultStunServers = []string{
	"stun.l.google.com:19302",
	"stun1.l.google.com:19302",
	"stun2.l.google.com:19302",
	"stun3.l.google.com:19302",
	"stun4.l.google.com:19302",
}

// Settings are the flags, checked.
type Settings struct {
	// https://api.<service>, without a path.
	apiURL             string
	regKey             string
	username, password string
	vpcID              string
	securityGroupID    string
	skipTLSVerify      bool
	stateDir           string
	unixSocket         string
	stunServers        []string
	// 0: a random one, kept in the state.
	listenPort      int
	localEndpointIP string
	requestIP       string
	relayOnly       bool
	ingress, egress []string
}

func defaultPaths() (stateDir, socket string) {
	stateDir, socket = "/var/lib/nexd", "/var/run/nexd.sock"
	me, err := user.Current()
	// A uid that is not in passwd gets root's paths.
	if err != nil || me.Uid == "0" || me.HomeDir == "" {
		return stateDir, socket
	}
	stateDir = filepath.Join(me.HomeDir, ".nexodus")
	return stateDir, filepath.Join(stateDir, "nexd.sock")
}

// serviceOf finds the service URL and the registration key, which may come in one text.
func serviceOf(line CommandLine) (service, regKey string, err error) {
	if line.isSet("service-url") && len(line.Args) > 0 {
		return "", "", errors.New("please remove the service URL positional argument, it was configured via the --service-url flag")
	}
	if len(line.Args) > 1 {
		return "", "", fmt.Errorf("nexd only takes one positional argument, the service URL. Additional arguments ignored: %s", line.Args[1:])
	}
	service = line.text("service-url")
	if len(line.Args) == 1 {
		service = line.Args[0]
	}
	regKey = line.text("reg-key")
	if line.isSet("reg-key") {
		for _, other := range []string{"security-group-id", "vpc-id"} {
			if line.isSet(other) {
				return "", "", fmt.Errorf("the --reg-key and --%s flags are mutually exclusive", other)
			}
		}
		if strings.Contains(regKey, "#") {
			if line.isSet("service-url") {
				return "", "", errors.New("the --reg-key and --service-url flags are mutually exclusive")
			}
			both, err := url.Parse(regKey)
			if err != nil {
				return "", "", fmt.Errorf("invalid '--reg-key=%s' flag provided. error: %w", regKey, err)
			}
			regKey = both.Fragment
			both.Fragment, both.RawFragment = "", ""
			service = both.String()
		}
	}
	if service == "" {
		service = defaultServiceURL
	}
	return service, regKey, nil
}

func apiURLOf(service string) (string, error) {
	parsed, err := url.Parse(service)
	if err != nil {
		return "", fmt.Errorf("invalid '--service-url=%s' flag provided. error: %w", service, err)
	}
	if parsed.Scheme != "https" {
		return "", fmt.Errorf("invalid '--service-url=%s' flag provided. error: 'https://' URL scheme is required", service)
	}
	return "https://api." + parsed.Host, nil
}

func checkIP(flag, ip string) error {
	if ip == "" {
		return nil
	}
	address, err := netip.ParseAddr(ip)
	if err != nil {
		return fmt.Errorf("the IP address passed in --%s %s is not valid: %w", flag, ip, err)
	}
	if flag == "request-ip" && !address.Is4() {
		return errors.New("--request-ip only supports IPv4 addresses")
	}
	return nil
}

// settingsOf checks the flags and works out what they mean.
func settingsOf(line CommandLine) (Settings, error) {
	for _, flag := range []string{"request-ip", "local-endpoint-ip"} {
		if err := checkIP(flag, line.text(flag)); err != nil {
			return Settings{}, err
		}
	}
	service, regKey, err := serviceOf(line)
	if err != nil {
		return Settings{}, err
	}
	apiURL, err := apiURLOf(service)
	if err != nil {
		return Settings{}, err
	}
	settings := Settings{
		apiURL:          apiURL,
		regKey:          regKey,
		username:        line.text("username"),
		password:        line.text("password"),
		vpcID:           line.text("vpc-id"),
		securityGroupID: line.text("security-group-id"),
		skipTLSVerify:   line.bool("insecure-skip-tls-verify"),
		stunServers:     line.slice("stun-server"),
		listenPort:      line.int("listen-port"),
		localEndpointIP: line.text("local-endpoint-ip"),
		requestIP:       line.text("request-ip"),
		relayOnly:       line.bool("relay-only"),
		ingress:         line.slice("ingress"),
		egress:          line.slice("egress"),
	}
	switch len(settings.stunServers) {
	case 0:
		settings.stunServers = defaultStunServers
	case 1:
		return Settings{}, errors.New("at least two stun servers are required")
	}
	settings.stateDir, settings.unixSocket = defaultPaths()
	if line.isSet("state-dir") {
		settings.stateDir = line.text("state-dir")
	}
	if line.isSet("unix-socket") {
		settings.unixSocket = line.text("unix-socket")
	}
	if regKey == "" && (settings.username == "" || settings.password == "") {
		return Settings{}, errors.New("this stand-in needs --reg-key, or --username and --password: it cannot ask anybody")
	}
	return settings, nil
}

// inCluster tells whether the real nexd would keep its state in a Secret.
func inCluster() bool {
	return os.Getenv("KUBERNETES_SERVICE_HOST") != "" && os.Getenv("KUBERNETES_SERVICE_PORT") != ""
}
