package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"golang.zx2c4.com/wireguard/tun/netstack"
)

var errDuplicateRule = errors.New("port already in use by another proxy rule")

// Proxies are all the ports that have rules.
type Proxies struct {
	log *Log
	// Held during start-up and while a proxy is waited for: who asks about rules waits too.
	lock sync.RWMutex
	all  map[proxyKey]*Proxy
}

func newProxies(log *Log) *Proxies {
	return &Proxies{log: log, all: map[proxyKey]*Proxy{}}
}

// add adds a rule, with a proxy for its port if there is none.
func (p *Proxies) add(rule Rule) (*Proxy, error) {
	p.lock.Lock()
	defer p.lock.Unlock()
	proxy, ok := p.all[rule.proxyKey]
	if !ok {
		proxy = &Proxy{key: rule.proxyKey, log: p.log}
		p.all[rule.proxyKey] = proxy
	}
	if proxy.has(rule) {
		return proxy, errDuplicateRule
	}
	proxy.mu.Lock()
	defer proxy.mu.Unlock()
	proxy.rules = append(proxy.rules, rule)
	return proxy, nil
}

// remove removes a rule. With the last one of a port it waits for the port's connections and holds all locks
// meanwhile: a connection that is just being opened waits for these, and then neither of the two ever ends.
func (p *Proxies) remove(rule Rule) error {
	p.lock.Lock()
	defer p.lock.Unlock()
	proxy, ok := p.all[rule.proxyKey]
	if !ok {
		return noSuchRule(rule)
	}
	proxy.mu.Lock()
	defer proxy.mu.Unlock()
	at := slices.Index(proxy.rules, rule)
	if at < 0 {
		return noSuchRule(rule)
	}
	proxy.rules = slices.Delete(proxy.rules, at, at+1)
	if len(proxy.rules) == 0 {
		proxy.stop()
		delete(p.all, rule.proxyKey)
	}
	return nil
}

func noSuchRule(rule Rule) error {
	return fmt.Errorf("no matching %s proxy rule found: %s", rule.direction, rule)
}

func (p *Proxies) start(ctx context.Context, stack *netstack.Net) {
	p.lock.RLock()
	defer p.lock.RUnlock()
	for _, proxy := range p.all {
		proxy.start(ctx, stack)
	}
}

// stop waits for the last connection of every port; whoever asks about rules meanwhile gets an answer.
func (p *Proxies) stop() {
	p.lock.RLock()
	defer p.lock.RUnlock()
	for _, proxy := range p.all {
		proxy.stop()
	}
}

// rules lists all of them; those of a port in the order of adding, the ports in no order at all.
func (p *Proxies) rules() []Rule {
	p.lock.RLock()
	defer p.lock.RUnlock()
	var all []Rule
	for _, proxy := range p.all {
		proxy.mu.RLock()
		all = append(all, proxy.rules...)
		proxy.mu.RUnlock()
	}
	return all
}

// store writes the rules that came over the control socket to the state.
func (p *Proxies) store(file *StateFile) error {
	stored := StoredRules{}
	for _, rule := range p.rules() {
		switch {
		case !rule.stored:
		case rule.direction == "egress":
			stored.Egress = append(stored.Egress, rule.String())
		default:
			stored.Ingress = append(stored.Ingress, rule.String())
		}
	}
	file.State.Rules = stored
	return file.Store()
}

// addInitial adds the rules of the flags, egress first, then those of the state.
func (p *Proxies) addInitial(settings Settings, stored StoredRules) error {
	add := func(texts []string, direction string, stored bool) error {
		verb := "add"
		if stored {
			verb = "parse"
		}
		for _, text := range texts {
			rule, err := parseRule(text, direction, stored)
			if err == nil {
				_, err = p.add(rule)
			}
			// Repetitions in the state do no harm.
			if err != nil && !(stored && errors.Is(err, errDuplicateRule)) {
				return fmt.Errorf("Failed to %s %s proxy rule (%s): %w", verb, direction, text, err)
			}
		}
		return nil
	}
	return errors.Join(
		add(settings.egress, "egress", false),
		add(settings.ingress, "ingress", false),
		add(stored.Ingress, "ingress", true),
		add(stored.Egress, "egress", true),
	)
}
