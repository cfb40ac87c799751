package main

import (
	"os"
	"strconv"
	"time"
)

// Timings are nexd's own waiting times; those of WireGuard cannot be changed.
type Timings struct {
	// One question to a STUN server.
	stunTimeout time.Duration
	stunRetry   time.Duration
	stunRecheck time.Duration
	// Between attempts to log in or to register.
	retry time.Duration
	// Between looks at peers and event stream.
	poll time.Duration
}

// timingsFromEnv reads NEXD_SIM_<NAME>_MS, so that tests need not wait; the defaults are the real ones.
func timingsFromEnv() Timings {
	ms := func(name string, fallback time.Duration) time.Duration {
		if value, err := strconv.Atoi(os.Getenv("NEXD_SIM_" + name + "_MS")); err == nil {
			return time.Duration(value) * time.Millisecond
		}
		return fallback
	}
	return Timings{
		stunTimeout: ms("STUN_TIMEOUT", 5*time.Second),
		stunRetry:   ms("STUN_RETRY", time.Second),
		stunRecheck: ms("STUN_RECHECK", 20*time.Second),
		retry:       ms("RETRY", 15*time.Second),
		poll:        ms("POLL", 5*time.Second),
	}
}
