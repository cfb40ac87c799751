package main

import (
	"context"
	"fmt"
	"net/http"
)

type registration struct {
	vpc             vpc
	publicKey       string
	hostname        string
	endpoints       []Endpoint
	symmetricNat    bool
	securityGroupID string
	requestIP       string
}

// register creates the device, or takes over the one that has this public key; it also says which of the two.
func register(ctx context.Context, api *API, wanted registration) (Device, string, error) {
	change := map[string]any{
		"vpc_id":        wanted.vpc.ID,
		"endpoints":     wanted.endpoints,
		"hostname":      wanted.hostname,
		"relay":         false,
		"symmetric_nat": wanted.symmetricNat,
	}
	if wanted.securityGroupID != "" {
		change["security_group_id"] = wanted.securityGroupID
	}
	device := map[string]any{"public_key": wanted.publicKey, "os": "linux"}
	for name, value := range change {
		device[name] = value
	}
	if wanted.requestIP != "" {
		device["ipv4_tunnel_ips"] = []tunnelIP{{Address: wanted.requestIP, Cidr: wanted.vpc.IPv4Cidr}}
	}
	var registered Device
	err := api.call(ctx, http.MethodPost, "/api/devices", device, &registered)
	if err == nil {
		return registered, "Successfully registered device", nil
	}
	id, known := conflict(err)
	if !known {
		return Device{}, "", fmt.Errorf("error creating device: %w", err)
	}
	if err := api.call(ctx, http.MethodPatch, "/api/devices/"+id, change, &registered); err != nil {
		return Device{}, "", fmt.Errorf("error updating device: %w", err)
	}
	return registered, "Reconnected as device", nil
}
