package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const loginScopes = "openid profile email offline_access read:organizations write:organizations " +
	"read:users write:users read:devices write:devices"

// storedToken is an OAuth2 token as the state file keeps it.
type storedToken struct {
	AccessToken  string    `json:"access_token"`
	TokenType    string    `json:"token_type"`
	RefreshToken string    `json:"refresh_token"`
	Expiry       time.Time `json:"expiry"`
}

// passwordLogin logs in with a name and a password: bootstrap, discovery, token.
func passwordLogin(ctx context.Context, api *API, username, password string) (storedToken, error) {
	var start struct {
		Issuer   string `json:"issuer"`
		ClientID string `json:"client_id"`
	}
	if err := api.call(ctx, http.MethodPost, "/device/login/start", nil, &start); err != nil {
		return storedToken{}, err
	}
	var discovery struct {
		TokenEndpoint string `json:"token_endpoint"`
	}
	if err := api.call(ctx, http.MethodGet, start.Issuer+"/.well-known/openid-configuration", nil, &discovery); err != nil {
		return storedToken{}, err
	}
	form := url.Values{
		"grant_type": {"password"},
		"client_id":  {start.ClientID},
		"username":   {username},
		"password":   {password},
		"scope":      {loginScopes},
	}
	body := strings.NewReader(form.Encode())
	response, err := api.send(ctx, http.MethodPost, discovery.TokenEndpoint, "application/x-www-form-urlencoded", body)
	if err != nil {
		return storedToken{}, err
	}
	var answer struct {
		storedToken
		ExpiresIn int `json:"expires_in"`
	}
	if err := readJSON(response, &answer); err != nil {
		return storedToken{}, err
	}
	answer.Expiry = time.Now().Add(time.Duration(answer.ExpiresIn) * time.Second)
	return answer.storedToken, nil
}

func (t storedToken) json() json.RawMessage {
	text, _ := json.Marshal(t)
	return text
}
