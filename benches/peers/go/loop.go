// What Z-API's page describes, in Go: a goroutine and two tickers a session.
//
//	loop BASE_URL SESSIONS UNIT_MS SPREAD_MS
//
// UNIT_MS is how long a second lasts, SPREAD_MS the time over which the sessions start.
package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

type answer struct {
	Value     string `json:"value"`
	Connected bool   `json:"connected"`
}

type told struct {
	shown, linked, abandoned, errors atomic.Int64
}

// One client for all, which keeps as many connections as it needs at a time.
var client = &http.Client{
	Timeout:   20 * time.Second,
	Transport: &http.Transport{MaxIdleConnsPerHost: 100},
}

func get(url string) (answer, error) {
	var read answer
	response, err := client.Get(url)
	if err != nil {
		return read, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		_, _ = io.Copy(io.Discard, response.Body)
		return read, errors.New(response.Status)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return read, err
	}
	return read, json.Unmarshal(body, &read)
}

func link(base string, number, count int, second time.Duration, told *told) {
	url := fmt.Sprintf("%s/instances/bench-%026d/token/F0E1D2C3B4A5968778695A4B", base, number)
	codes := time.NewTicker(20 * second)
	defer codes.Stop()
	statuses := time.NewTicker(5 * second)
	defer statuses.Stop()

	var picture []byte
	// Whether the phone turned out to be linked.
	code := func() bool {
		read, err := get(url + "/qr-code/image")
		if err != nil {
			told.errors.Add(1)
			return false
		}
		if read.Connected {
			return true
		}
		_, data, _ := strings.Cut(read.Value, ",")
		if picture, err = base64.StdEncoding.DecodeString(data); err != nil {
			told.errors.Add(1)
		}
		return false
	}

	linked := code()
	if told.shown.Add(1) == int64(count) {
		fmt.Println("waiting")
	}
	attempts := 1
	for !linked {
		select {
		case <-codes.C:
			if attempts == 3 {
				told.abandoned.Add(1)
				return
			}
			attempts++
			linked = code()
		case <-statuses.C:
			read, err := get(url + "/status")
			if err != nil {
				told.errors.Add(1)
			}
			linked = read.Connected
		}
	}
	told.linked.Add(1)
	_ = picture
}

func number(index int) int {
	value, err := strconv.Atoi(os.Args[index])
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	base, count := os.Args[1], number(2)
	second := time.Duration(number(3)) * time.Millisecond
	spread := time.Duration(number(4)) * time.Millisecond
	var told told
	done := make(chan struct{}, count)
	start := time.Now()
	for index := 0; index < count; index++ {
		time.Sleep(time.Until(start.Add(spread * time.Duration(index) / time.Duration(count))))
		go func(index int) {
			link(base, index, count, second, &told)
			done <- struct{}{}
		}(index)
	}
	for index := 0; index < count; index++ {
		<-done
	}
	fmt.Printf("ended %d %d %d\n", told.linked.Load(), told.abandoned.Load(), told.errors.Load())
	// Whoever measures closes our standard input when it is done with us.
	_, _ = io.Copy(io.Discard, os.Stdin)
}
