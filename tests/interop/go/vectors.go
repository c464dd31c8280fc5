package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"interop/koodrive"
)

// vector is any vector of openapi/vectors; each kind uses some of its members.
type vector struct {
	Name, Method, URL, Endpoint string
	Headers                     [][2]string
	BodyHex                     string   `json:"body_hex"`
	AppID                       string   `json:"app_id"`
	AppSecret                   string   `json:"app_secret"`
	UserID                      string   `json:"user_id"`
	XDate                       string   `json:"x_date"`
	SignedHeaders               []string `json:"signed_headers"`
	Credentials                 struct {
		AppID     string `json:"app_id"`
		AppSecret string `json:"app_secret"`
		Token     string
	}
	Parameters struct {
		ModuleCode string
		PageSize   int32
		Cursor     *string
		DeviceID   *string
		LockID     *string `json:"x-backup-lock-id"`
	}
	Expect  json.RawMessage
	Outcome wanted
}

type wanted struct {
	Kind    string
	Records []struct {
		RecordID, ModuleCode *string
		Status               *int32
	}
	Unreadable                         int
	NextCursor                         *string `json:"next_cursor"`
	Status                             *int    `json:"http_status"`
	Code                               *string
	Unauthorized, Throttled, Retryable bool
}

// read decodes a JSON file; it ends the program when it cannot.
func read(path string, into any) {
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	check(err == nil, "%s: %v", path, err)
}

func check(condition bool, otherwise string, values ...any) {
	if !condition {
		fmt.Fprintf(os.Stderr, otherwise+"\n", values...)
		os.Exit(1)
	}
}

func sign(v vector, keep func(name string) bool) (map[string]string, error) {
	var headers [][2]string
	for _, header := range v.Headers {
		if keep(strings.ToLower(header[0])) {
			headers = append(headers, header)
		}
	}
	body, err := hex.DecodeString(v.BodyHex)
	check(err == nil, "%s: %v", v.Name, err)
	return Signer{v.AppID, v.AppSecret, v.UserID}.Sign(v.Method, v.URL, headers, body, v.XDate, v.SignedHeaders)
}

// signingVectors returns how many vectors there were, like its neighbours.
func signingVectors(folder string) int {
	var file struct {
		Vectors, Refuse []vector
		Dates           []struct {
			Name   string
			UnixMs int64  `json:"unix_ms"`
			XDate  string `json:"x_date"`
		}
	}
	read(folder+"/signing.json", &file)
	for _, v := range file.Vectors {
		stages, err := sign(v, func(name string) bool { return name != "x-date" && name != "x-user-id" })
		check(err == nil, "%s: %v", v.Name, err)
		var expect map[string]string
		check(json.Unmarshal(v.Expect, &expect) == nil, "%s: no texts", v.Name)
		for stage, value := range expect {
			check(stages[stage] == value, "%s: %s is %q instead of %q", v.Name, stage, stages[stage], value)
		}
	}
	for _, v := range file.Refuse {
		_, err := sign(v, func(string) bool { return true })
		check(err != nil, "%s must be refused", v.Name)
	}
	for _, v := range file.Dates {
		xDate := XDateAt(time.UnixMilli(v.UnixMs))
		check(xDate == v.XDate, "%s: %s", v.Name, xDate)
	}
	return len(file.Vectors) + len(file.Refuse) + len(file.Dates)
}

type roundTripper func(*http.Request) (*http.Response, error)

func (r roundTripper) RoundTrip(request *http.Request) (*http.Response, error) { return r(request) }

func requestVectors(folder string) int {
	var file struct{ Vectors []vector }
	read(folder+"/requests.json", &file)
	for _, v := range file.Vectors {
		var sent *http.Request
		capture := roundTripper(func(request *http.Request) (*http.Response, error) {
			sent = request
			return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader("{}")), Request: request}, nil
		})
		xDate := func() string { return v.XDate }
		client := Connect(v.Endpoint, v.UserID, Credentials(v.Credentials), xDate, capture)
		call := client.BackupAPI.ListBackupRecords(context.Background()).ModuleCode(v.Parameters.ModuleCode).PageSize(v.Parameters.PageSize)
		if v.Parameters.Cursor != nil {
			call = call.Cursor(*v.Parameters.Cursor)
		}
		if v.Parameters.DeviceID != nil {
			call = call.DeviceId(*v.Parameters.DeviceID)
		}
		if v.Parameters.LockID != nil {
			call = call.XBackupLockId(*v.Parameters.LockID)
		}
		_, _, _ = call.Execute()
		var expect struct {
			Method, URL   string
			Headers       map[string]string
			AbsentHeaders []string `json:"absent_headers"`
		}
		check(json.Unmarshal(v.Expect, &expect) == nil, "%s: no request", v.Name)
		check(sent != nil && sent.Method == expect.Method, "%s: nothing was sent", v.Name)
		headers := http.Header{}
		for name, values := range sent.Header {
			// The generated client spells some names in lower case.
			headers.Set(name, strings.Join(values, ","))
		}
		check(sent.URL.String() == expect.URL, "%s: %s", v.Name, sent.URL)
		for name, value := range expect.Headers {
			// net/http writes Host itself, from the URL.
			check(name == "Host" || headers.Get(name) == value, "%s: %s is %q", v.Name, name, headers.Get(name))
		}
		for _, name := range expect.AbsentHeaders {
			check(headers.Get(name) == "", "%s: %s is sent", v.Name, name)
		}
	}
	return len(file.Vectors)
}

// responseVectors takes the vectors that the generated types cannot read; those must be seen. It
// returns how many vectors there were, and how many of how many pages the plain call reads.
func responseVectors(folder, answers string, limits map[string]string) (count, plain, pages int) {
	var file struct{ Vectors []vector }
	read(folder+"/responses.json", &file)
	for _, v := range file.Vectors {
		client := Connect(answers+"/"+v.Name, "1505084218764547200", Credentials{Token: "60f4ccc7"}, now, http.DefaultTransport)
		got := Page(client, "101", 100, "")
		isGood := matches(got, v.Outcome)
		if _, limited := limits[v.Name]; limited {
			check(!isGood, "%s is read well: take it off the limits", v.Name)
			check(!got.IsPage || got.Unreadable > v.Outcome.Unreadable, "%s: %+v, and nobody sees it", v.Name, got)
		} else {
			check(isGood, "%s: %+v", v.Name, got)
		}
		if v.Outcome.Kind == "page" {
			pages++
			page, _, err := client.BackupAPI.ListBackupRecords(context.Background()).ModuleCode("101").PageSize(100).Execute()
			if err == nil && told(page.Data) == toldWanted(v.Outcome) {
				plain++
			}
		}
	}
	return len(file.Vectors), plain, pages
}

func matches(got Outcome, wanted wanted) bool {
	next := ""
	if wanted.NextCursor != nil {
		next = *wanted.NextCursor
	}
	switch {
	case got.IsPage != (wanted.Kind == "page"):
		return false
	case got.IsPage:
		return told(got.Records) == toldWanted(wanted) && got.Unreadable == wanted.Unreadable && got.NextCursor == next
	case got.Status == 0:
		// The client saw no usable answer; what it need not know is which status that had.
		return wanted.Code == nil && wanted.Retryable
	}
	return wanted.Status != nil && got.Status == *wanted.Status && (wanted.Code == nil && got.Code == "" || wanted.Code != nil && got.Code == *wanted.Code) &&
		got.Unauthorized == wanted.Unauthorized && got.Throttled == wanted.Throttled
}

func told(records []koodrive.BackupRecord) string {
	text := ""
	for _, record := range records {
		text += line(record.RecordId, record.ModuleCode, record.Status)
	}
	return text
}

func toldWanted(wanted wanted) string {
	text := ""
	for _, record := range wanted.Records {
		text += line(record.RecordID, record.ModuleCode, record.Status)
	}
	return text
}

func line(id, module *string, status *int32) string {
	line, _ := json.Marshal([]any{id, module, status})
	return string(line) + "\n"
}
