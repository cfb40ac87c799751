package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

// Endpoint is where a device's WireGuard may be reached.
type Endpoint struct {
	Source  string `json:"source"`
	Address string `json:"address"`
}

type tunnelIP struct {
	Address string `json:"address"`
	Cidr    string `json:"cidr,omitempty"`
}

// Device has the parts of the API's object that nexd reads.
type Device struct {
	ID              string     `json:"id"`
	PublicKey       string     `json:"public_key"`
	Hostname        string     `json:"hostname"`
	SymmetricNat    bool       `json:"symmetric_nat"`
	AllowedIPs      []string   `json:"allowed_ips"`
	AdvertiseCidrs  []string   `json:"advertise_cidrs"`
	IPv4            []tunnelIP `json:"ipv4_tunnel_ips"`
	IPv6            []tunnelIP `json:"ipv6_tunnel_ips"`
	Endpoints       []Endpoint `json:"endpoints"`
	Relay           bool       `json:"relay"`
	Revision        int        `json:"revision"`
	SecurityGroupID string     `json:"security_group_id"`
	BearerToken     string     `json:"bearer_token"`
}

type vpc struct {
	ID          string `json:"id"`
	Description string `json:"description"`
	IPv4Cidr    string `json:"ipv4_cidr"`
}

// httpError is an answer that is not a success.
type httpError struct {
	status int
	isJSON bool
	body   []byte
}

func (e *httpError) Error() string {
	// The real client can name the status of a JSON answer only.
	if !e.isJSON {
		return "undefined response type"
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", e.status, http.StatusText(e.status)))
}

// API is the service with one token.
type API struct {
	client *http.Client
	base   string
	token  string
}

// newHTTPClient has the time limits of the real one.
func newHTTPClient(skipTLSVerify bool) *http.Client {
	dialer := &net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}
	resolve := resolver(os.Getenv("NEXD_SIM_RESOLVE"))
	return &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, resolve(address))
		},
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: 30 * time.Second,
		TLSClientConfig:       &tls.Config{InsecureSkipVerify: skipTLSVerify},
	}}
}

// resolver sends a domain and what is below it to an address, for tests without DNS: `nexodus.test=127.0.0.1`.
func resolver(setting string) func(address string) string {
	domain, target, _ := strings.Cut(setting, "=")
	return func(address string) string {
		host, port, err := net.SplitHostPort(address)
		if err != nil || target == "" || host != domain && !strings.HasSuffix(host, "."+domain) {
			return address
		}
		return net.JoinHostPort(target, port)
	}
}

func (a *API) send(ctx context.Context, method, url, contentType string, body io.Reader) (*http.Response, error) {
	if strings.HasPrefix(url, "/") {
		url = a.base + url
	}
	request, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("User-Agent", fmt.Sprintf("nexd/%s (linux; amd64)", version()))
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	if a.token != "" {
		request.Header.Set("Authorization", "Bearer "+a.token)
	}
	response, err := a.client.Do(request)
	if err != nil || response.StatusCode < 300 {
		return response, err
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	isJSON := strings.Contains(response.Header.Get("Content-Type"), "json")
	return nil, &httpError{status: response.StatusCode, isJSON: isJSON, body: text}
}

// call sends JSON, if there is any, and reads JSON into result.
func (a *API) call(ctx context.Context, method, path string, body, result any) error {
	var reader io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		reader = bytes.NewReader(text)
	}
	response, err := a.send(ctx, method, path, "application/json", reader)
	if err != nil {
		return err
	}
	return readJSON(response, result)
}

func readJSON(response *http.Response, result any) error {
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, result)
}

// conflict is the id of the device that is there already.
func conflict(err error) (string, bool) {
	var failed *httpError
	if !errors.As(err, &failed) || failed.status != http.StatusConflict {
		return "", false
	}
	var model struct {
		ID string `json:"id"`
	}
	return model.ID, json.Unmarshal(failed.body, &model) == nil && model.ID != ""
}
