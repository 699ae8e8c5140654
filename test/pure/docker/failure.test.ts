import { userInfo } from "node:os";
import { describe, expect, it } from "vitest";
import { remedyText } from "../../../src/report/remedy-text.ts";
import { explain, type Failure } from "../../../src/docker/failure.ts";

const unix = "unix:///var/run/docker.sock";
const tcp = "tcp://far:2376";
const ssh = "ssh://ann@far";
const system = (code: string, message = ""): Failure => ({ kind: "system", code, message });
const asked = "GET /info";
const sudoLook = "read its log, then restart it:\nsudo journalctl -u docker\nsudo systemctl restart docker";
const tls =
  "set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the directory with the ca.pem, cert.pem and key.pem of this endpoint";

describe("what a person reads when Docker does not answer", () => {
  it.each<[string, string, Failure, string, string]>([
    [
      "no socket",
      unix,
      system("ENOENT"),
      "the Docker daemon is not running: there is no /var/run/docker.sock",
      "sudo systemctl start docker",
    ],
    [
      "a dead socket",
      unix,
      system("ECONNREFUSED"),
      "the Docker daemon is not running: nothing listens on /var/run/docker.sock",
      "sudo systemctl start docker",
    ],
    [
      "no permission",
      unix,
      system("EACCES"),
      "permission denied on /var/run/docker.sock",
      `sudo usermod -aG docker ${userInfo().username}\nthen log in again, so that the new group counts`,
    ],
    ["another local error", unix, system("EMFILE"), "Docker did not answer (EMFILE)", sudoLook],
    [
      "a closed port",
      tcp,
      system("ECONNREFUSED"),
      "nothing listens on far:2376",
      "start Docker on that host, or correct the address and port of the endpoint",
    ],
    [
      "an unknown name",
      tcp,
      system("ENOTFOUND"),
      "the name in far:2376 is not known (ENOTFOUND)",
      "correct the host name, or check DNS",
    ],
    [
      "no route",
      tcp,
      system("EHOSTUNREACH"),
      "far:2376 cannot be reached (EHOSTUNREACH)",
      "check the network and the firewall between",
    ],
    [
      "a strange certificate",
      tcp,
      system("DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate"),
      "the TLS connection to far:2376 failed: self-signed certificate (DEPTH_ZERO_SELF_SIGNED_CERT)",
      tls,
    ],
    [
      "silence",
      unix,
      { kind: "time-out", asked, milliseconds: 10_000 },
      "no answer to GET /info within 10 s",
      sudoLook,
    ],
    [
      "silence far away",
      ssh,
      { kind: "time-out", asked, milliseconds: 500 },
      "no answer to GET /info within 0.5 s",
      "docker -H ssh://ann@far info\nif that fails as well, read the daemon's log on that host",
    ],
    [
      "half an answer",
      unix,
      { kind: "half", asked },
      "the connection ended in the middle of the answer to GET /info",
      sudoLook,
    ],
    [
      "a web page",
      "http://far",
      { kind: "foreign", asked, start: "<html>" },
      "not a Docker API: the answer to GET /info is <html>",
      "make sure that http://far is a Docker API, not a web page or another service",
    ],
    [
      "an error of the daemon",
      unix,
      { kind: "status", asked, status: 500, message: "no space left" },
      "GET /info was answered with HTTP 500: no space left",
      sudoLook,
    ],
    [
      "http to https",
      tcp,
      { kind: "status", asked, status: 400, message: "Client sent an HTTP request to an HTTPS server." },
      "GET /info was answered with HTTP 400: Client sent an HTTP request to an HTTPS server.",
      tls,
    ],
    [
      "no access",
      "https://far",
      { kind: "status", asked, status: 403, message: "forbidden" },
      "GET /info was answered with HTTP 403: forbidden",
      "give this endpoint's credentials, or ask its owner for access",
    ],
    [
      "a wrong path",
      "https://far/x",
      { kind: "status", asked, status: 404, message: "page not found" },
      "GET /info was answered with HTTP 404: page not found",
      "correct the URL: there is no Docker API under this path",
    ],
    ["no ssh", ssh, { kind: "ssh", message: "ENOENT" }, "there is no ssh command", "sudo apt install openssh-client"],
    [
      "an unknown host key",
      ssh,
      { kind: "ssh", message: "Host key verification failed." },
      "ssh failed: Host key verification failed.",
      "compare the host's key before you accept it:\nssh ssh://ann@far true",
    ],
    [
      "a refused key",
      ssh,
      { kind: "ssh", message: "ann@far: Permission denied (publickey)." },
      "ssh failed: ann@far: Permission denied (publickey).",
      "make your key known there with ssh-copy-id, or load it here with ssh-add; then try:\nssh ssh://ann@far true",
    ],
    [
      "no Docker there",
      ssh,
      { kind: "ssh", message: "bash: line 1: docker: command not found" },
      "ssh failed: bash: line 1: docker: command not found",
      "install Docker's command line on that host",
    ],
    [
      "another end of ssh",
      ssh,
      { kind: "ssh", message: "connect to host far port 22: Connection refused" },
      "ssh failed: connect to host far port 22: Connection refused",
      "ssh ssh://ann@far docker info",
    ],
    [
      "a missing certificate",
      tcp,
      { kind: "certificate", file: "/certs/ca.pem", message: "ENOENT" },
      "the TLS file /certs/ca.pem cannot be read (ENOENT)",
      "let DOCKER_CERT_PATH be the directory with ca.pem, cert.pem and key.pem",
    ],
    [
      "no URL",
      "far away",
      { kind: "url" },
      "not a valid Docker endpoint URL",
      "write unix:///path, tcp://host:port, http(s)://host:port or ssh://user@host",
    ],
  ])("%s", (_, endpoint, failure, reason, remedy) => {
    const { remedy: action, ...explained } = explain(endpoint, failure);
    expect({ ...explained, remedy: remedyText(action, { speaks: "berth", berth: "berth" }) }).toEqual({
      reason,
      remedy,
    });
  });
});
