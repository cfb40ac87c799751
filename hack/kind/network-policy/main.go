// Command network-policy makes a node enforce the NetworkPolicies of its cluster:
//
//	network-policy KUBECONFIG
//
// It watches policies, pods and namespaces, and replaces the table network-policy
// of the node's nftables whenever they ask for another one. The table outlives the
// program, which ends on every failure and is then to be started again.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/exec"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

// Changes come in bursts: of those within this time, one table is made.
const settle = 50 * time.Millisecond

func main() {
	log.SetFlags(log.Ltime | log.Lmicroseconds)
	if len(os.Args) != 2 {
		log.Fatal("usage: network-policy KUBECONFIG")
	}
	log.Fatal(run(os.Args[1]))
}

func run(kubeconfig string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}

	// Informers would try ever more rarely while the cluster is being made.
	if _, err := client.NetworkingV1().NetworkPolicies("").List(context.Background(), metav1.ListOptions{Limit: 1}); err != nil {
		return err
	}

	factory := informers.NewSharedInformerFactory(client, 0)
	policies := factory.Networking().V1().NetworkPolicies()
	pods := factory.Core().V1().Pods()
	namespaces := factory.Core().V1().Namespaces()

	changed := make(chan struct{}, 1)
	change := func() {
		select {
		case changed <- struct{}{}:
		default: // one is waiting already
		}
	}
	for _, informer := range []cache.SharedIndexInformer{policies.Informer(), pods.Informer(), namespaces.Informer()} {
		if _, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
			AddFunc:    func(any) { change() },
			UpdateFunc: func(any, any) { change() },
			DeleteFunc: func(any) { change() },
		}); err != nil {
			return err
		}
	}
	factory.Start(wait.NeverStop)
	factory.WaitForCacheSync(wait.NeverStop)

	applied := ""
	for change(); ; time.Sleep(settle) {
		<-changed
		var seen cluster
		if seen.policies, err = policies.Lister().List(labels.Everything()); err != nil {
			return err
		}
		if seen.pods, err = pods.Lister().List(labels.Everything()); err != nil {
			return err
		}
		if seen.namespaces, err = namespaces.Lister().List(labels.Everything()); err != nil {
			return err
		}
		wanted, err := render(seen)
		if err != nil {
			return err
		}
		if wanted == applied {
			continue
		}
		began := time.Now()
		if err := apply(wanted); err != nil {
			return err
		}
		applied = wanted
		log.Printf("applied %d lines for %d policies in %s", strings.Count(wanted, "\n"), len(seen.policies), time.Since(began))
	}
}

// apply has the kernel take over all of a ruleset, or nothing of it.
func apply(ruleset string) error {
	nft := exec.Command("nft", "-f", "-")
	nft.Stdin = strings.NewReader(ruleset)
	if output, err := nft.CombinedOutput(); err != nil {
		return fmt.Errorf("nft: %w: %s\n%s", err, output, ruleset)
	}
	return nil
}
