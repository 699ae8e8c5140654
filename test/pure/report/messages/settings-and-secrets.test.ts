import { describe, expect, it } from "vitest";
import { stackWith } from "../../conflicts/sample.ts";
import { messages } from "./messages.ts";

describe("a setting", () => {
  it.each<[string, string, string]>([
    [
      "would lose a zero",
      `berth:settings: { HOSPITAL_PHONE: 0123456 }`,
      `
✗ config-invalid  berth:settings.HOSPITAL_PHONE
  where      Pulumi.hospital-b.yaml:2: berth:settings.HOSPITAL_PHONE
  what       0123456 without quotes is not text to YAML, and would arrive as something else
  allowed    text in quotes
  remedy     write HOSPITAL_PHONE: "0123456" in Pulumi.hospital-b.yaml`,
    ],
    [
      "would lose a plus",
      `berth:settings: { HOSPITAL_PHONE: +4930123456 }`,
      `
✗ config-invalid  berth:settings.HOSPITAL_PHONE
  where      Pulumi.hospital-b.yaml:2: berth:settings.HOSPITAL_PHONE
  what       +4930123456 without quotes is not text to YAML, and would arrive as something else
  allowed    text in quotes
  remedy     write HOSPITAL_PHONE: "+4930123456" in Pulumi.hospital-b.yaml`,
    ],
    [
      "would lose its capital",
      `berth:settings: { HOSPITAL_PDF_FORMS_ENABLED: True }`,
      `
✗ config-invalid  berth:settings.HOSPITAL_PDF_FORMS_ENABLED
  where      Pulumi.hospital-b.yaml:2: berth:settings.HOSPITAL_PDF_FORMS_ENABLED
  what       True without quotes is not text to YAML, and would arrive as something else
  allowed    text in quotes
  remedy     write HOSPITAL_PDF_FORMS_ENABLED: "True" in Pulumi.hospital-b.yaml`,
    ],
    [
      "would become a moment",
      `berth:settings: { FOUNDED: 1999-12-31 }`,
      `
✗ config-invalid  berth:settings.FOUNDED
  where      Pulumi.hospital-b.yaml:2: berth:settings.FOUNDED
  what       1999-12-31 without quotes is not text to YAML, and would arrive as something else
  allowed    text in quotes
  remedy     write FOUNDED: "1999-12-31" in Pulumi.hospital-b.yaml`,
    ],
    [
      "has no value",
      `berth:settings: { HOSPITAL_NAME: }`,
      `
✗ config-invalid  berth:settings.HOSPITAL_NAME
  where      Pulumi.hospital-b.yaml:2: berth:settings.HOSPITAL_NAME
  what       it has no value
  allowed    text, a number, true or false; "" for nothing
  remedy     pulumi config rm --path berth:settings.HOSPITAL_NAME -s hospital-b`,
    ],
    [
      "is a list",
      `berth:settings: { HOSPITAL_NAME: [B] }`,
      `
✗ config-invalid  berth:settings.HOSPITAL_NAME
  where      Pulumi.hospital-b.yaml:2: berth:settings.HOSPITAL_NAME
  what       found ["B"]
  allowed    text, a number, true or false; "" for nothing`,
    ],
    [
      "holds NUL",
      `berth:settings: { HOSPITAL_NAME: "B\\0" }`,
      `
✗ config-invalid  berth:settings.HOSPITAL_NAME
  where      Pulumi.hospital-b.yaml:2: berth:settings.HOSPITAL_NAME
  what       found "B\\u0000"
  allowed    text without the character NUL, which no environment can hold`,
    ],
    [
      "is encrypted",
      `berth:settings: { TOKEN: { secure: v1:needle } }`,
      `
✗ config-invalid  berth:settings.TOKEN
  where      Pulumi.hospital-b.yaml:2: berth:settings.TOKEN
  what       an encrypted value
  allowed    clear text; what is secret belongs under berth:secrets
  remedy     pulumi config set --secret --path berth:secrets.TOKEN -s hospital-b && pulumi config rm --path berth:settings.TOKEN -s hospital-b`,
    ],
    [
      "is almost one of the blueprint's",
      `berth:settings: { HOSPITAL_NMAE: Hospital B }`,
      `
! config-invalid  berth:settings.HOSPITAL_NMAE
  where      Pulumi.hospital-b.yaml:2: berth:settings.HOSPITAL_NMAE
  what       equipemed has no setting HOSPITAL_NMAE; it is handed to the app as it is
  remedy     if HOSPITAL_NAME is meant, rename it to berth:settings.HOSPITAL_NAME`,
    ],
    [
      "is almost one of the blueprint's that is there, too",
      `berth:settings: { HOSPITAL_NAME: Hospital B, HOSPITAL_NAMES: B }`,
      `
`,
    ],
  ])("%s", (_, written, text) => {
    expect(messages(stackWith(written))).toBe(text.slice(1));
  });
});

describe("a secret", () => {
  it.each<[string, string, string]>([
    [
      "is in clear text",
      `berth:secrets: { EMAIL_PASSWORD: needle }`,
      `
✗ config-invalid  berth:secrets.EMAIL_PASSWORD
  where      Pulumi.hospital-b.yaml:2: berth:secrets.EMAIL_PASSWORD
  what       a secret in clear text
  allowed    an encrypted value; treat the old one as compromised and rotate it
  remedy     pulumi config set --secret --path berth:secrets.EMAIL_PASSWORD -s hospital-b`,
    ],
    [
      "has no name",
      `berth:secrets: needle`,
      `
✗ config-invalid  berth:secrets
  where      Pulumi.hospital-b.yaml:2: berth:secrets
  what       found a value that is not shown
  allowed    encrypted values by name`,
    ],
    [
      "is among others, all encrypted as one",
      `berth:secrets: { secure: v1:needle }`,
      `
✗ config-invalid  berth:secrets
  where      Pulumi.hospital-b.yaml:2: berth:secrets
  what       it is encrypted as a whole, so what is in it cannot be known
  allowed    a map of names, each with its own encrypted value
  remedy     pulumi config rm berth:secrets -s hospital-b
             then for each:
             pulumi config set --secret --path berth:secrets.NAME -s hospital-b`,
    ],
    [
      "cannot be a name",
      `berth:secrets: { e-mail: { secure: v1:needle } }`,
      `
✗ config-invalid  berth:secrets.e-mail
  where      Pulumi.hospital-b.yaml:2: berth:secrets.e-mail
  what       "e-mail" cannot be a name here
  allowed    a name of letters, digits and _, for example EMAIL_PASSWORD`,
    ],
  ])("%s", (_, written, text) => {
    expect(messages(stackWith(written))).toBe(text.slice(1));
  });
});
