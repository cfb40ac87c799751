package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"golang.zx2c4.com/wireguard/tun/netstack"
)

type addresses struct{ ipv4, ipv6 string }

// Agent is nexd in proxy mode.
type Agent struct {
	ctx      context.Context
	settings Settings
	timings  Timings
	log      *Log
	client   *http.Client
	file     *StateFile
	proxies  *Proxies
	nat      *Nat
	bind     *cutBind

	status    atomic.Value
	addresses atomic.Pointer[addresses]
	peers     atomic.Pointer[Peers]
	tunnel    atomic.Pointer[Tunnel]

	device     Device
	local      string
	watch      *Watch
	api        *API
	reconciled bool
}

// newAgent does what comes before the control socket: port, STUN, rules.
func newAgent(ctx context.Context, settings Settings, timings Timings, log *Log) (*Agent, error) {
	agent := &Agent{
		ctx: ctx, settings: settings, timings: timings, log: log,
		client:  newHTTPClient(settings.skipTLSVerify),
		file:    newStateFile(settings.stateDir),
		proxies: newProxies(log),
		bind:    newCutBind(),
	}
	agent.status.Store("Starting")
	agent.addresses.Store(&addresses{})
	port, err := listenPort(settings.listenPort, agent.file)
	if err != nil {
		return nil, err
	}
	agent.nat = newNat(settings.stunServers, port, timings, log)
	agent.nat.symmetric = settings.relayOnly
	agent.nat.discover(ctx)
	if err := agent.file.Load(); err != nil {
		return nil, err
	}
	if err := agent.file.Store(); err != nil {
		return nil, err
	}
	return agent, agent.proxies.addInitial(settings, agent.file.State.Rules)
}

// start registers the device and goes on in the background; who asks about rules waits until it returns.
func (a *Agent) start(wait *sync.WaitGroup) error {
	a.proxies.lock.Lock()
	defer a.proxies.lock.Unlock()
	if err := serveControl(a.ctx, wait, a); err != nil {
		return err
	}
	a.log.Infof("Security Groups are not supported in userspace proxy mode")
	if err := a.login(); err != nil {
		return fmt.Errorf("client api error: %w", err)
	}
	a.status.Store("Running")
	if err := wireguardKeys(a.file); err != nil {
		return fmt.Errorf("handleKeys: %w", err)
	}
	network, securityGroup, err := a.findVPC()
	if err != nil {
		return err
	}
	host := a.settings.localEndpointIP
	if host == "" {
		if host, err = localAddress(); err != nil {
			return err
		}
	}
	a.local = net.JoinHostPort(host, strconv.Itoa(a.nat.port))
	if err := a.register(network, securityGroup); err != nil {
		return err
	}
	a.watch = newWatch(a.api, network.ID, a.log)
	a.peers.Store(newPeers(a.device.PublicKey, a.nat, a.settings.relayOnly, a.log))
	go followLink(a.ctx, a.api, a.bind, a.log)
	group(wait, a.run)
	return nil
}

func (a *Agent) login() error {
	a.api = &API{client: a.client, base: a.settings.apiURL, token: a.settings.regKey}
	if a.settings.regKey != "" {
		return nil
	}
	return a.retry("client api error", func() error {
		token, err := passwordLogin(a.ctx, a.api, a.settings.username, a.settings.password)
		if err != nil {
			return err
		}
		a.file.State.AuthToken = token.json()
		a.api = &API{client: a.client, base: a.api.base, token: token.AccessToken}
		return a.file.Store()
	})
}

func (a *Agent) retry(warning string, attempt func() error) error {
	return retry(a.ctx, a.timings.retry, func() error {
		err := attempt()
		if err != nil {
			a.log.Warnf("%s - retrying: %v", warning, err)
		}
		return err
	})
}

// findVPC asks once with a registration key, four times with a password.
func (a *Agent) findVPC() (network vpc, securityGroup string, err error) {
	get := func(path string, result any) error { return a.api.call(a.ctx, http.MethodGet, path, nil, result) }
	if a.settings.regKey != "" {
		var key struct {
			VpcID           string `json:"vpc_id"`
			SecurityGroupID string `json:"security_group_id"`
		}
		if err := get("/api/reg-keys/me", &key); err != nil {
			return network, "", fmt.Errorf("could not fetch registration settings: %w", err)
		}
		return network, key.SecurityGroupID, get("/api/vpcs/"+key.VpcID, &network)
	}
	id := a.settings.vpcID
	if err := a.retry("get user error", func() error {
		var user struct {
			ID string `json:"id"`
		}
		err := get("/api/users/me", &user)
		if id == "" {
			id = user.ID
		}
		return err
	}); err != nil {
		return network, "", fmt.Errorf("get user error: %w", err)
	}
	err = a.retry("get vpc error", func() error { return get("/api/vpcs/"+id, &network) })
	return network, a.settings.securityGroupID, err
}

// endpoints are where others may find this device.
func (a *Agent) endpoints() []Endpoint {
	return []Endpoint{{"local", a.local}, {"stun:", a.nat.reflexive.String()}}
}

// register makes the device, or finds it again, and takes over its token.
func (a *Agent) register(network vpc, securityGroup string) error {
	hostname, err := os.Hostname()
	if err != nil {
		return err
	}
	wanted := registration{
		vpc: network, publicKey: a.file.State.PublicKey, hostname: hostname, endpoints: a.endpoints(),
		symmetricNat: a.nat.symmetric, securityGroupID: securityGroup, requestIP: a.settings.requestIP,
	}
	var how string
	err = a.retry("device join error", func() (err error) {
		a.device, how, err = register(a.ctx, a.api, wanted)
		return err
	})
	if err != nil {
		return fmt.Errorf("join error %w", err)
	}
	a.log.Infof("%s with UUID: [ %s ] into vpc: [ %s (%s) ]", how, a.device.ID, network.ID, network.Description)
	if a.device.BearerToken == "" {
		return nil
	}
	private, err := parseKey(a.file.State.PrivateKey)
	if err != nil {
		return err
	}
	token, err := openSealed(private, a.device.BearerToken)
	if err != nil {
		return err
	}
	a.api = &API{client: a.client, base: a.api.base, token: token}
	return nil
}

func (a *Agent) stack() *netstack.Net {
	if tunnel := a.tunnel.Load(); tunnel != nil {
		return tunnel.net
	}
	return nil
}

// stop waits for the last connection of every proxy. One that never started makes it panic, as it does the real one.
func (a *Agent) stop() {
	a.log.Infof("Stopping nexd")
	a.proxies.stop()
}

// run follows the devices until the context ends. Whatever it does it does in turn: a service that hangs holds up
// the questions to STUN as well.
func (a *Agent) run() {
	a.reconcile()
	a.proxies.start(a.ctx, a.stack())
	stun, poll := time.NewTicker(a.timings.stunRecheck), time.NewTicker(a.timings.poll)
	defer stun.Stop()
	defer poll.Stop()
	for {
		select {
		case <-a.ctx.Done():
			return
		case <-stun.C:
			a.checkNat()
		case <-a.watch.changed:
			a.reconcile()
		case <-poll.C:
			a.reconcile()
		}
	}
}
