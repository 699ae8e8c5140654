/**
 * The options of Docker's own log drivers: ValidateLogOpt of each in moby, daemon/logger/<driver>. Docker names a wrong
 * one only when it creates a container, and most wrong values only when it starts one.
 */

const attributes = ["env", "env-regex", "labels", "labels-regex", "tag"];

const prefixed = (prefix: string, ...names: string[]): string[] => names.map((name) => prefix + name);

export const driverOptions: Readonly<Record<string, readonly string[]>> = {
  "json-file": ["max-file", "max-size", "compress", ...attributes],
  local: ["max-file", "max-size", "compress"],
  none: [],
  journald: attributes,
  syslog: [
    ...attributes,
    ...prefixed("syslog-", "address", "facility", "format"),
    ...prefixed("syslog-tls-", "ca-cert", "cert", "key", "skip-verify"),
  ],
  gelf: [
    ...attributes,
    ...prefixed("gelf-", "address", "compression-level", "compression-type", "tcp-max-reconnect"),
    "gelf-tcp-reconnect-delay",
  ],
  fluentd: [
    ...attributes,
    ...prefixed("fluentd-", "address", "async", "async-connect", "async-reconnect-interval", "buffer-limit"),
    ...prefixed("fluentd-", "max-retries", "request-ack", "retry-wait", "sub-second-precision", "write-timeout"),
  ],
  awslogs: [
    "tag",
    ...prefixed("awslogs-", "region", "endpoint", "group", "stream", "create-group", "create-stream"),
    ...prefixed("awslogs-", "datetime-format", "multiline-pattern", "credentials-endpoint", "format"),
    ...prefixed("awslogs-", "force-flush-interval-seconds", "max-buffered-events"),
  ],
  splunk: [
    ...attributes,
    ...prefixed("splunk-", "url", "token", "source", "sourcetype", "index", "capath", "caname", "insecureskipverify"),
    ...prefixed("splunk-", "format", "verify-connection", "gzip", "gzip-level", "index-acknowledgment"),
  ],
  gcplogs: [
    ...attributes.filter((name) => name !== "tag"),
    ...prefixed("gcp-", "project", "log-cmd", "meta-zone", "meta-name", "meta-id"),
  ],
  logentries: [...attributes, "logentries-token", "line-only"],
};

/** Options that Docker itself takes for every driver. */
export const everyDriver = ["mode", "max-buffer-size"];

/** Options without which a driver starts nothing. */
export const required: Readonly<Record<string, readonly string[]>> = {
  awslogs: ["awslogs-group"],
  gelf: ["gelf-address"],
  splunk: ["splunk-url", "splunk-token"],
};

interface Form {
  readonly fits: (value: string) => boolean;
  readonly allowed: string;
}

const form = (pattern: RegExp, allowed: string): Form => ({ fits: (value) => pattern.test(value), allowed });

/** A size as docker/go-units reads it. */
const size = /^(?=.*[1-9])\d+(?:\.\d+)? ?(?:[kmgtp]i?)?b?$/i;
const boolean = form(/^(?:1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/, '"true" or "false"');
const facilities = /^(?:kern|user|mail|daemon|auth|syslog|lpr|news|uucp|cron|authpriv|ftp|local[0-7]|1?\d|2[0-3])$/;

/** What the values of some options look like, by option, or by driver and option. */
export const forms: Readonly<Record<string, Form>> = {
  "max-size": form(size, "a size above 0, for example 10m"),
  "local max-size": form(/^\d+(?:\.\d+)? ?(?:[kmgtp]i?)?b?$/i, "a size, for example 10m"),
  "max-file": form(/^\+?0*[1-9]\d{0,8}$/, "a whole number above 0"),
  compress: boolean,
  mode: form(/^(?:blocking|non-blocking)$/, "blocking or non-blocking"),
  "max-buffer-size": form(size, "a size above 0, for example 4m"),
  "syslog-address": form(
    /^(?:(?:udp|tcp|tcp\+tls):\/\/.+|(?:unix|unixgram):\/\/\/.+)$/,
    "udp://host:514, tcp://host:514, tcp+tls://host:6514 or unix:///path",
  ),
  "syslog-facility": form(facilities, "kern, user, daemon, local0, …, or a number from 0 to 23"),
  "syslog-format": form(/^(?:rfc3164|rfc5424|rfc5424micro)?$/, "rfc3164, rfc5424 or rfc5424micro"),
  "gelf-address": form(/^(?:udp|tcp):\/\/.+:\d+$/, "udp://host:12201 or tcp://host:12201"),
  "gelf-compression-type": form(/^(?:gzip|zlib|none)$/, "gzip, zlib or none"),
  "gelf-compression-level": form(/^(?:-1|\d)$/, "a whole number from -1 to 9"),
  "fluentd-async": boolean,
  "fluentd-async-connect": boolean,
  "fluentd-request-ack": boolean,
  "fluentd-sub-second-precision": boolean,
  "awslogs-create-group": boolean,
  "awslogs-create-stream": boolean,
  "awslogs-force-flush-interval-seconds": form(/^[1-9]\d*$/, "a whole number above 0"),
  "awslogs-max-buffered-events": form(/^[1-9]\d*$/, "a whole number above 0"),
  "splunk-format": form(/^(?:inline|json|raw)$/, "inline, json or raw"),
  "splunk-gzip": boolean,
  "splunk-verify-connection": boolean,
  "splunk-insecureskipverify": boolean,
};
