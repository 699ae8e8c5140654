/** Blueprints for what is exported to Compose. */

/** The sample app, which is built before the tests on real Docker. */
export const testImage = "berth-test-eqmd:1";

/** The app reads its key from a file that is not its own. */
export const withSecretFile = `
services:
  app:
    image: ${testImage}
    user: "4321:4321"
    environment: { DEBUG: "False", ALLOWED_HOSTS: localhost, SECRET_KEY_FILE: /run/secrets/key }
    secrets: [key]
    tmpfs: ["/app/database:uid=4321", "/app/media:uid=4321"]
    ports: ["8000"]
    healthcheck: { test: "curl -fsS http://localhost:8000/health/", interval: 500ms }
secrets:
  key: { environment: SECRET_KEY }
x-berth:
  secrets: { SECRET_KEY: { generate: 50 } }
`;

/** All of Compose that a blueprint may use, with a directory of the host and the first three bytes of a network. */
export const everyWord = (image: string, folder: string, network: string): string => `
services:
  db:
    image: ${image}
    entrypoint: [/bin/sh, -c]
    command: ["echo $$HOME; exec sleep 86400"]
    user: "1000:1000"
    working_dir: /data
    hostname: store
    ports: ["127.0.0.1:5432:5432", "53:53/udp"]
    volumes: ["data:/data", "${folder}/new:/new:ro"]
    networks: { front: , back: { aliases: [depot, db], ipv4_address: ${network}.5 } }
    depends_on: { lonely: { condition: service_started } }
    healthcheck: { test: 'test "$$HOME"', interval: 1500ms, timeout: 1s, start_period: 2s, retries: 7 }
    restart: on-failure:3
    labels: { org.example.price: 5$$ }
    init: true
    read_only: true
    cap_add: [NET_BIND_SERVICE]
    cap_drop: [ALL]
    security_opt: ["no-new-privileges:true", "no-new-privileges:true"]
    tmpfs: /run:size=1m,mode=1777
    extra_hosts: ["far=10.0.0.1"]
    logging: { driver: local, options: { max-size: 1m } }
    stop_grace_period: 1s
    stop_signal: SIGINT
    shm_size: 8m
    pid: host
    ipc: shareable
    userns_mode: host
    group_add: ["5"]
    devices: ["/dev/null:/dev/none:r"]
    cpus: 0.25
    mem_limit: 32m
    mem_reservation: 16m
  lonely: { image: "${image}", network_mode: bridge, stop_grace_period: 0s }
volumes: { data: }
networks:
  front:
  back: { internal: true, ipam: { config: [{ subnet: ${network}.0/28 }] } }
`;
