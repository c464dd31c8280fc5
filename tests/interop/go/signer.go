// App ID authentication of KooDrive, in the standard library alone.
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"
)

type Signer struct{ AppID, AppSecret, UserID string }

var (
	urlForm   = regexp.MustCompile(`(?i)^(https?)://([^/?#]*)([^?#]*)(?:\?([^#]*))?`)
	appIDForm = regexp.MustCompile(`^[!#-+\--:<>-~]+$`)
	dateForm  = regexp.MustCompile(`^[0-9]{8}T[0-9]{6}Z$`)
	visible   = regexp.MustCompile(`^[\t -~]*$`)
	escape    = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)
)

// Sign returns the value of Authorization and its stages; headers are without X-User-Id and X-Date, signed is nil for the usual three.
func (s Signer) Sign(method, address string, headers [][2]string, body []byte, xDate string, signed []string) (map[string]string, error) {
	parts := urlForm.FindStringSubmatch(address)
	switch {
	case parts == nil:
		return nil, errors.New("not an absolute URL")
	case !appIDForm.MatchString(s.AppID) || s.AppSecret == "" || strings.Trim(s.UserID, " \t") == "":
		return nil, errors.New("bad app id, empty app secret or empty user id")
	case !dateForm.MatchString(xDate):
		return nil, errors.New("X-Date is not yyyyMMdd'T'HHmmss'Z'")
	case signed == nil:
		signed = []string{"host", "x-date", "x-user-id"}
	}
	given := map[string][]string{"x-user-id": {s.UserID}, "x-date": {xDate}}
	for _, header := range headers {
		given[strings.ToLower(header[0])] = append(given[strings.ToLower(header[0])], header[1])
	}
	if given["host"] == nil {
		port := map[string]string{"http": ":80", "https": ":443"}[strings.ToLower(parts[1])]
		given["host"] = []string{strings.TrimSuffix(strings.ToLower(parts[2][strings.LastIndex(parts[2], "@")+1:]), port)}
	}
	lines, names, text := map[string]string{}, []string{}, ""
	for _, name := range signed {
		name = strings.ToLower(name)
		if len(given[name]) != 1 || !visible.MatchString(given[name][0]) || name == "authorization" {
			return nil, fmt.Errorf("header %s is missing, occurs twice, is not visible ASCII or cannot be signed", name)
		} else if lines[name] == "" {
			names = append(names, name)
		}
		lines[name] = name + ":" + strings.Trim(given[name][0], " \t") + "\n"
	}
	if lines["x-date"] == "" || lines["x-user-id"] == "" {
		return nil, errors.New("x-date and x-user-id must be signed")
	}
	sort.Strings(names)
	for _, name := range names {
		text += lines[name]
	}
	uri, query, joined, bodyHash := canonicalURI(parts[3]), CanonicalQuery(address), strings.Join(names, ";"), sha256Hex(string(body))
	request := strings.Join([]string{method, uri, query, text, joined, bodyHash}, "\n")
	toSign := "HMAC-SHA256\n" + sha256Hex(request)
	mac := hmac.New(sha256.New, []byte(s.AppSecret))
	mac.Write([]byte(toSign))
	signature := fmt.Sprintf("%x", mac.Sum(nil))
	return map[string]string{"canonical_uri": uri, "canonical_query": query, "body_sha256": bodyHash, "canonical_request": request,
		"canonical_request_sha256": sha256Hex(request), "string_to_sign": toSign, "signature": signature,
		"authorization": "HMAC-SHA256 AppId=" + s.AppID + ",SignedHeaders=" + joined + ",Signature=" + signature}, nil
}

func canonicalURI(path string) string {
	kept := []string{}
	for _, segment := range strings.Split(strings.TrimPrefix(path, "/"), "/") {
		segment = encode(decode(segment))
		if segment == ".." && len(kept) > 0 {
			kept = kept[:len(kept)-1]
		} else if segment != "." && segment != ".." {
			kept = append(kept, segment)
		}
	}
	return strings.TrimSuffix("/"+strings.Join(kept, "/"), "/") + "/"
}

// CanonicalQuery returns the query of a URL as it is signed, and as it should be sent.
func CanonicalQuery(address string) string {
	pairs := [][2]string{}
	for _, piece := range strings.Split(urlForm.FindStringSubmatch(address)[4], "&") {
		if name, value, _ := strings.Cut(strings.ReplaceAll(piece, "+", " "), "="); piece != "" {
			pairs = append(pairs, [2]string{decode(name), decode(value)})
		}
	}
	sort.Slice(pairs, func(i, j int) bool {
		return pairs[i][0] < pairs[j][0] || pairs[i][0] == pairs[j][0] && pairs[i][1] < pairs[j][1]
	})
	written := []string{}
	for _, pair := range pairs {
		written = append(written, encode(pair[0])+"="+encode(pair[1]))
	}
	return strings.Join(written, "&")
}

func decode(text string) string {
	return escape.ReplaceAllStringFunc(text, func(hex string) string {
		number, _ := strconv.ParseUint(hex[1:], 16, 8)
		return string([]byte{byte(number)})
	})
}

func encode(bytes string) string   { return strings.ReplaceAll(url.QueryEscape(bytes), "+", "%20") }
func sha256Hex(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) }

// XDateAt returns the header's form of a time, set back 30 s: a date in the service's future is refused.
func XDateAt(now time.Time) string {
	return now.Add(-30 * time.Second).UTC().Format("20060102T150405Z")
}
