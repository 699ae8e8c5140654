import { createHash, createHmac, pbkdf2Sync } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

/**
 * A role's password as PostgreSQL itself keeps it. The provider doubles every backslash of a password in clear text, and
 * of one in this form it sees at refresh that it was changed [@pulumi/postgresql 3.18.1, pqQuoteLiteral and
 * readRolePassword]; nor does the server's log ever show it.
 */
export const rolePassword = (role: string, password: pulumi.Input<string>): pulumi.Output<string> =>
  pulumi.secret(password).apply((text) => scramVerifier(text, saltOf(role, text)));

/** Always the same for the same password of the same role, so that nothing changes from run to run. */
const saltOf = (role: string, password: string): Buffer =>
  createHmac("sha256", password).update(role).digest().subarray(0, 16);

/** What PostgreSQL counts by default: RFC 7677 asks for no fewer. */
const iterations = 4096;

/** `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>`: RFC 5803, and PostgreSQL's pg_authid.rolpassword. */
export function scramVerifier(password: string, salt: Buffer): string {
  const salted = pbkdf2Sync(password.normalize("NFKC"), salt, iterations, 32, "sha256");
  const key = (name: string): Buffer => createHmac("sha256", salted).update(name).digest();
  const storedKey = createHash("sha256").update(key("Client Key")).digest("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${storedKey}:${key("Server Key").toString("base64")}`;
}
