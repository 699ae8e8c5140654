import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { readAdministrator } from "../../../examples/records/admin.ts";
import { parseAddress } from "../../../examples/records/database.ts";
import { inOrder } from "../../../examples/records/migrate.ts";
import { parseReply, readQueueAddress, type Reply } from "../../../examples/records/queue.ts";
import { setting } from "../../../examples/records/settings.ts";

const folder = mkdtempSync(join(tmpdir(), "berth-records-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("a setting", () => {
  it("is itself, or what the file of its name with _FILE holds, without the last line's end", () => {
    const file = join(folder, "secret");
    writeFileSync(file, " a secret \n");
    expect(setting({ KEY: "here", KEY_FILE: file }, "KEY")).toBe("here");
    expect(setting({ KEY_FILE: file }, "KEY")).toBe(" a secret ");
    expect(setting({ KEY: "" }, "KEY")).toBeUndefined();
    expect(() => setting({ KEY_FILE: "/nowhere" }, "KEY")).toThrow(
      "KEY_FILE names /nowhere, which cannot be read (ENOENT)",
    );
  });
});

describe("the address of a database", () => {
  it("keeps what its options say to itself", () => {
    expect(
      parseAddress("URL", "postgresql://a_user:p%40ss%2F@pool:6432/a_db?pgbouncer=true&connection_limit=5"),
    ).toEqual({
      ...{ host: "pool", port: 6432, database: "a_db", user: "a_user", password: "p@ss/", pooled: true },
    });
    expect(parseAddress("URL", "postgres://u:p@[::1]/d")).toMatchObject({ host: "::1", port: 5432, pooled: false });
  });

  it.each(["mysql://u:hidden@h/d", "hidden", "postgresql://u:hidden@h", "postgresql://u:hidden@h:port/d"])(
    "is refused where it is none, and not repeated: %s",
    (text) => {
      expect(() => parseAddress("URL", text)).toThrow(
        /^URL is no address of a database: write postgresql:\/\/USER:PASSWORD@HOST:PORT\/DATABASE$/,
      );
    },
  );

  it("holds any user, password and name of a database that is escaped", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), fc.string({ minLength: 1 }), (user, password, database) => {
        const [u, p, d] = [user, password, database].map(encodeURIComponent);
        fc.pre(![".", ".."].includes(database)); // those are folders to a URL
        expect(parseAddress("URL", `postgresql://${u}:${p}@h/${d}`)).toMatchObject({ user, password, database });
      }),
    );
  });
});

describe("the order of migrations", () => {
  it("is that of their numbers", () => {
    expect(inOrder(["10_c.sql", "002_b.sql", "1_a.sql"])).toEqual(["1_a.sql", "002_b.sql", "10_c.sql"]);
  });

  it("is not guessed", () => {
    expect(() => inOrder(["a.sql"])).toThrow("a.sql has no number: name it like 003_what_it_does.sql");
    expect(() => inOrder(["1_b.sql", "01_a.sql"])).toThrow("01_a.sql and 1_b.sql have the same number");
  });
});

describe("the first administrator", () => {
  const ada = { ADMIN_NAME: "Ada", ADMIN_EMAIL: "Ada@Example.org", ADMIN_PASSWORD: "hidden" };

  it("has a hash of cost 12 if nothing else is asked for", () => {
    expect(readAdministrator(ada)).toEqual({ name: "Ada", email: "ada@example.org", password: "hidden", cost: 12 });
    expect(readAdministrator({ ...ada, BCRYPT_COST: "10" }).cost).toBe(10);
  });

  it.each([
    ["no name", { ADMIN_NAME: "" }, "ADMIN_NAME is not set: it is the name of the first administrator"],
    ["no address", { ADMIN_EMAIL: "ada" }, 'ADMIN_EMAIL is "ada": write NAME@DOMAIN'],
    ["no password", { ADMIN_PASSWORD: "" }, "ADMIN_PASSWORD is not set: it is the first administrator's, or in"],
    ["what bcrypt would cut", { ADMIN_PASSWORD: "é".repeat(37) }, "has 74 bytes: bcrypt takes no more than 72"],
    ["a cheap hash", { BCRYPT_COST: "9" }, 'BCRYPT_COST is "9": set it to a number from 10 to 15'],
  ])("is refused with %s", (_, change, message) => {
    expect(() => readAdministrator({ ...ada, ...change })).toThrow(message);
  });
});

describe("the queue", () => {
  it("finds its address", () => {
    expect(readQueueAddress({ REDIS_URL: "redis://:p%40ss@cache/2" })).toEqual({
      ...{ host: "cache", port: 6379, user: "default", password: "p@ss", database: "2" },
    });
    expect(() => readQueueAddress({ REDIS_URL: "http://:hidden@cache" })).toThrow(
      /^REDIS_URL is no address of a queue: write redis:\/\/:PASSWORD@HOST:PORT$/,
    );
  });

  const reply: fc.Arbitrary<Reply> = fc.letrec<{ reply: Reply }>((tie) => ({
    reply: fc.oneof({ depthSize: "small" }, fc.string(), fc.nat(), fc.constant(null), fc.array(tie("reply"))),
  })).reply;
  const written = (value: Reply): string => {
    if (value === null) return "$-1\r\n";
    if (typeof value === "number") return `:${value}\r\n`;
    if (typeof value === "string") return `$${Buffer.byteLength(value)}\r\n${value}\r\n`;
    return `*${(value as Reply[]).length}\r\n${(value as Reply[]).map(written).join("")}`;
  };

  it("reads any reply as it was written, once it is complete and not before", () => {
    fc.assert(
      fc.property(reply, fc.nat(), (value, cut) => {
        const bytes = Buffer.from(written(value));
        expect(parseReply(bytes.subarray(0, cut % bytes.length))).toBeUndefined();
        expect(parseReply(Buffer.concat([bytes, bytes]))).toEqual({ reply: value, end: bytes.length });
      }),
    );
  });

  it("hands an error on as one", () => {
    expect(parseReply(Buffer.from("-NOAUTH Authentication required.\r\n"))?.reply).toEqual(
      new Error("NOAUTH Authentication required."),
    );
    expect(() => parseReply(Buffer.from("HTTP/1.1 400 Bad Request\r\n"))).toThrow("what answers is no Redis");
  });
});
