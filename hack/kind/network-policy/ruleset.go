package main

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// cluster is all that a ruleset depends on. Its policies have the API server's
// defaults: their types, and the protocol of their ports.
type cluster struct {
	policies   []*networkingv1.NetworkPolicy
	pods       []*corev1.Pod
	namespaces []*corev1.Namespace
}

// family is what nftables calls the addresses of an IP version.
type family string

const (
	ipv4 family = "ip"
	ipv6 family = "ip6"
)

var families = []family{ipv4, ipv6}

// direction is one side of isolation, with the names of the header fields that
// have the isolated pod and its peer.
type direction struct {
	name       networkingv1.PolicyType
	self, peer string
}

var directions = []direction{
	{networkingv1.PolicyTypeIngress, "daddr", "saddr"},
	{networkingv1.PolicyTypeEgress, "saddr", "daddr"},
}

// rule is an ingress or an egress rule.
type rule struct {
	peers []networkingv1.NetworkPolicyPeer
	ports []networkingv1.NetworkPolicyPort
}

func rulesOf(policy *networkingv1.NetworkPolicy, of direction) []rule {
	var rules []rule
	if of.name == networkingv1.PolicyTypeIngress {
		for _, ingress := range policy.Spec.Ingress {
			rules = append(rules, rule{ingress.From, ingress.Ports})
		}
	} else {
		for _, egress := range policy.Spec.Egress {
			rules = append(rules, rule{egress.To, egress.Ports})
		}
	}
	return rules
}

// render writes the ruleset for nft: it replaces the table network-policy, or
// removes it where no pod is isolated.
//
// The chains hang on the forward hook. There a packet has the addresses of the
// pods themselves, as Services are translated before and sources are masqueraded
// after it. What a node exchanges with its own pods does not pass there, which
// NetworkPolicies must let through. The directions have a base chain each: a
// packet that one accepts still has to pass the other.
func render(seen cluster) (string, error) {
	var text strings.Builder
	text.WriteString("table inet network-policy\ndelete table inet network-policy\n")
	var chains []string
	for _, of := range directions {
		chain, err := chainsOf(seen, of)
		if err != nil {
			return "", err
		}
		chains = append(chains, chain)
	}
	if body := strings.Join(chains, ""); body != "" {
		text.WriteString("table inet network-policy {\n" + body + "}\n")
	}
	return text.String(), nil
}

// chainsOf writes the two chains of a direction: one that sends the packets of
// isolated pods to the other, and that one, which drops what no rule accepts.
func chainsOf(seen cluster, of direction) (string, error) {
	isolated := map[family][]string{}
	var accepting []string
	for _, policy := range sorted(seen.policies) {
		if !slices.Contains(policy.Spec.PolicyTypes, of.name) {
			continue
		}
		pods, err := seen.podsOf(policy.Namespace, &policy.Spec.PodSelector)
		if err != nil {
			return "", err
		}
		for _, version := range families {
			selected := addressesOf(pods, version)
			if len(selected) == 0 {
				continue
			}
			isolated[version] = append(isolated[version], selected...)
			for _, rule := range rulesOf(policy, of) {
				matches, err := seen.matchesOf(policy.Namespace, rule, of, version)
				if err != nil {
					return "", err
				}
				for _, match := range matches {
					accepting = append(accepting, fmt.Sprintf("%s %s %s %saccept comment %q",
						version, of.self, set(selected), match, comment(policy)))
				}
			}
		}
	}
	if len(isolated) == 0 {
		return "", nil
	}

	name := strings.ToLower(string(of.name))
	var entering, own []string
	for _, version := range families {
		if len(isolated[version]) == 0 {
			continue
		}
		entering = append(entering, fmt.Sprintf("%s %s %s goto isolated-%s", version, of.self, set(isolated[version]), name))
		var pairs []string
		for _, address := range isolated[version] {
			pairs = append(pairs, address+" . "+address)
		}
		own = append(own, fmt.Sprintf(`%s saddr . %s daddr %s accept comment "a pod to itself, by way of a Service"`,
			version, version, set(pairs)))
	}
	return chain("isolated-"+name, slices.Concat(own, accepting, []string{"drop"})) +
		chain(name, slices.Concat([]string{
			"type filter hook forward priority filter - 1; policy accept;",
			"ct state established,related accept",
		}, entering)), nil
}

// matchesOf gives the conditions, each with a space at its end, of which a packet
// of the version must meet one to be accepted by the rule.
func (seen cluster) matchesOf(namespace string, of rule, in direction, version family) ([]string, error) {
	peers, err := seen.peersOf(namespace, of.peers, in, version)
	if err != nil {
		return nil, err
	}
	var matches []string
	for _, peer := range peers {
		for _, port := range seen.portsOf(of.ports, version) {
			matches = append(matches, peer+port)
		}
	}
	return matches, nil
}

// peersOf gives the conditions on the peer's address. No peers at all stand for
// everybody; peers of whom there is none, for nobody.
func (seen cluster) peersOf(namespace string, peers []networkingv1.NetworkPolicyPeer, in direction, version family) ([]string, error) {
	if len(peers) == 0 {
		return []string{""}, nil
	}
	field := fmt.Sprintf("%s %s ", version, in.peer)
	var matches, addresses []string
	for _, peer := range peers {
		if block := peer.IPBlock; block != nil {
			if familyOf(block.CIDR) != version {
				continue
			}
			match := field + block.CIDR + " "
			for _, except := range block.Except { // no set: they may overlap
				match += field + "!= " + except + " "
			}
			matches = append(matches, match)
			continue
		}
		pods, err := seen.podsOfPeer(namespace, peer)
		if err != nil {
			return nil, err
		}
		addresses = append(addresses, addressesOf(pods, version)...)
	}
	if len(addresses) > 0 {
		matches = append(matches, field+set(addresses)+" ")
	}
	return matches, nil
}

// portsOf gives the conditions on protocol and destination port. A named port is
// another number on each pod, so that it takes the destination's address too.
func (seen cluster) portsOf(ports []networkingv1.NetworkPolicyPort, version family) []string {
	if len(ports) == 0 {
		return []string{""}
	}
	var matches []string
	for _, port := range ports {
		protocol := strings.ToLower(string(*port.Protocol))
		switch {
		case port.Port == nil:
			matches = append(matches, fmt.Sprintf("meta l4proto %s ", protocol))
		case port.Port.Type == intstr.String:
			var targets []string
			for _, pod := range seen.pods {
				for _, number := range portsNamed(pod, port.Port.StrVal, *port.Protocol) {
					for _, address := range addressesOf([]*corev1.Pod{pod}, version) {
						targets = append(targets, fmt.Sprintf("%s . %d", address, number))
					}
				}
			}
			if len(targets) > 0 {
				matches = append(matches, fmt.Sprintf("%s daddr . %s dport %s ", version, protocol, set(targets)))
			}
		case port.EndPort != nil:
			matches = append(matches, fmt.Sprintf("%s dport %d-%d ", protocol, port.Port.IntVal, *port.EndPort))
		default:
			matches = append(matches, fmt.Sprintf("%s dport %d ", protocol, port.Port.IntVal))
		}
	}
	return matches
}

func portsNamed(pod *corev1.Pod, name string, protocol corev1.Protocol) []int32 {
	var numbers []int32
	for _, container := range slices.Concat(pod.Spec.InitContainers, pod.Spec.Containers) {
		for _, port := range container.Ports {
			if port.Name == name && port.Protocol == protocol {
				numbers = append(numbers, port.ContainerPort)
			}
		}
	}
	return numbers
}

// podsOf gives the pods of a namespace that a selector fits.
func (seen cluster) podsOf(namespace string, selector *metav1.LabelSelector) ([]*corev1.Pod, error) {
	fits, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil {
		return nil, err
	}
	var pods []*corev1.Pod
	for _, pod := range seen.pods {
		if pod.Namespace == namespace && fits.Matches(labels.Set(pod.Labels)) {
			pods = append(pods, pod)
		}
	}
	return pods, nil
}

// podsOfPeer gives the pods that a peer stands for: without a namespace selector
// those of the policy's own namespace, without a pod selector all of them.
func (seen cluster) podsOfPeer(namespace string, peer networkingv1.NetworkPolicyPeer) ([]*corev1.Pod, error) {
	podSelector := peer.PodSelector
	if podSelector == nil {
		podSelector = &metav1.LabelSelector{}
	}
	if peer.NamespaceSelector == nil {
		return seen.podsOf(namespace, podSelector)
	}
	fits, err := metav1.LabelSelectorAsSelector(peer.NamespaceSelector)
	if err != nil {
		return nil, err
	}
	var pods []*corev1.Pod
	for _, candidate := range seen.namespaces {
		if !fits.Matches(labels.Set(candidate.Labels)) {
			continue
		}
		found, err := seen.podsOf(candidate.Name, podSelector)
		if err != nil {
			return nil, err
		}
		pods = append(pods, found...)
	}
	return pods, nil
}

// addressesOf gives the addresses that are the pods' own: a pod in its node's
// network has none, and that of one that has ended may be another pod's by now.
func addressesOf(pods []*corev1.Pod, version family) []string {
	var addresses []string
	for _, pod := range pods {
		if pod.Spec.HostNetwork || pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed {
			continue
		}
		for _, address := range pod.Status.PodIPs {
			if familyOf(address.IP) == version {
				addresses = append(addresses, address.IP)
			}
		}
	}
	return addresses
}

// familyOf tells the version of an address or a range, as the API server has
// checked it.
func familyOf(address string) family {
	address, _, _ = strings.Cut(address, "/")
	if parsed, err := netip.ParseAddr(address); err == nil && parsed.Is4() {
		return ipv4
	}
	return ipv6
}

// set writes the distinct elements in an order of their own, so that the same
// cluster always gives the same text.
func set(elements []string) string {
	elements = slices.Compact(slices.Sorted(slices.Values(elements)))
	return "{ " + strings.Join(elements, ", ") + " }"
}

func chain(name string, lines []string) string {
	return "  chain " + name + " {\n    " + strings.Join(lines, "\n    ") + "\n  }\n"
}

// comment names a policy in at most the 128 bytes that nftables takes.
func comment(policy *networkingv1.NetworkPolicy) string {
	name := policy.Namespace + "/" + policy.Name
	return name[:min(len(name), 127)]
}

func sorted(policies []*networkingv1.NetworkPolicy) []*networkingv1.NetworkPolicy {
	return slices.SortedFunc(slices.Values(policies), func(a, b *networkingv1.NetworkPolicy) int {
		return strings.Compare(a.Namespace+"/"+a.Name, b.Namespace+"/"+b.Name)
	})
}
