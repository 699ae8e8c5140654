import type { Endpoint } from "./deployment.ts";

/** The endpoint at the URL of a Docker daemon. @param name as a stack file has it: `local`, or the URL itself */
export const dockerEndpoint = (name: string, url: string): Endpoint => ({ id: url, kind: "docker", name, url });
