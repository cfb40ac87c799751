package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

type flagKind int

const (
	stringFlag flagKind = iota
	boolFlag
	intFlag
	sliceFlag
)

type flagScope int

const (
	// Before and after the command.
	anywhere flagScope = iota
	// Before the command only.
	global
	// After `proxy` only.
	ofProxy
)

type flagSpec struct {
	kind  flagKind
	env   string
	scope flagScope
}

var flagSpecs = map[string]flagSpec{
	"listen-port":              {intFlag, "NEXD_LISTEN_PORT", anywhere},
	"request-ip":               {stringFlag, "NEXD_REQUESTED_IP", anywhere},
	"local-endpoint-ip":        {stringFlag, "NEXD_LOCAL_ENDPOINT_IP", anywhere},
	"relay-only":               {boolFlag, "NEXD_RELAY_ONLY", anywhere},
	"username":                 {stringFlag, "NEXD_USERNAME", anywhere},
	"password":                 {stringFlag, "NEXD_PASSWORD", anywhere},
	"insecure-skip-tls-verify": {boolFlag, "NEXD_INSECURE_SKIP_TLS_VERIFY", anywhere},
	"state-dir":                {stringFlag, "NEXD_STATE_DIR", anywhere},
	"stun-server":              {sliceFlag, "NEXD_STUN_SERVER", anywhere},
	"vpc-id":                   {stringFlag, "NEXD_VPC_ID", anywhere},
	"service-url":              {stringFlag, "NEXD_SERVICE_URL", anywhere},
	"exit-node-client":         {boolFlag, "NEXD_EXIT_NODE_CLIENT", anywhere},
	"security-group-id":        {stringFlag, "NEXAPI_SECURITY_GROUP_ID", anywhere},
	"reg-key":                  {stringFlag, "NEXD_REG_KEY", anywhere},
	"unix-socket":              {stringFlag, "", global},
	"ingress":                  {sliceFlag, "", ofProxy},
	"egress":                   {sliceFlag, "", ofProxy},
}

var commandNames = []string{"proxy", "version", "router", "relay", "relayderp"}

// CommandLine holds the flags, parsed as nexd's command-line library does.
type CommandLine struct {
	Command string
	Args    []string
	values  map[string][]string
}

func (c CommandLine) isSet(name string) bool { return c.values[name] != nil }

func (c CommandLine) text(name string) string {
	if values := c.values[name]; len(values) > 0 {
		return values[len(values)-1]
	}
	return ""
}

func (c CommandLine) bool(name string) bool {
	value, _ := strconv.ParseBool(c.text(name))
	return value
}

func (c CommandLine) int(name string) int {
	value, _ := strconv.Atoi(c.text(name))
	return value
}

// slice splits each occurrence on commas once more.
func (c CommandLine) slice(name string) []string {
	var all []string
	for _, value := range c.values[name] {
		for _, part := range strings.Split(value, ",") {
			all = append(all, strings.TrimSpace(part))
		}
	}
	return all
}

func (c CommandLine) set(name, value string, spec flagSpec) error {
	var err error
	switch spec.kind {
	case intFlag:
		_, err = strconv.Atoi(value)
	case boolFlag:
		_, err = strconv.ParseBool(value)
	}
	if err != nil {
		return fmt.Errorf("invalid value %q for flag -%s: parse error", value, name)
	}
	c.values[name] = append(c.values[name], value)
	return nil
}

// parseCommandLine parses the arguments after the program's name; the error is what nexd says.
func parseCommandLine(argv []string, getenv func(string) string) (CommandLine, error) {
	line := CommandLine{values: map[string][]string{}}
	for i := 0; i < len(argv); i++ {
		argument := argv[i]
		if !strings.HasPrefix(argument, "-") || argument == "-" {
			if line.Command == "" && len(line.Args) == 0 && slices.Contains(commandNames, argument) {
				line.Command = argument
			} else {
				line.Args = append(line.Args, argument)
			}
			continue
		}
		name, value, hasValue := strings.Cut(strings.TrimPrefix(argument[1:], "-"), "=")
		spec, known := flagSpecs[name]
		misplaced := spec.scope == global && line.Command != "" || spec.scope == ofProxy && line.Command != "proxy"
		if !known || misplaced {
			return line, fmt.Errorf("flag provided but not defined: -%s", name)
		}
		if !hasValue && spec.kind == boolFlag {
			value = "true"
		} else if !hasValue {
			if i++; i == len(argv) {
				return line, fmt.Errorf("flag needs an argument: -%s", name)
			}
			value = argv[i]
		}
		if err := line.set(name, value, spec); err != nil {
			return line, err
		}
	}
	for name, spec := range flagSpecs {
		if value := getenv(spec.env); spec.env != "" && value != "" && !line.isSet(name) {
			if err := line.set(name, value, spec); err != nil {
				return line, err
			}
		}
	}
	return line, nil
}
