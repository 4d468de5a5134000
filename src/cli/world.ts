import type { Ports } from '#core/ports/index.ts'

/** One thing that `doctor` looked at. */
export type Check = { name: string; state: 'ok' | 'note' | 'warning' | 'problem'; finding: string }

/** What a command may touch; the entry gives it, so that commands read no environment and can be tested. */
export type World = {
  /** The caller's folder: file names on the command line are of it. */
  cwd: string
  /** Where unfinished uploads are remembered. */
  stateDir: string
  /** The studio that user commands call, and the key they call it with. */
  url: string
  apiKey: string | undefined
  /** For `doctor --aws`: an access token, or the password of somebody who signs in. */
  secrets?: { token?: string | undefined; password?: string | undefined }
  /** Results, one call a line: stdout. */
  out(line: string): void
  /** Talk: stderr. */
  say(line: string): void
  /** A line on stderr that the next one replaces; nothing where stderr is no terminal. */
  progress(line: string): void
  /** Opens the ports of `GENZO_DATA`, beside a running server or without one. */
  openPorts(): Promise<{ ports: Ports; close(): Promise<void> }>
  /** A one-time link that lets somebody register; mailed where an address is given. */
  invite(invitation: { email?: string; role: 'user' | 'admin'; days: number }): Promise<string>
  serve(): Promise<void>
  /** With `smoke` a picture is made by the cheapest model of Bedrock, at its list price. */
  diagnose(how: { smoke: boolean }): Promise<Check[]>
  backup(to: string): Promise<{ databases: string[]; blobs: number }>
  restore(from: string): Promise<{ databases: string[]; blobs: number }>
}

/** Something the caller can put right: told without a stack, exit 1. `usage` adds how the command is written, exit 2. */
export class CliError extends Error {
  readonly isUsage: boolean
  constructor(message: string, { isUsage = false, cause }: { isUsage?: boolean; cause?: unknown } = {}) {
    super(message, { cause })
    this.isUsage = isUsage
  }
}
