import { userInfo } from "node:os";
import { docker, instruction, type Remedy, shell, steps } from "../findings/remedy.ts";

/** Why a Docker API gave no usable answer. */
export type Failure =
  | { readonly kind: "system"; readonly code: string; readonly message: string }
  | { readonly kind: "time-out"; readonly asked: string; readonly milliseconds: number }
  | { readonly kind: "half"; readonly asked: string }
  | { readonly kind: "foreign"; readonly asked: string; readonly start: string }
  | StatusFailure
  | { readonly kind: "ssh"; readonly message: string }
  | { readonly kind: "certificate"; readonly file: string; readonly message: string }
  | { readonly kind: "url" };

/** Docker answered, with a status that is not success. */
export interface StatusFailure {
  readonly kind: "status";
  readonly asked: string;
  readonly status: number;
  readonly message: string;
}

export class DockerFailure extends Error {
  constructor(readonly failure: Failure) {
    super(`Docker: ${JSON.stringify(failure)}`);
  }
}

/** The failure behind an error of a request to Docker. */
export function failureOf(error: unknown): Failure {
  if (error instanceof DockerFailure) return error.failure;
  // A field that Docker always gives is missing, or is of another kind.
  if (error instanceof TypeError || error instanceof RangeError)
    return { kind: "foreign", asked: "a request", start: "without fields that Docker gives" };
  const { code, message } = error as NodeJS.ErrnoException;
  return { kind: "system", code: code ?? "", message: message ?? String(error) };
}

export interface Explanation {
  readonly reason: string;
  /** What the person can do about it. */
  readonly remedy: Remedy;
}

/** What a failure means for the person who must act. */
export function explain(endpoint: string, failure: Failure): Explanation {
  const local = endpoint.startsWith("unix://");
  const look = local
    ? steps(
        instruction("read its log, then restart it:"),
        shell("sudo", "journalctl", "-u", "docker"),
        shell("sudo", "systemctl", "restart", "docker"),
      )
    : steps(docker(endpoint, "info"), instruction("if that fails as well, read the daemon's log on that host"));
  switch (failure.kind) {
    case "url":
      return {
        reason: "not a valid Docker endpoint URL",
        remedy: instruction("write unix:///path, tcp://host:port, http(s)://host:port or ssh://user@host"),
      };
    case "certificate":
      return {
        reason: `the TLS file ${failure.file} cannot be read (${failure.message})`,
        remedy: instruction("let DOCKER_CERT_PATH be the directory with ca.pem, cert.pem and key.pem"),
      };
    case "time-out":
      return { reason: `no answer to ${failure.asked} within ${failure.milliseconds / 1000} s`, remedy: look };
    case "half":
      return { reason: `the connection ended in the middle of the answer to ${failure.asked}`, remedy: look };
    case "foreign":
      return {
        reason: `not a Docker API: the answer to ${failure.asked} is ${failure.start || "empty"}`,
        remedy: instruction(`make sure that ${endpoint} is a Docker API, not a web page or another service`),
      };
    case "status":
      return explainStatus(failure, look);
    case "ssh":
      return explainSsh(endpoint, failure.message);
    case "system":
      return local ? explainSocket(endpoint, failure, look) : explainNetwork(endpoint, failure, look);
  }
}

function explainStatus(failure: Failure & { kind: "status" }, look: Remedy): Explanation {
  const reason = `${failure.asked} was answered with HTTP ${failure.status}: ${failure.message}`;
  if (/HTTPS server/.test(failure.message)) return { reason, remedy: useTls };
  if (failure.status === 401 || failure.status === 403)
    return { reason, remedy: instruction("give this endpoint's credentials, or ask its owner for access") };
  if (failure.status === 404)
    return { reason, remedy: instruction("correct the URL: there is no Docker API under this path") };
  return { reason, remedy: look };
}

function explainSocket(endpoint: string, failure: Failure & { kind: "system" }, look: Remedy): Explanation {
  const socket = endpoint.slice("unix://".length);
  switch (failure.code) {
    case "ENOENT":
      return { reason: `the Docker daemon is not running: there is no ${socket}`, remedy: start };
    case "ECONNREFUSED":
      return { reason: `the Docker daemon is not running: nothing listens on ${socket}`, remedy: start };
    case "EACCES":
    case "EPERM":
      return {
        reason: `permission denied on ${socket}`,
        remedy: steps(
          shell("sudo", "usermod", "-aG", "docker", userInfo().username),
          instruction("then log in again, so that the new group counts"),
        ),
      };
    default:
      return { reason: `Docker did not answer (${failure.code || failure.message})`, remedy: look };
  }
}

function explainNetwork(endpoint: string, failure: Failure & { kind: "system" }, look: Remedy): Explanation {
  const { code, message } = failure;
  const host = URL.canParse(endpoint) ? new URL(endpoint).host : endpoint;
  if (code === "ECONNREFUSED") {
    return {
      reason: `nothing listens on ${host}`,
      remedy: instruction("start Docker on that host, or correct the address and port of the endpoint"),
    };
  }
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return {
      reason: `the name in ${host} is not known (${code})`,
      remedy: instruction("correct the host name, or check DNS"),
    };
  }
  if (["ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH"].includes(code)) {
    return {
      reason: `${host} cannot be reached (${code})`,
      remedy: instruction("check the network and the firewall between"),
    };
  }
  if (/CERT|SIGNATURE|SSL|TLS|EPROTO/.test(code)) {
    return { reason: `the TLS connection to ${host} failed: ${message} (${code})`, remedy: useTls };
  }
  return { reason: `Docker did not answer: ${message}`, remedy: look };
}

function explainSsh(endpoint: string, message: string): Explanation {
  const login = endpoint.replace(/\/+$/, "");
  const reason = `ssh failed: ${message}`;
  if (/ENOENT/.test(message))
    return { reason: "there is no ssh command", remedy: shell("sudo", "apt", "install", "openssh-client") };
  if (/host key/i.test(message))
    return {
      reason,
      remedy: steps(instruction("compare the host's key before you accept it:"), shell("ssh", login, "true")),
    };
  if (/permission denied.*\.sock|permission denied.*daemon/i.test(message))
    return { reason, remedy: instruction("add that user to the docker group of the host, and log in there again") };
  if (/permission denied/i.test(message))
    return {
      reason,
      remedy: steps(
        instruction("make your key known there with ssh-copy-id, or load it here with ssh-add; then try:"),
        shell("ssh", login, "true"),
      ),
    };
  if (/docker: (command )?not found/i.test(message))
    return { reason, remedy: instruction("install Docker's command line on that host") };
  return { reason, remedy: shell("ssh", login, "docker", "info") };
}

const start = shell("sudo", "systemctl", "start", "docker");
const useTls = instruction(
  "set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the directory with the ca.pem, cert.pem and key.pem of this endpoint",
);
