# Targets; each is a few commands that can be typed by hand. Slow steps are cached under .cache.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

IMG ?= nexlink.local/nexlink:dev
# sim: the stand-in of e2e/nexodus-sim. external: the one that NEXODUS_URL and the other variables name.
NEXODUS ?= sim
export NEXODUS

PACKAGES := node_modules/.package-lock.json

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(PACKAGES): package.json package-lock.json
	hack/kind/deps
	npm ci --no-fund --no-audit
	@touch $@

.PHONY: generate
generate: $(PACKAGES) ## CRDs, validators and reference pages from the types
	npm run -s generate

.PHONY: verify
verify: $(PACKAGES) ## fails when something generated is stale
	hack/verify

.PHONY: lint
lint: $(PACKAGES) ## types, dependency directions, format
	npm run -s typecheck
	npm run -s lint

.PHONY: test
test: $(PACKAGES) ## unit and integration tests
	hack/kind/binaries
	npm run -s test

.PHONY: faults
faults: $(PACKAGES) ## the controller under faults: killed after some of its writes (FAULTS_SEED), servers that fail
	hack/kind/binaries
	npm run -s test:faults -- --maxWorkers=3

.PHONY: faults-all
faults-all: ## the same, killed after every write
	FAULTS=all $(MAKE) --silent faults

# One pod for each gateway that does not ask for more: pods are what takes time. E2E_REPLICAS=2 is the default of users.
E2E_REPLICAS ?= 1
# What each of their containers asks for: more gateways than a node of two CPUs has room for live at once.
E2E_CPU ?= 10m

.PHONY: clusters
clusters: $(PACKAGES) ## three kind clusters, one of them dual-stack, with everything that e2e needs
	GATEWAY_REPLICAS=$(E2E_REPLICAS) GATEWAY_CPU=$(E2E_CPU) hack/demo/environment nexlink-a nexlink-b nexlink-c

.PHONY: e2e
e2e: clusters ## the scenarios on the clusters; all of them run, whatever fails
	source hack/kind/env.sh; failed=0; for part in e2e e2e-alone; do npm run -s $$part || failed=1; done; exit $$failed

.PHONY: e2e-scenarios
e2e-scenarios: clusters ## those of them that run beside each other
	source hack/kind/env.sh && npm run -s e2e

.PHONY: e2e-alone
e2e-alone: clusters ## those that disturb Nexodus or the controllers, or measure
	source hack/kind/env.sh && npm run -s e2e-alone

.PHONY: e2e-long
e2e-long: ## all of e2e with two pods for each gateway, as users have it, and what measures at length
	E2E_LENGTH=long $(MAKE) --silent e2e E2E_REPLICAS=2

.PHONY: nightly
nightly: ## everything at length, one after the other; all of it runs, whatever fails. Hours
	hack/test/nightly

.PHONY: image
image: $(PACKAGES) ## builds the image IMG
	hack/image "$(IMG)"

.PHONY: install
install: ## the CRDs, into the cluster of KUBECONFIG
	hack/install

.PHONY: deploy
deploy: $(PACKAGES) ## the controller with image IMG, into the cluster of KUBECONFIG
	hack/deploy "$(IMG)"

.PHONY: undeploy
undeploy: ## removes all of it
	hack/undeploy

.PHONY: demo
demo: $(PACKAGES) ## two kind clusters with a linked Service, from nothing
	@hack/demo/run

.PHONY: demo-down
demo-down: ## removes the clusters, the Nexodus and the engine of demo and e2e
	@hack/demo/down

.PHONY: bench
bench: $(PACKAGES) ## measures what hack/bench has
	hack/bench/run

.PHONY: failover
failover: $(PACKAGES) ## cuts off one of two exporters RUNS times in each way (20)
	hack/demo/environment nexlink-a nexlink-b nexlink-c
	source hack/kind/env.sh && npm run -s failover -- --runs "$(or $(RUNS),20)"

.PHONY: withdrawal
withdrawal: $(PACKAGES) ## deletes an export RUNS times (20) in each state of Nexodus: how long it still answers
	hack/demo/environment nexlink-a nexlink-b nexlink-c
	source hack/kind/env.sh && npm run -s withdrawal -- --runs "$(or $(RUNS),20)"

.PHONY: replacement
replacement: $(PACKAGES) ## deletes pods of both gateways of a link RUNS times (6): when the next one is ready and answers
	hack/demo/environment nexlink-a nexlink-b nexlink-c
	source hack/kind/env.sh && npm run -s replacement -- --runs "$(or $(RUNS),6)"

.PHONY: footprint
footprint: $(PACKAGES) ## memory and CPU of controllers and agents, at rest and with 200 Services linked
	hack/demo/environment
	source hack/kind/env.sh && npm run -s footprint

.PHONY: soak
soak: $(PACKAGES) ## faults at random under traffic, for SOAK_MINUTES (30), the same for the same SEED
	hack/demo/environment nexlink-a nexlink-b nexlink-c
	source hack/kind/env.sh && npm run -s soak -- --minutes "$(or $(SOAK_MINUTES),30)" --seed "$(SEED)"
