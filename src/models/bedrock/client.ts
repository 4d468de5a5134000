import { BedrockRuntimeClient, type BedrockRuntimeClientConfig } from '@aws-sdk/client-bedrock-runtime'
import { NodeHttp2Handler, NodeHttpHandler } from '@smithy/node-http-handler'

/** The slowest models need minutes; the Nova guide advises at least this. NAT gateways drop an idle connection at 350 s. */
const REQUEST_TIMEOUT_MS = 300_000
const CONNECTION_TIMEOUT_MS = 10_000

export type BedrockAccess = {
  /** The bearer key now, read again for each call: blank or undefined means none. */
  token?: () => string | undefined
  /** Any chain of AWS credentials; absent: the SDK's own (environment, profiles, SSO, roles). */
  credentials?: BedrockRuntimeClientConfig['credentials']
  /** Another server than AWS's, such as the simulator. */
  endpoint?: string
  /** 2 only where the server is known to speak it; everything speaks 1. */
  httpVersion?: 1 | 2
}

/**
 * The settings of any Bedrock client. The way of proving who asks is always named: left to itself the SDK lets AWS_BEARER_TOKEN_BEDROCK
 * beat everything, even a blank one, with which no call can be signed. `maxAttempts: 1`, since only the workflow retries.
 */
export function clientConfig({ credentials, endpoint, httpVersion = 1 }: BedrockAccess, region: string, key: string | undefined) {
  const timeouts = { requestTimeout: REQUEST_TIMEOUT_MS }
  return {
    region,
    maxAttempts: 1,
    requestHandler:
      httpVersion === 2 ? new NodeHttp2Handler(timeouts) : new NodeHttpHandler({ ...timeouts, connectionTimeout: CONNECTION_TIMEOUT_MS }),
    ...(endpoint && { endpoint }),
    ...(key ? { token: { token: key }, authSchemePreference: ['httpBearerAuth'] } : { authSchemePreference: ['sigv4'] }),
    ...(!key && credentials && { credentials }),
  } satisfies BedrockRuntimeClientConfig
}

export type RuntimeClients = {
  /** The client of a region with the key of this moment, and that key. */
  of(region: string): { client: BedrockRuntimeClient; key: string | undefined }
  close(): void
}

/** One client per region, kept, so that connections are used again; a new key makes a new one. */
export function runtimeClients(access: BedrockAccess): RuntimeClients {
  const clients = new Map<string, { client: BedrockRuntimeClient; key: string | undefined }>()
  return {
    of(region) {
      const key = currentKey(access)
      const kept = clients.get(region)
      if (kept && kept.key === key) return kept
      // The old one is not destroyed: calls in flight with the key before still use it, and idle sockets close by themselves.
      const made = { client: new BedrockRuntimeClient(clientConfig(access, region, key)), key }
      clients.set(region, made)
      return made
    },
    close() {
      for (const { client } of clients.values()) client.destroy()
      clients.clear()
    },
  }
}

/** A blank key counts as absent. */
export const currentKey = ({ token }: Pick<BedrockAccess, 'token'>): string | undefined => token?.()?.trim() || undefined
