package main

import (
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"fmt"
)

func generateKeys() (public, private string, err error) {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return "", "", err
	}
	// As WireGuard stores it.
	key[0] &= 248
	key[31] = key[31]&127 | 64
	pair, err := ecdh.X25519().NewPrivateKey(key)
	if err != nil {
		return "", "", err
	}
	encode := base64.StdEncoding.EncodeToString
	return encode(pair.PublicKey().Bytes()), encode(key), nil
}

// parseKey reads a WireGuard key.
func parseKey(text string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("wgtypes: failed to parse base64-encoded key: %w", err)
	}
	if len(key) != 32 {
		return nil, fmt.Errorf("wgtypes: incorrect key size: %d", len(key))
	}
	return key, nil
}

// wireguardKeys makes keys and stores them if the state has none.
func wireguardKeys(file *StateFile) error {
	if err := file.Load(); err != nil {
		return err
	}
	if file.State.PublicKey != "" && file.State.PrivateKey != "" {
		return nil
	}
	public, private, err := generateKeys()
	if err != nil {
		return fmt.Errorf("failed to generate private key: %w", err)
	}
	file.State.PublicKey, file.State.PrivateKey = public, private
	if err := file.Store(); err != nil {
		return fmt.Errorf("failed store the keys: %w", err)
	}
	return nil
}
