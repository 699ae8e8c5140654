import { dockerEndpoint } from "../src/deployment/endpoint.ts";

/** The endpoint at a URL, named as a stack file names one by its URL. */
export const endpointAt = (url: string) => dockerEndpoint(url, url);
