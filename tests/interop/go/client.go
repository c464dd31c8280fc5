package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"

	"interop/koodrive"
)

// Credentials are an app, or a token.
type Credentials struct {
	AppID, AppSecret, Token string
}

// signing puts the three headers on every request, last of all.
type signing struct {
	credentials Credentials
	userID      string
	xDate       func() string
	next        http.RoundTripper
}

var hasScheme = regexp.MustCompile(`(?i)^bearer[+ ]`)

func (s signing) RoundTrip(request *http.Request) (*http.Response, error) {
	request = request.Clone(request.Context())
	// Sent as it is signed, so that no reading of the query can differ.
	request.URL.RawQuery = CanonicalQuery(request.URL.String())
	xDate, authorization := s.xDate(), s.credentials.Token
	if authorization == "" {
		signer := Signer{s.credentials.AppID, s.credentials.AppSecret, s.userID}
		stages, err := signer.Sign(request.Method, request.URL.String(), nil, nil, xDate, nil)
		if err != nil {
			return nil, err
		}
		authorization = stages["authorization"]
	} else if !hasScheme.MatchString(authorization) {
		authorization = "Bearer+" + authorization
	}
	request.Header.Set("X-User-Id", s.userID)
	request.Header.Set("X-Date", xDate)
	request.Header.Set("Authorization", authorization)
	return s.next.RoundTrip(request)
}

func now() string { return XDateAt(time.Now()) }

// Connect returns the generated client with signed requests.
func Connect(endpoint, userID string, credentials Credentials, xDate func() string, next http.RoundTripper) *koodrive.APIClient {
	configuration := koodrive.NewConfiguration()
	configuration.Servers = koodrive.ServerConfigurations{{URL: endpoint}}
	configuration.HTTPClient = &http.Client{
		Transport: signing{credentials, userID, xDate, next},
		// Credentials must not follow a redirect.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return koodrive.NewAPIClient(configuration)
}

// Outcome is a page, or an error: never an error that looks like an empty page.
type Outcome struct {
	IsPage       bool
	Records      []koodrive.BackupRecord
	Unreadable   int
	NextCursor   string
	Status       int // 0 without a usable answer
	Code         string
	Unauthorized bool
	Throttled    bool
}

// Page asks for one page. It reads record by record, because one bad record costs the generated
// operation its page.
func Page(client *koodrive.APIClient, module string, size int32, cursor string) Outcome {
	call := client.BackupAPI.ListBackupRecords(context.Background()).ModuleCode(module).PageSize(size)
	if cursor != "" {
		call = call.Cursor(cursor)
	}
	_, response, _ := call.Execute()
	if response == nil {
		return Outcome{}
	}
	body, err := io.ReadAll(response.Body)
	var members map[string]json.RawMessage
	if err != nil || json.Unmarshal(body, &members) != nil || members == nil {
		members = nil
		if response.StatusCode == 200 {
			return Outcome{}
		}
	}
	code := text(members["error_code"])
	if code == "" {
		code = text(members["code"])
	}
	_, hasData := members["data"]
	if response.StatusCode != 200 || code != "0" && code != "" || code == "" && !hasData {
		return failure(response.StatusCode, code, text(members["msg"]))
	}
	outcome := Outcome{IsPage: true, NextCursor: text(members["nextCursor"])}
	var elements []json.RawMessage
	_ = json.Unmarshal(members["data"], &elements)
	for _, element := range elements {
		var record koodrive.BackupRecord
		if !bytes.HasPrefix(bytes.TrimSpace(element), []byte("{")) || json.Unmarshal(element, &record) != nil {
			outcome.Unreadable++
			continue
		}
		outcome.Records = append(outcome.Records, record)
	}
	return outcome
}

var gateway = regexp.MustCompile(`^APIGW?\.03`)

func failure(status int, code, message string) Outcome {
	refused := status == 400 && strings.Contains(strings.ToLower(message), "authentication failed")
	unauthorized := status == 401 || refused || status != 429 && gateway.MatchString(code)
	return Outcome{Status: status, Code: code, Unauthorized: unauthorized, Throttled: status == 429}
}

// text returns a JSON text or number as it came, and "" for anything else.
func text(raw json.RawMessage) string {
	var number json.Number
	if json.Unmarshal(raw, &number) == nil {
		return number.String()
	}
	var text string
	_ = json.Unmarshal(raw, &text)
	return text
}
