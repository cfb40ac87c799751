package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"
	"time"
)

// Log is nexd's log on stderr: JSON lines, or plain text when NEXD_LOGLEVEL is set.
type Log struct {
	out   io.Writer
	plain bool
	debug atomic.Bool
}

func newLog(out io.Writer, level string) *Log {
	log := &Log{out: out, plain: level != ""}
	log.debug.Store(log.plain)
	return log
}

func (l *Log) Debugf(format string, args ...any) {
	if l.debug.Load() {
		l.write("debug", format, args)
	}
}

func (l *Log) Infof(format string, args ...any)  { l.write("info", format, args) }
func (l *Log) Warnf(format string, args ...any)  { l.write("warn", format, args) }
func (l *Log) Errorf(format string, args ...any) { l.write("error", format, args) }

// Fatalf logs and ends the process with status 1.
func (l *Log) Fatalf(format string, args ...any) {
	l.write("fatal", format, args)
	os.Exit(1)
}

func (l *Log) write(level, format string, args []any) {
	message := fmt.Sprintf(format, args...)
	now := time.Now().UTC().Format("2006-01-02T15:04:05.000Z")
	if l.plain {
		fmt.Fprintf(l.out, "%s\t%s\t%s\n", now, strings.ToUpper(level), message)
		return
	}
	line, _ := json.Marshal(struct {
		Level   string `json:"level"`
		Time    string `json:"ts"`
		Message string `json:"msg"`
	}{level, now, message})
	fmt.Fprintf(l.out, "%s\n", line)
}
