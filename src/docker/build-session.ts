import { randomUUID } from "node:crypto";
import type { Duplex } from "node:stream";
import type Dockerode from "dockerode";

/** A login at a registry, as Docker's own configuration has it. */
export interface RegistryLogin {
  readonly username: string;
  readonly password: string;
}

/** What a build may ask of who started it. */
export interface SessionAnswers {
  /** By id, the texts of the secrets that steps mount. */
  readonly secrets: Readonly<Record<string, string>>;
  /** The login at a registry's host; undefined for none. */
  readonly login: (host: string) => RegistryLogin | undefined;
}

/** An open session of BuildKit, which asks over it while it builds. */
export interface BuildSession {
  readonly id: string;
  readonly close: () => void;
}

/**
 * The part of BuildKit's services (moby/buildkit, session/auth and session/secrets) that berth answers, as proto-loader
 * reads it: what is not there BuildKit is refused with "unimplemented", which for logins means an anonymous pull.
 */
const services = {
  nested: {
    moby: {
      nested: {
        filesync: {
          nested: {
            v1: {
              nested: {
                CredentialsRequest: { fields: { Host: { type: "string", id: 1 } } },
                CredentialsResponse: {
                  fields: { Username: { type: "string", id: 1 }, Secret: { type: "string", id: 2 } },
                },
                Auth: {
                  methods: { Credentials: { requestType: "CredentialsRequest", responseType: "CredentialsResponse" } },
                },
              },
            },
          },
        },
        buildkit: {
          nested: {
            secrets: {
              nested: {
                v1: {
                  nested: {
                    GetSecretRequest: { fields: { ID: { type: "string", id: 1 } } },
                    GetSecretResponse: { fields: { data: { type: "bytes", id: 1 } } },
                    Secrets: {
                      methods: { GetSecret: { requestType: "GetSecretRequest", responseType: "GetSecretResponse" } },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
};

/** The gRPC methods that the session exposes; BuildKit asks nothing that was not announced. */
const exposed = ["/moby.filesync.v1.Auth/Credentials", "/moby.buildkit.secrets.v1.Secrets/GetSecret"];

interface Modem {
  dial(request: object, done: (error: unknown, socket?: Duplex) => void): void;
}

/** Opens a session for one build: BuildKit calls back over a connection that was opened to it. */
export async function openSession(docker: Dockerode, answers: SessionAnswers): Promise<BuildSession> {
  const [grpc, loader] = await Promise.all([import("@grpc/grpc-js"), import("@grpc/proto-loader")]);
  const definitions = loader.fromJSON(services as import("protobufjs").INamespace);
  const service = (name: string) => definitions[name] as import("@grpc/grpc-js").ServiceDefinition;
  const id = randomUUID();
  const request = {
    method: "POST",
    path: "/session",
    hijack: true,
    headers: {
      Upgrade: "h2c",
      "X-Docker-Expose-Session-Uuid": id,
      "X-Docker-Expose-Session-Name": "berth",
      "X-Docker-Expose-Session-Grpc-Method": exposed,
    },
    statusCodes: { 200: true, 101: true, 500: "server error" },
  };
  const socket = await new Promise<Duplex>((opened, failed) =>
    (docker.modem as Modem).dial(request, (error, socket) =>
      error || socket === undefined ? failed(error) : opened(socket),
    ),
  );
  const server = new grpc.Server();
  type Call<T> = { readonly request: T };
  type Done = (error: object | null, answer?: object) => void;
  server.addService(service("moby.filesync.v1.Auth"), {
    Credentials: ({ request: { Host: host } }: Call<{ Host: string }>, done: Done) => {
      const login = answers.login(host);
      done(null, login === undefined ? {} : { Username: login.username, Secret: login.password });
    },
  });
  server.addService(service("moby.buildkit.secrets.v1.Secrets"), {
    GetSecret: ({ request: { ID: name } }: Call<{ ID: string }>, done: Done) => {
      if (Object.hasOwn(answers.secrets, name)) done(null, { data: Buffer.from(answers.secrets[name] ?? "") });
      else done({ code: grpc.status.NOT_FOUND, details: `secret ${name}: not found` });
    },
  });
  server.createConnectionInjector(grpc.ServerCredentials.createInsecure()).injectConnection(socket);
  return {
    id,
    close: () => {
      server.forceShutdown();
      socket.destroy();
    },
  };
}
