import { temporaryProject } from "./engine.ts";
const p = await temporaryProject({ stacks: { "zq-a": `config:
  berth:blueprint: small
  berth:prefix: zqdrift_a
  berth:ports: { web: 23711 }
` }, blueprints: { small: `services:
  web:
    image: berth-test-tiny:1
    command: ["sleep", "86400"]
    environment: { HOSPITAL_NAME: A, TOKEN: "\${TOKEN}" }
    ports: ["23711:80"]
    volumes: ["data:/data"]
    stop_grace_period: 1s
volumes:
  data:
x-berth:
  secrets:
    TOKEN: { generate: 20 }
` } });
console.log(p.root);
console.time("up");
const r = await p.pulumi(["up","-y","-s","zq-a"]);
console.timeEnd("up");
console.log(r.code, r.stdout.slice(-3000), r.stderr);
