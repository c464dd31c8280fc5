// One scenario against the sandbox; `cargo xtask interop` sets the environment and reads what is printed.
package main

import (
	"fmt"
	"net/http"
	"os"
	"strings"

	"interop/koodrive"
)

func env(name string) string {
	value := os.Getenv(name)
	check(value != "", "%s is not set", name)
	return value
}

func to(endpoint string, credentials Credentials) *koodrive.APIClient {
	return Connect(endpoint, env("KOODRIVE_USER_ID"), credentials, now, http.DefaultTransport)
}

func list(client *koodrive.APIClient) (records []koodrive.BackupRecord) {
	cursor := ""
	for pages := 1; ; pages++ {
		answer := Page(client, "101", 40, cursor)
		check(answer.IsPage && answer.Unreadable == 0, "%+v", answer)
		records, cursor = append(records, answer.Records...), answer.NextCursor
		if cursor == "" {
			check(pages == 7 && len(records) == 250, "%d records on %d pages", len(records), pages)
			return records
		}
		for _, mark := range []string{"+", "/", "=", "&", "%", " ", "é"} {
			check(strings.Contains(cursor, mark), "%s", cursor)
		}
	}
}

func main() {
	app := Credentials{AppID: env("KOODRIVE_APP_ID"), AppSecret: env("KOODRIVE_APP_SECRET")}
	vectors := signingVectors(env("KOODRIVE_VECTORS"))
	fmt.Println("ok signing vectors")
	vectors += requestVectors(env("KOODRIVE_VECTORS"))
	fmt.Println("ok request vectors")
	var limits map[string]map[string]string
	read(env("KOODRIVE_LIMITS"), &limits)
	count, plain, pages := responseVectors(env("KOODRIVE_VECTORS"), env("KOODRIVE_ANSWERS"), limits["go"])
	vectors += count
	fmt.Println("ok response vectors")

	ids := map[string]bool{}
	signed := list(to(env("KOODRIVE_ENDPOINT"), app))
	for _, record := range signed {
		ids[record.GetRecordId()] = true
	}
	check(len(ids) == 250 && signed[0].GetRecordId() == "1842862763295184641", "%d ids", len(ids))
	fmt.Println("ok app signature")
	byToken := list(to(env("KOODRIVE_ENDPOINT"), Credentials{Token: env("KOODRIVE_TOKEN")}))
	check(told(byToken) == told(signed), "the token lists other records")
	fmt.Println("ok token")
	modules, statuses := 0, 0
	for _, record := range list(to(env("KOODRIVE_ODD_ENDPOINT"), app)) {
		if record.GetModuleCode() == "199" {
			modules++
		}
		if record.GetStatus() == 9 {
			statuses++
		}
	}
	check(modules == 7 && statuses == 7, "%d unknown modules, %d unknown statuses", modules, statuses)
	fmt.Println("ok unknown values")
	for _, credentials := range []Credentials{{AppID: app.AppID, AppSecret: "another"}, {Token: "lapsed"}} {
		answer := Page(to(env("KOODRIVE_ENDPOINT"), credentials), "101", 40, "")
		check(!answer.IsPage && answer.Unauthorized && answer.Status == 401, "%+v", answer)
	}
	fmt.Println("ok refused")
	fmt.Printf("vectors %d\nread %d of %d\n", vectors, plain, pages)
}
