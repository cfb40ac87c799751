// A stand-in for nexd in proxy mode, for tests: the tunnels are WireGuard's, everything else is written after the
// behaviour of the real one.
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// Where the real one looks for another that runs, whatever its own socket is.
const defaultSocket = "/var/run/nexd.sock"

// version is what nexctl compares with its own; it refuses to talk to another.
func version() string {
	if set := os.Getenv("NEXD_SIM_VERSION"); set != "" {
		return set
	}
	return "dev"
}

func proxy(line CommandLine, log *Log) error {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGQUIT, syscall.SIGINT)
	defer cancel()
	settings, err := settingsOf(line)
	if err != nil {
		return err
	}
	if conn, err := net.Dial("unix", defaultSocket); err == nil {
		conn.Close()
		return errors.New("existing nexd service already running")
	}
	log.Infof("Starting in L4 proxy mode")
	if inCluster() {
		log.Errorf("the real nexd would keep its state in a Secret here (kstore); this stand-in goes on with the state file")
	}
	agent, err := newAgent(ctx, settings, timingsFromEnv(), log)
	if err != nil {
		return err
	}
	var wait sync.WaitGroup
	if err := agent.start(&wait); err != nil {
		return err
	}
	<-ctx.Done()
	agent.stop()
	wait.Wait()
	return nil
}

func run(log *Log) error {
	line, err := parseCommandLine(os.Args[1:], os.Getenv)
	if err != nil {
		return err
	}
	switch line.Command {
	case "version":
		fmt.Printf("version: %s\n", version())
		return nil
	case "proxy":
		return proxy(line, log)
	case "":
		return errors.New("this stand-in has proxy mode only, not the node agent")
	default:
		return fmt.Errorf("this stand-in has proxy mode only, not %s", line.Command)
	}
}

func main() {
	log := newLog(os.Stderr, os.Getenv("NEXD_LOGLEVEL"))
	log.Infof("nexodus-sim: this is a stand-in for nexd, for tests; it is not nexd")
	if err := run(log); err != nil {
		log.Fatalf("%v", err)
	}
}
