package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

const (
	linkPath     = "/sim/link"
	linkProtocol = "nexodus-sim-link"
	relink       = time.Second
)

// followLink lets the stand-in's server cut and heal this device's tunnel. What it said last holds while the server
// is away. Another Nexodus knows nothing of it.
func followLink(ctx context.Context, api *API, bind *cutBind, log *Log) {
	for ctx.Err() == nil {
		err := readLink(ctx, api, bind)
		var refused *httpError
		if errors.As(err, &refused) && refused.status == http.StatusNotFound {
			return
		}
		log.Debugf("link to the stand-in's server: %v", err)
		select {
		case <-ctx.Done():
		case <-time.After(relink):
		}
	}
}

func readLink(ctx context.Context, api *API, bind *cutBind) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, api.base+linkPath, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+api.token)
	request.Header.Set("Connection", "Upgrade")
	request.Header.Set("Upgrade", linkProtocol)
	response, err := api.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusSwitchingProtocols {
		return &httpError{status: response.StatusCode}
	}
	lines := bufio.NewScanner(response.Body)
	for lines.Scan() {
		var order struct {
			Cut bool `json:"cut"`
		}
		if err := json.Unmarshal(lines.Bytes(), &order); err != nil {
			return fmt.Errorf("order %q: %w", lines.Text(), err)
		}
		bind.cut.Store(order.Cut)
	}
	return errors.Join(errors.New("closed"), lines.Err())
}
