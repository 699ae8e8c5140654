import { describe, expect, it } from "vitest";
import { suspicionOf } from "../../../src/notation/secret-names.ts";

const good = "kR7vQ2xW9pL4mZ8tB3nY6cF1hJ5dG0sAbE";
const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjMifQ.c2lnbmF0dXJl";

describe("a certain secret", () => {
  it.each([
    "DB_PW",
    "PASSCODE",
    "SECRET_KEY_OLD",
    "SECRET_KEY_FALLBACKS",
    "DB_PASSWORD_1",
    "DB_PASSWORD2",
    "PASSWORD_DB",
    "ADMINPASSWORD",
    "HTPASSWD",
    "authToken",
    "accessToken",
    "JWTSecret",
    "REQUIREPASS",
    "ROOTPW",
    "API_KEYS",
    "API_TOKEN_PROD",
    "app.db-password",
    "AWS_SECRET_ACCESS_KEY_V2",
    "SMTP_CREDS",
  ])("by its name: %s", (name) => expect(suspicionOf(name, good)).toBe("certain"));

  it.each([
    ["SLASH_PASSWORD", "/S3cret…"],
    ["SLASH_PASSWORD", "/S3cret/And/More9"],
    ["NUM_PASSWORD", "123"],
    ["LOGIN_PASSCODE", "0123"],
  ])("by its name, whatever its value resembles: %s: %s", (name, text) =>
    expect(suspicionOf(name, text)).toBe("certain"),
  );

  it.each([
    "host=db user=app password=p4ssw0rd",
    "host=db password='p4ss w0rd'",
    "jdbc:postgresql://db/app?user=app&password=p4ssw0rd",
    "Server=db;User Id=app;Password=p4ssw0rd;",
    "Server=db; Pwd = p4ssw0rd",
    "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=p4ssw0rd==",
    "--user app --password=p4ssw0rd",
    '{"user": "app", "password": "p4ssw0rd"}',
    `Bearer ${jwt}`,
    "Bearer eyJhbGciOi",
    `Bearer ${good}`,
    "Authorization: Basic YWRtaW46cHc=",
    jwt,
    "AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY0",
    "sk-proj-abcdefghijklmnopqrstuvwx",
    `sk-${good}`,
    `token ghp_${good}`,
    "https://hooks.slack.com/services/T000/B000/XXXXXXXXXXXX",
    "https://discord.com/api/webhooks/123456/abcdefghijkl",
    "https://api.example/v1?api_key=p4ssw0rd99",
    "a=1 postgres://u:p@h",
    "amqp://a/,amqp://u:p@b/",
    "redis://:p4ss@cache:6379",
  ])("by its text, whatever its name: %s", (text) => expect(suspicionOf("ANYTHING", text)).toBe("certain"));
});

describe("a likely secret", () => {
  it.each([
    ["MAPS_KEY", good],
    ["ADMIN_PIN", "4711"],
    ["S3_ID", "AKIAIOSFODNN7EXAMPLE"],
  ])("%s: %s", (name, text) => expect(suspicionOf(name, text)).toBe("likely"));
});

describe("no secret", () => {
  it.each([
    ["PASSWORD_MIN_LENGTH", "12"],
    ["MIN_PASSWORD", "12"],
    ["PASSWORD_HASHERS", "argon2"],
    ["PASSWORD_RESET_URL", "https://example.org/reset?password=true"],
    ["TOKEN_TTL", "3600"],
    ["ACCESS_TOKEN", "15m"],
    ["REFRESH_TOKEN", "30 days"],
    ["MAX_TOKENS", "4096"],
    ["SECRET_NAME_PREFIX", "clinic-"],
    ["SECRET_NAME", "clinic-db"],
    ["API_KEY_HEADER", "X-Api-Key"],
    ["AWS_ACCESS_KEY_ID", "clinic"],
    ["KEYBOARD", "de"],
    ["MONKEY", "capuchin"],
    ["COMPASS", "north"],
    ["BYPASS", "none-of-these"],
    ["PASSENGERS", "many-of-them"],
    ["KEY_1", "left-arrow"],
    ["PUBLIC_KEY", good],
    ["PUBLIC_KEY_OLD", good],
    ["PUBLIC_KEYS", good],
    ["PRIMARY_KEY", "person_id"],
    ["SORT_KEY", "created_at"],
    ["SORT_KEY_DEFAULT", "created_at"],
    ["TRUSTED_KEYS", "left,right"],
    ["DB_PASSWORD_FILE", "/run/secrets/db"],
    ["DB_PASSWORD_FILE_OLD", "/run/secrets/db"],
    ["TLS_PRIVATE_KEY", "/etc/tls/key.pem"],
    ["TLS_PRIVATE_KEY", "./tls/key.pem"],
    ["TLS_PRIVATE_KEY", "/custom/tls.key"],
    ["DB_PASSWORD", "/run/secrets/DB_PASSWORD"],
    ["REQUIRE_PASSWORD", "1"],
    ["HOSPITAL_NAME", "Basic healthcare, bearer of hope"],
    ["HINT", "password: at least 8 characters"],
    ["LOCALE", "sk-SK"],
    ["CSS_CLASS", "sk-fading-circle-of-the-loader"],
    ["HOMEPAGE", "https://example.org/a:b/@team"],
    ["MAIL", "mailto:team@example.org"],
    ["SERVERS", "amqp://a/,amqp://b:5672/"],
    ["INITDB_ARGS", "--auth-host=scram-sha-256 --pwfile=/run/secrets/pw"],
    ["PG_OPTIONS", "-c password_encryption=scram-sha-256"],
    ["SLACK_DOCS", "https://api.slack.com/messaging/webhooks"],
    ["PAGE", "https://example.org/list?token=&page=2"],
  ])("%s: %s", (name, text) => expect(suspicionOf(name, text)).toBeUndefined());
});
