/**
 * What a tenant may try from inside its container, as one program for `node -e`, which uses nothing but Node: PostgreSQL's
 * protocol up to a login. Arguments: the mode, then what it needs.
 */
export const attacker = String.raw`
const net = require("node:net"), crypto = require("node:crypto"), fs = require("node:fs");
const [mode, ...args] = process.argv.slice(1);
const packet = (type, body) => {
  const head = Buffer.alloc(type === "" ? 4 : 5);
  if (type !== "") head.write(type);
  head.writeUInt32BE(body.length + 4, head.length - 4);
  return Buffer.concat([head, body]);
};
const startup = (user, database) =>
  packet("", Buffer.concat([Buffer.from([0, 3, 0, 0]), Buffer.from("user\0" + user + "\0database\0" + database + "\0\0")]));
const hmac = (key, text) => crypto.createHmac("sha256", key).update(text).digest();

/** A session that has logged in and answered one query: { socket, took } in milliseconds. */
const login = (url, query) => new Promise((done, fail) => {
  const { hostname, port, username, password, pathname } = new URL(url);
  const started = performance.now();
  const socket = net.connect(Number(port), hostname);
  let buffer = Buffer.alloc(0), salted, authText;
  const first = "n=,r=" + crypto.randomBytes(12).toString("base64");
  const answer = (type, body) => {
    if (type === "E") return fail(new Error(body.toString().replace(/\0/g, " ")));
    if (type === "R" && body.readUInt32BE(0) === 10) {
      const text = Buffer.from("n,," + first), length = Buffer.alloc(4);
      length.writeUInt32BE(text.length);
      socket.write(packet("p", Buffer.concat([Buffer.from("SCRAM-SHA-256\0"), length, text])));
    } else if (type === "R" && body.readUInt32BE(0) === 11) {
      const server = body.subarray(4).toString();
      const { r, s, i } = Object.fromEntries(server.split(",").map((part) => [part[0], part.slice(2)]));
      salted = crypto.pbkdf2Sync(decodeURIComponent(password), Buffer.from(s, "base64"), Number(i), 32, "sha256");
      const final = "c=biws,r=" + r;
      const key = hmac(salted, "Client Key");
      const proof = hmac(crypto.createHash("sha256").update(key).digest(), [first, server, final].join(","));
      for (let at = 0; at < key.length; at += 1) proof[at] ^= key[at];
      socket.write(packet("p", Buffer.from(final + ",p=" + proof.toString("base64"))));
    } else if (type === "Z" && authText === undefined) {
      authText = query;
      socket.write(packet("Q", Buffer.from(query + "\0")));
    } else if (type === "Z") done({ socket, took: Math.round(performance.now() - started) });
  };
  socket.on("connect", () => socket.write(startup(username, pathname.slice(1))));
  socket.on("error", fail).on("close", () => fail(new Error("closed")));
  socket.on("data", (data) => {
    buffer = Buffer.concat([buffer, data]);
    while (buffer.length >= 5 && buffer.length > buffer.readUInt32BE(1)) {
      const end = buffer.readUInt32BE(1) + 1;
      answer(String.fromCharCode(buffer[0]), buffer.subarray(5, end));
      buffer = buffer.subarray(end);
    }
  });
});

/** Whether something accepts a connection: open, refused, or nothing. */
const probe = (host, port, time) => new Promise((done) => {
  const socket = net.connect({ host, port, timeout: time });
  const end = (answer) => { socket.destroy(); done(answer); };
  socket.on("connect", () => end("open")).on("timeout", () => end("nothing"));
  socket.on("error", ({ code }) => end(code === "ECONNREFUSED" ? "refused" : "nothing"));
});
const eachOf = async (list, width, work) => {
  const rest = [...list];
  await Promise.all(Array.from({ length: width }, async () => { for (let one; (one = rest.pop()) !== undefined;) await work(one); }));
};

const modes = {
  /** <url> <query>: milliseconds from connecting to the first query's answer. */
  async first(url, query) {
    const { socket, took } = await login(url, query);
    socket.destroy();
    console.log(took);
  },
  /** <address:port,…>: which of them accept a connection. */
  async probe(list) {
    const open = [];
    await eachOf(list.split(","), 64, async (one) => {
      const at = one.lastIndexOf(":");
      if ((await probe(one.slice(0, at), Number(one.slice(at + 1)), 2000)) === "open") open.push(one);
    });
    console.log(JSON.stringify(open.sort()));
  },
  /** <address,…> <last port>: what accepts a connection there, of all addresses where anything answers at all. */
  async scan(list, last) {
    const live = [], open = [];
    await eachOf(list.split(","), 256, async (host) => { if ((await probe(host, 1, 5000)) !== "nothing") live.push(host); });
    for (const host of live)
      await eachOf(Array.from({ length: Number(last) }, (_, index) => index + 1), 200, async (port) => {
        if ((await probe(host, port, 5000)) === "open") open.push(host + ":" + port);
      });
    console.log(JSON.stringify({ live: live.sort(), open: open.sort() }));
  },
  /** <url> <silent> <logins> <host:port,…>: holds connections without a password at each address, and logins at the url. */
  async attack(url, silent, logins, list) {
    const { username, pathname } = new URL(url);
    const counts = { held: 0, cut: 0, loggedIn: 0, refused: 0 };
    const hold = (host, port) => {
      const socket = net.connect(port, host);
      let open = false;
      socket.on("connect", () => { open = true; counts.held += 1; socket.write(startup(username, pathname.slice(1))); });
      socket.on("data", () => {}).on("error", () => {});
      socket.on("close", () => { if (open) { counts.held -= 1; counts.cut += 1; } setTimeout(hold, 300, host, port); });
    };
    for (const address of list.split(",")) {
      const at = address.lastIndexOf(":");
      for (let count = 0; count < Number(silent); count += 1) hold(address.slice(0, at), Number(address.slice(at + 1)));
    }
    const stay = async () => {
      try {
        const { socket } = await login(url, "select 1");
        counts.loggedIn += 1;
        socket.on("close", () => { counts.loggedIn -= 1; setTimeout(stay, 300); });
      } catch { counts.refused += 1; setTimeout(stay, 300); }
    };
    for (let count = 0; count < Number(logins); count += 1) void stay();
    setInterval(() => fs.writeFileSync("/tmp/attack.json", JSON.stringify(counts)), 200);
  },
};
modes[mode](...args).catch(({ message }) => { console.log(message); process.exit(1); });
`;
