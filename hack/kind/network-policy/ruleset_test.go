package main

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// The pods of every test. shop/web is to be reached by some, other/web is its
// namesake in another namespace.
const pods = `
- metadata: {namespace: shop, name: web, labels: {app: web}}
  spec: {containers: [{ports: [{name: http, containerPort: 8080, protocol: TCP}]}]}
  status: {phase: Running, podIPs: [{ip: 10.0.0.1}, {ip: "fd00::1"}]}
- metadata: {namespace: shop, name: client, labels: {app: client}}
  status: {phase: Running, podIPs: [{ip: 10.0.0.2}, {ip: "fd00::2"}]}
- metadata: {namespace: other, name: web, labels: {app: web}}
  spec: {containers: [{ports: [{name: http, containerPort: 9090, protocol: TCP}]}]}
  status: {phase: Running, podIPs: [{ip: 10.0.0.3}]}
- metadata: {namespace: shop, name: host, labels: {app: web}}
  spec: {hostNetwork: true}
  status: {phase: Running, podIPs: [{ip: 172.18.0.2}]}
- metadata: {namespace: shop, name: ended, labels: {app: client}}
  status: {phase: Succeeded, podIPs: [{ip: 10.0.0.9}]}
- metadata: {namespace: shop, name: starting, labels: {app: client}}
  status: {phase: Pending}
`

const namespaces = `
- metadata: {name: shop, labels: {kubernetes.io/metadata.name: shop}}
- metadata: {name: other, labels: {kubernetes.io/metadata.name: other}}
`

func parse[T any](t *testing.T, text string) T {
	t.Helper()
	var value T
	if err := yaml.UnmarshalStrict([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// rendered gives the ruleset for policies whose specs are YAML, called p0, p1 …
// in the namespace shop.
func rendered(t *testing.T, specs ...string) string {
	t.Helper()
	seen := cluster{pods: parse[[]*corev1.Pod](t, pods), namespaces: parse[[]*corev1.Namespace](t, namespaces)}
	for i, spec := range specs {
		seen.policies = append(seen.policies, &networkingv1.NetworkPolicy{
			ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "p" + string(rune('0'+i))},
			Spec:       parse[networkingv1.NetworkPolicySpec](t, spec),
		})
	}
	text, err := render(seen)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// accepted gives what the isolated pods of a chain may be reached by, or reach,
// apart from themselves.
func accepted(ruleset, chain string) []string {
	_, body, _ := strings.Cut(ruleset, "chain "+chain+" {\n")
	body, _, _ = strings.Cut(body, "\n  }")
	var lines []string
	for line := range strings.Lines(body) {
		line, _, _ = strings.Cut(strings.TrimSpace(line), " accept")
		if line != "drop" && !strings.Contains(line, "saddr . ") {
			lines = append(lines, line)
		}
	}
	return lines
}

func TestAcceptedPackets(t *testing.T) {
	const toWeb, toWeb6 = "ip daddr { 10.0.0.1 } ", "ip6 daddr { fd00::1 } "
	const fromClient, fromClient6 = "ip saddr { 10.0.0.2 } ", "ip6 saddr { fd00::2 } "
	tests := []struct{ name, chain, spec, want string }{
		{"no rule accepts nothing", "isolated-ingress", `{podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]}`, ""},
		{"an empty rule accepts all", "isolated-ingress",
			`{podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: [{}]}`,
			"ip daddr { 10.0.0.1 }\nip6 daddr { fd00::1 }"},
		{"a pod selector means pods of the policy's namespace that have an address of their own", "isolated-ingress",
			`{podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {matchLabels: {app: client}}}]}]}`,
			toWeb + "ip saddr { 10.0.0.2 }\n" + toWeb6 + "ip6 saddr { fd00::2 }"},
		{"peers of whom there is none accept nobody", "isolated-ingress",
			`{podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {matchLabels: {app: none}}}]}]}`, ""},
		{"a namespace selector means all pods there", "isolated-ingress",
			`{podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: other}}}]}]}`,
			toWeb + "ip saddr { 10.0.0.3 }"},
		{"both selectors of a peer must fit", "isolated-ingress",
			`{podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: [{from: [{namespaceSelector: {}, podSelector: {matchLabels: {app: web}}}]}]}`,
			toWeb + "ip saddr { 10.0.0.1, 10.0.0.3 }\n" + toWeb6 + "ip6 saddr { fd00::1 }"},
		{"one of several peers is enough", "isolated-ingress",
			`{podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {matchLabels: {app: client}}}, {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: other}}}]}]}`,
			toWeb + "ip saddr { 10.0.0.2, 10.0.0.3 }\n" + toWeb6 + "ip6 saddr { fd00::2 }"},
		{"a block is without its exceptions", "isolated-ingress",
			`{podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16, 10.1.2.0/24]}}, {ipBlock: {cidr: "fd00::/64"}}]}]}`,
			toWeb + "ip saddr 10.0.0.0/8 ip saddr != 10.1.0.0/16 ip saddr != 10.1.2.0/24\n" + toWeb6 + "ip6 saddr fd00::/64"},
		{"ports are a number, a range, or any of a protocol", "isolated-ingress",
			`{podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {matchLabels: {app: client}}}], ports: [{protocol: TCP, port: 80}, {protocol: UDP, port: 1000, endPort: 2000}, {protocol: SCTP}]}]}`,
			toWeb + fromClient + "tcp dport 80\n" + toWeb + fromClient + "udp dport 1000-2000\n" + toWeb + fromClient + "meta l4proto sctp\n" +
				toWeb6 + fromClient6 + "tcp dport 80\n" + toWeb6 + fromClient6 + "udp dport 1000-2000\n" + toWeb6 + fromClient6 + "meta l4proto sctp"},
		{"a named port is that of the destination", "isolated-egress",
			`{podSelector: {matchLabels: {app: client}}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {}}], ports: [{protocol: TCP, port: http}]}]}`,
			"ip saddr { 10.0.0.2 } ip daddr { 10.0.0.1, 10.0.0.2, 10.0.0.3 } ip daddr . tcp dport { 10.0.0.1 . 8080, 10.0.0.3 . 9090 }\n" +
				"ip6 saddr { fd00::2 } ip6 daddr { fd00::1, fd00::2 } ip6 daddr . tcp dport { fd00::1 . 8080 }"},
		{"a port name of another protocol is another port", "isolated-egress",
			`{podSelector: {matchLabels: {app: client}}, policyTypes: [Egress], egress: [{ports: [{protocol: UDP, port: http}]}]}`, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := strings.Join(accepted(rendered(t, test.spec), test.chain), "\n")
			if got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestIsolation(t *testing.T) {
	const web = `{podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]}`

	t.Run("without policies no table is left", func(t *testing.T) {
		if got, want := rendered(t), "table inet network-policy\ndelete table inet network-policy\n"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})

	t.Run("a policy that selects no pod isolates none", func(t *testing.T) {
		if got := rendered(t, `{podSelector: {matchLabels: {app: none}}, policyTypes: [Ingress, Egress]}`); got != rendered(t) {
			t.Errorf("got\n%s", got)
		}
	})

	t.Run("the selected pods are isolated in the policy's directions only", func(t *testing.T) {
		want := `table inet network-policy
delete table inet network-policy
table inet network-policy {
  chain isolated-ingress {
    ip saddr . ip daddr { 10.0.0.1 . 10.0.0.1 } accept comment "a pod to itself, by way of a Service"
    ip6 saddr . ip6 daddr { fd00::1 . fd00::1 } accept comment "a pod to itself, by way of a Service"
    drop
  }
  chain ingress {
    type filter hook forward priority filter - 1; policy accept;
    ct state established,related accept
    ip daddr { 10.0.0.1 } goto isolated-ingress
    ip6 daddr { fd00::1 } goto isolated-ingress
  }
}
`
		if got := rendered(t, web); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	})

	t.Run("policies add up", func(t *testing.T) {
		got := rendered(t, `{podSelector: {}, policyTypes: [Ingress], ingress: [{ports: [{protocol: TCP, port: 80}]}]}`, web)
		if want := "ip daddr { 10.0.0.1, 10.0.0.2 } goto isolated-ingress"; !strings.Contains(got, want) {
			t.Errorf("got\n%s\nwant in it\n%s", got, want)
		}
		if want := "ip daddr { 10.0.0.1, 10.0.0.2 } tcp dport 80"; !slices.Contains(accepted(got, "isolated-ingress"), want) {
			t.Errorf("got\n%s\nwant in it\n%s", got, want)
		}
	})

	t.Run("a direction that accepts leaves the other to judge", func(t *testing.T) {
		got := rendered(t, `{podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{}]}`)
		if lines := accepted(got, "isolated-egress"); len(lines) > 0 {
			t.Errorf("egress accepts %q", lines)
		}
		if count := strings.Count(got, "hook forward"); count != 2 {
			t.Errorf("%d base chains, want one a direction", count)
		}
	})
}
