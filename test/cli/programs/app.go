package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"
)

func send(address string, form url.Values) []byte {
	method := http.MethodGet
	if form != nil {
		method = http.MethodPost
	}
	request, err := http.NewRequest(method, address, strings.NewReader(form.Encode()))
	check(err)
	request.SetBasicAuth(os.Getenv("ACCOUNT"), os.Getenv("PASSWORD"))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("X-Twilio-Webhook-Enabled", "true")
	response, err := http.DefaultClient.Do(request)
	check(err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	check(err)
	if response.StatusCode > 299 {
		log.Fatal(address, ": ", response.Status, " ", string(body))
	}
	return body
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func sid(body []byte) string {
	var record struct{ Sid string }
	check(json.Unmarshal(body, &record))
	return record.Sid
}

func main() {
	const api = "https://conversations.twilio.com/v1/Services"
	service := sid(send(api, url.Values{"FriendlyName": {"Go"}}))
	send(api+"/"+service+"/Configuration/Webhooks", url.Values{
		"PostWebhookUrl": {os.Getenv("WEBHOOK")}, "Filters": {"onConversationAdded"}, "Method": {"POST"},
	})
	conversation := ""
	for _, name := range []string{"one", "two"} {
		conversation = sid(send(api+"/"+service+"/Conversations", url.Values{"FriendlyName": {name}}))
	}
	listed := 0
	for page := api + "/" + service + "/Conversations?PageSize=1"; page != ""; {
		var body struct {
			Conversations []struct{ Sid string }
			Meta          struct {
				Next string `json:"next_page_url"`
			}
		}
		check(json.Unmarshal(send(page, nil), &body))
		listed += len(body.Conversations)
		page = body.Meta.Next
	}
	fmt.Println(service, conversation, listed, string(send("https://other.example/", nil)))
}
