package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// StoredRules are the rules that came over the control socket.
type StoredRules struct {
	Egress  []string `json:"egress"`
	Ingress []string `json:"ingress"`
}

// State is what nexd remembers between starts; the file has the names of the real one.
type State struct {
	AuthToken  json.RawMessage `json:"auth-token,omitempty"`
	PublicKey  string          `json:"public-key"`
	PrivateKey string          `json:"private-key"`
	Rules      StoredRules     `json:"proxy-rules-config"`
	Port       int             `json:"port"`
}

// StateFile is <state-dir>/state.json: directory 0700, file 0600, replaced by rename.
type StateFile struct {
	path  string
	mu    sync.Mutex
	State State
}

func newStateFile(dir string) *StateFile {
	return &StateFile{path: filepath.Join(dir, "state.json")}
}

// Load reads the file if there is one.
func (f *StateFile) Load() error {
	text, err := os.ReadFile(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		f.State = State{}
		return nil
	}
	if err != nil {
		return err
	}
	var state State
	if err := json.Unmarshal(text, &state); err != nil {
		return fmt.Errorf("%s: %w", f.path, err)
	}
	if string(state.AuthToken) == "null" {
		state.AuthToken = nil
	}
	f.State = state
	return nil
}

func (f *StateFile) Store() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := os.MkdirAll(filepath.Dir(f.path), 0o700); err != nil {
		return err
	}
	text, err := json.MarshalIndent(f.State, "", "  ")
	if err != nil {
		return err
	}
	temporary := fmt.Sprintf("%s.%d.tmp", f.path, os.Getpid())
	if err := os.WriteFile(temporary, append(text, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(temporary, f.path)
}
