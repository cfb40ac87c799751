package main

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"strings"

	"golang.org/x/crypto/hkdf"
)

// openSealed opens a device token: three base64url parts joined by colons (version, ephemeral public key,
// AES-256-GCM ciphertext). The ephemeral *public* key is the scalar of the shared secret: the service's mistake,
// which has to be repeated to be compatible.
func openSealed(privateKey []byte, sealed string) (string, error) {
	var parts [][]byte
	for _, text := range strings.Split(sealed, ":") {
		part, err := base64.URLEncoding.DecodeString(text)
		if err != nil {
			return "", err
		}
		parts = append(parts, part)
	}
	if len(parts) != 3 {
		return "", errors.New("invalid sealed")
	}
	if string(parts[0]) != "v1" {
		return "", errors.New("unsupported sealed version")
	}
	own, err := ecdh.X25519().NewPrivateKey(privateKey)
	if err != nil {
		return "", err
	}
	ephemeral, err := ecdh.X25519().NewPrivateKey(parts[1])
	if err != nil {
		return "", err
	}
	secret, err := ephemeral.ECDH(own.PublicKey())
	if err != nil {
		return "", err
	}
	salt := append(append([]byte{}, parts[1]...), own.PublicKey().Bytes()...)
	key := make([]byte, 32)
	if _, err := io.ReadFull(hkdf.New(sha256.New, secret, salt, []byte("X25519")), key); err != nil {
		return "", err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return "", err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return "", err
	}
	text, err := gcm.Open(nil, make([]byte, gcm.NonceSize()), parts[2], nil)
	return string(text), err
}
