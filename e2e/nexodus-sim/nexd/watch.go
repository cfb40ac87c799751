package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"sync"
)

// position is how far one kind of objects has been followed; it survives reconnects.
type position struct {
	Kind       string            `json:"kind"`
	GtRevision int               `json:"gt_revision"`
	AtTail     bool              `json:"at_tail"`
	Options    map[string]string `json:"options"`
}

// Watch follows the devices of a VPC on one event stream, which also keeps this device online.
type Watch struct {
	api *API
	log *Log
	// A token arrives when there is something to look at: devices that came, changed or went, or a failure.
	changed chan struct{}

	mu        sync.Mutex
	positions []*position
	devices   map[string]Device
	open      bool
	err       error
	// Closed at the end of the first complete list, or at a failure before.
	complete chan struct{}
}

func newWatch(api *API, vpcID string, log *Log) *Watch {
	options := func(key string) map[string]string {
		all := map[string]string{"vpc-id": vpcID}
		if key != "" {
			all["key"] = key
		}
		return all
	}
	return &Watch{
		api:     api,
		log:     log,
		changed: make(chan struct{}, 1),
		positions: []*position{
			{Kind: "device", Options: options("")},
			{Kind: "device-metadata", Options: options("relay")},
			{Kind: "security-group", Options: options("")},
		},
		devices:  map[string]Device{},
		complete: make(chan struct{}),
	}
}

// Devices opens the stream if there is none, waits for the first complete list, and returns the devices by id.
func (w *Watch) Devices(ctx context.Context) (map[string]Device, error) {
	w.mu.Lock()
	if w.err != nil {
		w.err = nil
		w.complete = make(chan struct{})
	}
	isComplete, complete := w.positions[0].AtTail, w.complete
	w.mu.Unlock()

	w.start(ctx)
	if !isComplete {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-complete:
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.devices, w.err
}

// start opens the stream, in the foreground: a service that does not answer holds up everything else.
func (w *Watch) start(ctx context.Context) {
	w.mu.Lock()
	if w.open {
		w.mu.Unlock()
		return
	}
	body, _ := json.Marshal(w.positions)
	w.mu.Unlock()
	response, err := w.api.send(ctx, http.MethodPost, "/api/events", "application/json", bytes.NewReader(body))
	if err != nil {
		w.fail(err)
		return
	}
	w.mu.Lock()
	w.open = true
	w.mu.Unlock()
	go w.read(ctx, response)
}

func (w *Watch) read(ctx context.Context, response *http.Response) {
	decoder := json.NewDecoder(response.Body)
	err := w.follow(decoder)
	response.Body.Close()
	w.mu.Lock()
	w.open = false
	w.mu.Unlock()
	switch {
	case ctx.Err() != nil:
	case errors.Is(err, io.ErrUnexpectedEOF):
		w.log.Debugf("Event stream connection reset")
		w.start(ctx)
	default:
		w.fail(err)
	}
}

type watchEvent struct {
	Kind  string          `json:"kind"`
	Type  string          `json:"type"`
	Value json.RawMessage `json:"value"`
}

// follow takes in events until the stream ends.
func (w *Watch) follow(decoder *json.Decoder) error {
	for {
		var event watchEvent
		if err := decoder.Decode(&event); err != nil {
			return err
		}
		switch event.Type {
		case "error":
			var failure struct {
				Error string `json:"error"`
			}
			if err := json.Unmarshal(event.Value, &failure); err != nil {
				return err
			}
			return errors.New(failure.Error)
		case "close":
			return io.EOF
		}
		if err := w.take(event); err != nil {
			return err
		}
	}
}

func (w *Watch) take(event watchEvent) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, at := range w.positions {
		if at.Kind != event.Kind {
			continue
		}
		if event.Type == "tail" {
			if !at.AtTail && at.Kind == "device" {
				close(w.complete)
				w.notify()
			}
			at.AtTail = true
			return nil
		}
		var device Device
		if err := json.Unmarshal(event.Value, &device); err != nil {
			return fmt.Errorf("event of kind %s: %w", event.Kind, err)
		}
		if device.Revision < at.GtRevision {
			return nil
		}
		at.GtRevision = device.Revision
		if at.Kind != "device" {
			return nil
		}
		w.devices = maps.Clone(w.devices)
		if event.Type == "delete" {
			delete(w.devices, device.ID)
		} else {
			w.devices[device.ID] = device
		}
		if at.AtTail {
			w.notify()
		}
	}
	return nil
}

func (w *Watch) fail(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.err = err
	if !w.positions[0].AtTail {
		select {
		case <-w.complete:
		default:
			close(w.complete)
		}
	}
	w.notify()
}

func (w *Watch) notify() {
	select {
	case w.changed <- struct{}{}:
	default:
	}
}
