import { describe, expect, it } from "vitest";
import { stackWith } from "../../conflicts/sample.ts";
import { findingsFrom } from "../../resolve/sample.ts";
import { messages, textOf } from "./messages.ts";

describe("a prefix", () => {
  it.each<[string, string, string]>([
    [
      "has spaces and capitals",
      `berth:prefix: Hospital B`,
      `
✗ config-invalid  berth:prefix
  where      Pulumi.hospital-b.yaml:2: berth:prefix
  what       found "Hospital B"
  allowed    lower-case letters, digits and _; a letter first; at most 40 characters, for example hospital_b
  remedy     pulumi config set berth:prefix hospital_b -s hospital-b`,
    ],
    [
      "begins with a digit",
      `berth:prefix: 2nd_hospital`,
      `
✗ config-invalid  berth:prefix
  where      Pulumi.hospital-b.yaml:2: berth:prefix
  what       found "2nd_hospital"
  allowed    lower-case letters, digits and _; a letter first; at most 40 characters, for example hospital_b
  remedy     pulumi config set berth:prefix d_2nd_hospital -s hospital-b`,
    ],
    [
      "has characters of a shell",
      `berth:prefix: "$(reboot)"`,
      `
✗ config-invalid  berth:prefix
  where      Pulumi.hospital-b.yaml:2: berth:prefix
  what       found "$(reboot)"
  allowed    lower-case letters, digits and _; a letter first; at most 40 characters, for example hospital_b
  remedy     pulumi config set berth:prefix reboot -s hospital-b`,
    ],
    [
      "has 200 characters",
      `berth:prefix: abababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababab`,
      `
✗ config-invalid  berth:prefix
  where      Pulumi.hospital-b.yaml:2: berth:prefix
  what       found "ababababababababababababababababababababababababababababababababababababababab…
  allowed    lower-case letters, digits and _; a letter first; at most 40 characters, for example hospital_b
  remedy     pulumi config set berth:prefix abababababababababababababababababababab -s hospital-b`,
    ],
    [
      "is a number",
      `berth:prefix: 2024`,
      `
✗ config-invalid  berth:prefix
  where      Pulumi.hospital-b.yaml:2: berth:prefix
  what       found 2024
  allowed    lower-case letters, digits and _; a letter first; at most 40 characters, for example hospital_b
  remedy     pulumi config set berth:prefix d_2024 -s hospital-b`,
    ],
  ])("%s", (_, written, text) => {
    expect(messages(stackWith(written))).toBe(text.slice(1));
  });
});

it.each([
  ["2024", "2024", "d_2024"],
  ["x".repeat(41), "x".repeat(41), "x".repeat(40)],
])("a stack whose name gives no prefix: %s", (stack, prefix, better) => {
  expect(textOf(findingsFrom(stackWith("berth:running: true"), { stack }))).toBe(
    `
✗ config-invalid  berth:prefix
  where      Pulumi.${stack}.yaml: berth:prefix
  what       there is none, and "${prefix}" from the stack's name cannot be one
  allowed    lower-case letters, digits and _; a letter first; at most 40 characters, for example hospital_b
  remedy     pulumi config set berth:prefix ${better} -s ${stack}`.slice(1),
  );
});

describe("a domain", () => {
  it.each<[string, string, string]>([
    [
      "has spaces",
      `berth:domain: b hospital.example`,
      `
✗ config-invalid  berth:domain
  where      Pulumi.hospital-b.yaml:2: berth:domain
  what       found "b hospital.example"
  allowed    a host name in lower case, without scheme, port or spaces, for example b.hospital.example`,
    ],
    [
      "has a semicolon",
      `berth:domain: "b.example; return 200"`,
      `
✗ config-invalid  berth:domain
  where      Pulumi.hospital-b.yaml:2: berth:domain
  what       found "b.example; return 200"
  allowed    a host name in lower case, without scheme, port or spaces, for example b.hospital.example`,
    ],
    [
      "has a brace",
      `berth:domain: "b.example {"`,
      `
✗ config-invalid  berth:domain
  where      Pulumi.hospital-b.yaml:2: berth:domain
  what       found "b.example {"
  allowed    a host name in lower case, without scheme, port or spaces, for example b.hospital.example`,
    ],
    [
      "has a line end",
      `berth:domain: "b.example\\nserver"`,
      `
✗ config-invalid  berth:domain
  where      Pulumi.hospital-b.yaml:2: berth:domain
  what       found "b.example\\nserver"
  allowed    a host name in lower case, without scheme, port or spaces, for example b.hospital.example`,
    ],
    [
      "has capitals",
      `berth:domain: B.Hospital.example`,
      `
✗ config-invalid  berth:domain
  where      Pulumi.hospital-b.yaml:2: berth:domain
  what       found "B.Hospital.example"
  allowed    a host name in lower case, without scheme, port or spaces, for example b.hospital.example
  remedy     pulumi config set berth:domain b.hospital.example -s hospital-b`,
    ],
    [
      "is a URL",
      `berth:domain: https://b.hospital.example:8443/login`,
      `
✗ config-invalid  berth:domain
  where      Pulumi.hospital-b.yaml:2: berth:domain
  what       found "https://b.hospital.example:8443/login"
  allowed    a host name in lower case, without scheme, port or spaces, for example b.hospital.example
  remedy     pulumi config set berth:domain b.hospital.example -s hospital-b`,
    ],
  ])("%s", (_, written, text) => {
    expect(messages(stackWith(written))).toBe(text.slice(1));
  });
});
