import { describe, expect, it } from "vitest";
import type { LiveNetwork } from "../../../src/host/snapshot.ts";
import { conflictsOf, deployments, type Live, of } from "./sample.ts";

const keys = "berth:prefix: a\nberth:subnets: { default: 10.1.2.0/26 }\nberth:ports: { app: 9000 }";
const all = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
const vpn = (...subnets: string[]): Live => ({ routes: subnets.map((subnet) => ({ subnet, device: "tun0" })) });
const network = (labels: Record<string, string>, subnet = "10.1.2.0/26"): Omit<LiveNetwork, "inspect"> => ({
  id: "1",
  name: "a_default",
  labels,
  subnets: [subnet],
  gateways: [],
  internal: false,
});
const found = (live: Live, stackKeys = keys) =>
  conflictsOf(deployments({ a: stackKeys }), live).map(({ code, key, remedy }) => ({ code, key, remedy }));

describe("a route over a subnet of the deployment", () => {
  it.each(["10.0.0.0/8", "10.1.2.0/26", "10.1.2.16/28"])("%s is no conflict while its network is live there", (route) =>
    expect(found({ ...vpn(route), networks: [network(of("a"))] })).toEqual([]),
  );

  it.each<[string, readonly Omit<LiveNetwork, "inspect">[]]>([
    ["the network is not live", []],
    ["it is live elsewhere, so that it would be replaced", [network(of("a"), "10.9.9.0/26")]],
  ])("is a conflict where %s, and another subnet helps", (_, networks) => {
    const [{ code, key, remedy } = { code: "", key: "", remedy: "" }, ...others] = found({
      ...vpn("10.1.0.0/16"),
      networks,
    });
    expect([code, key, others]).toEqual(["subnet-overlap", "10.1.2.0/26", []]);
    const subnet = /^pulumi config set --path berth:subnets\.default (\S+) -s a$/.exec(remedy ?? "")?.[1] ?? "";
    expect(found({ ...vpn("10.1.0.0/16"), networks }, keys.replace("10.1.2.0/26", subnet))).toEqual([]);
  });

  it("is a conflict where the live network is somebody else's", () => {
    const codes = found({ ...vpn("10.0.0.0/8"), networks: [network(of("b"))] }).map(({ code }) => code);
    expect(codes).toContain("subnet-overlap");
  });
});

describe("where a VPN routes all private addresses", () => {
  it("a subnet outside of them is offered, and helps", () => {
    const [first] = found(vpn(...all));
    const subnet = /^pulumi config set --path berth:subnets\.default (198\.1[89]\.\S+) -s a$/.exec(
      first?.remedy ?? "",
    )?.[1];
    expect(found(vpn(...all), keys.replace("10.1.2.0/26", subnet ?? ""))).toEqual([]);
  });

  it("and the rest, too, the finding says that no subnet is free", () =>
    expect(found(vpn(...all, "198.0.0.0/8"))).toEqual([
      {
        code: "subnet-overlap",
        key: "10.1.2.0/26",
        remedy:
          "no subnet in 10.192.0.0/10, 172.16.0.0/12, 192.168.0.0/16, 198.18.0.0/15 is free on this host: " +
          "remove a route or a network, or set berth:subnets.default to a subnet elsewhere",
      },
    ]));

  it("another prefix is offered nevertheless", () => {
    const stacks = { a: keys, b: keys.replace("9000", "9001").replace("10.1.2.0", "198.18.0.0") };
    const remedies = conflictsOf(deployments(stacks), vpn(...all)).flatMap(({ code, remedy }) =>
      code === "prefix-in-use" ? [remedy] : [],
    );
    expect(remedies).toEqual(["pulumi config set berth:prefix b -s b"]);
    const taken = { ...vpn(...all), volumes: [{ name: "b_database", labels: {} }] };
    const [other] = conflictsOf(deployments(stacks), taken).filter(({ code }) => code === "prefix-in-use");
    expect(other?.remedy).toBe("pulumi config set berth:prefix a_2 -s b");
  });
});
